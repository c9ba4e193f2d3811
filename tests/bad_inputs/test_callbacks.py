"""Bad callbacks: a status, a body that says nothing more, one line, and no result of theirs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from functions.callback.index import main_handler
from shared import callback_token
from tests.support.cards import NAME
from tests.support.clouds import cloud
from tests.support.corpus import Case, as_bytes, build, cases, read
from tests.support.environment import BUCKET, ENVIRONMENT, SECRET
from tests.support.waiting import KEY, Waiting, troubles


@pytest.fixture(scope="module")
def shared() -> Iterator[Waiting]:
    """For what changes nothing."""
    with cloud(CALLBACK_TYPE="NONE") as opened:
        yield Waiting(opened)


@pytest.fixture
def waiting(case: Case, request: pytest.FixtureRequest) -> Iterator[Waiting]:
    if case.expected["status"] != 200:
        yield request.getfixturevalue("shared")
        return
    with cloud(CALLBACK_TYPE="NONE") as opened:
        yield Waiting(opened)


def check(waiting: Waiting, case: Case, status: int, lines: list[dict[str, Any]]) -> None:
    assert status == case.expected["status"]
    if status == 200:
        assert lines == []
        assert waiting.result()["fields"]["name"] == NAME
    else:
        assert [line["problem"] for line in lines] == [case.expected["problem"]]
        assert waiting.results() == []


@cases("callback-requests")
def test_a_request_gets_its_status_and_nothing_else(case: Case, waiting: Waiting) -> None:
    status, lines = waiting.call(build(case.input, waiting.names))
    check(waiting, case, status, lines)


@cases("callback-bodies")
def test_a_body_with_a_good_token_gets_its_status(case: Case, waiting: Waiting) -> None:
    status, lines = waiting.post(build(case.input, waiting.names))
    check(waiting, case, status, lines)


@cases("callback-messages")
def test_a_bad_message_is_one_line_and_is_let_go(case: Case, shared: Waiting) -> None:
    before = len(shared.cloud.local.logs)
    answer = shared.cloud.invoke("callback", build(case.input, shared.names))
    problems = [line["problem"] for line in troubles(shared.cloud, before)]
    assert problems == build(case.expected["problems"])
    assert answer == {"messages": len(problems)}
    assert shared.results() == []


def test_no_bad_message_costs_a_good_one_of_the_same_event() -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        token = f' "UserData": "{waiting.names["TOKEN"]}"'.encode()
        family = [case for case in read("callback-bodies") if case.expected["status"] != 200]
        bad = [as_bytes(build(case.input, waiting.names)) for case in family]
        good = as_bytes(build({"$json": {"JobsDetail": [{"$job": {}}]}}, waiting.names))
        bodies = [*bad, *(body + token for body in bad), good]  # without a token, and with one
        records = [{"CMQ": {"msgBody": body.decode(errors="replace")}} for body in bodies]
        assert opened.invoke("callback", {"Records": records}) == {"messages": len(records)}
        assert waiting.result()["fields"]["name"] == NAME
        lines = troubles(opened)
        assert {line["event"] for line in lines} == {"refused", "malformed_callback"}
        assert len(lines) == len(records) - 1


@cases("huge-requests")
def test_what_is_too_large_is_refused_before_it_is_parsed(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr("shared.jobs.reply.job_in_callback", never)
    monkeypatch.setattr("shared.events.b64decode", never)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    token = callback_token.issue(
        SECRET, bucket=BUCKET, key=KEY, version="e", attempt=1, now=time.time()
    )
    answer = main_handler(build(case.input, {"TOKEN": token}), {})
    assert answer["statusCode"] == case.expected["status"]
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["problem"] == case.expected["problem"]


@cases("card-readings")
def test_what_ci_read_is_kept_as_far_as_it_makes_sense(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        opened.local.runner.behaviour.describe_holds_result = False
        body = build({"$json": {"JobsDetail": [case.input]}}, waiting.names)
        assert waiting.post(body) == (200, [])
        result, expected = opened.result(KEY, waiting.etag), build(case.expected)
        seen = {
            **{name: result[name] for name in ("outcome", "items")},
            "code": (result["error"] or {}).get("code"),
            "fields": {name: result["fields"][name] for name in expected.get("fields", {})},
            "failed": [check["name"] for check in result["checks"] if not check["passed"]],
            "count": len(result["items"]),
            "points": sum(len(item["polygon"]) for item in result["items"]),
        }
        assert {name: seen[name] for name in expected} == expected
        assert result["needs_review"]


@cases("callback-caps")
def test_a_body_beyond_the_caps_is_refused_and_one_within_them_is_read(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        waiting = Waiting(opened)
        status, lines = waiting.post(build(case.input, waiting.names))
        assert status == case.expected["status"]
        refused = [] if status == 200 else ["malformed_callback"]
        assert [line["event"] for line in lines] == refused
        assert bool(waiting.results()) is (status == 200)
