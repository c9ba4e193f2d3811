"""Bad callbacks: a status, a body that says nothing more, one line, and no result of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bad_inputs.clouds import KEY, Waiting
from tests.bad_inputs.corpus import Case, cases
from tests.bad_inputs.inputs import build
from tests.support.cards import NAME
from tests.support.clouds import cloud


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


def test_a_body_too_large_is_refused_before_it_is_parsed(
    shared: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr("shared.pipeline.callback.jobs_in_callback", never)
    status, lines = shared.post("<a>" * 400_000)
    assert (status, lines[0]["event"]) == (400, "malformed_callback")


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
