"""Every reply of CI's that the documentation names, and what becomes of the card."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coslocal.agenda import MovableClock
from coslocal.ci.errors import STATUS_OF_CODE
from coslocal.ci.faults import RequestFault
from tests.contract.replies import JOBS, REFUSALS, Ended, Pending, Reply
from tests.support.clouds import CARD, DELIVERIES, Cloud, cloud, delivering
from tests.support.wire import Wire

KEY = "uploads/a.jpg"


def became(opened: Cloud, etag: str) -> Pending | Ended:
    """What the bucket says of the card."""
    pending = opened.pending()
    if pending:
        last = pending[-1]
        refusal = last["error"]["class"] if last["error"] else None
        return Pending(last["state"], refusal, last["attempt"])
    result = opened.result(KEY, etag)
    error = result["error"] or {}
    assert result["evidence"]["verified"] is True
    return Ended(result["outcome"], error.get("code"), error.get("message"))


@pytest.mark.parametrize("reply", REFUSALS, ids=lambda reply: f"{reply.status} {reply.name}")
def test_what_comes_in_place_of_a_job_decides_how_the_card_goes_on(
    reply: Reply, wire: Wire
) -> None:
    with delivering("URL") as opened:
        reply.given.deed(opened)
        assert became(opened, opened.upload(KEY)) == reply.expected
    posts = [one for one in wire.exchanges if one.method == "POST"]
    assert [one.status for one in posts] == [reply.status]
    (post,) = posts
    error = ET.fromstring(post.reply)  # noqa: S314 — our own
    assert [node.tag for node in error] == ["Code", "Message", "RequestId", "TraceId"]
    assert error.findtext("Code") == reply.code
    assert error.findtext("RequestId") == post.headers["x-ci-request-id"]
    assert post.headers["Content-Type"] == "application/xml"


def test_no_code_that_ci_may_answer_is_left_out() -> None:
    assert {reply.code for reply in REFUSALS} == STATUS_OF_CODE.keys()


@contextmanager
def swept(delivery: str) -> Iterator[Cloud]:
    """A cloud where sweep comes by besides, whichever way results come."""
    clock = MovableClock()
    functions = ("submit", "callback", "sweep")
    with cloud(clock, functions, **dict(DELIVERIES[delivery])) as opened:
        opened.clock = clock
        yield opened


@pytest.mark.parametrize("delivery", DELIVERIES)
@pytest.mark.parametrize("reply", JOBS, ids=lambda reply: reply.name)
def test_how_a_job_ends_decides_the_result_whoever_learns_of_it(
    reply: Reply, delivery: str
) -> None:
    with swept(delivery) as opened:
        reply.given.deed(opened)
        etag = opened.put(KEY, reply.given.photo or CARD)
        opened.local.run_until_idle()
        if reply.given.afterwards is not None:
            reply.given.afterwards(opened)
        opened.settle()
        assert opened.jobs[0].state == reply.name.partition(",")[0]
        if isinstance(reply.expected, Pending) and reply.expected.attempts > 1:
            assert len(opened.jobs) == reply.expected.attempts
            opened.settle()
            assert became(opened, etag) == Ended("recognised")
        else:
            assert became(opened, etag) == reply.expected


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_reply_that_never_comes_is_not_asked_for_twice(
    after_effect: bool,  # noqa: FBT001
    wire: Wire,
) -> None:
    with delivering("URL") as opened:
        opened.local.runner.behaviour.start_after_seconds = 1e6
        opened.local.runner.faults.requests.append(RequestFault(None, after_effect=after_effect))
        assert became(opened, opened.upload(KEY)) == Pending("unknown")
        assert len(opened.jobs) == int(after_effect)
    assert wire.exchanges == []
