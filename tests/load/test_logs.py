from __future__ import annotations

import json

from tests.load.logs import LogWatch
from tests.support.cards import NAME


def problems(*lines: str) -> list[str]:
    watch = LogWatch(lambda: ["an-invented-credential"])
    for line in lines:
        watch.saw(line)
    return watch.problems()


def test_lines_of_ours_are_counted_and_are_no_problem() -> None:
    watch = LogWatch()
    for _ in range(3):
        watch.saw(json.dumps({"event": "result", "key": "3f1c"}))
    assert watch.events == {"result": 3}
    assert watch.problems() == []


def test_an_unexpected_error_is_a_problem_with_its_place() -> None:
    line = {"event": "unexpected_error", "problem": "KeyError", "where": "shared.x:1"}
    assert problems(json.dumps(line)) == ["unexpected_error, 1×: KeyError at shared.x:1"]


def test_a_name_in_a_line_is_a_problem_that_does_not_repeat_it() -> None:
    (problem,) = problems(json.dumps({"event": "result", "problem": NAME}))
    assert problem == "a log line holds: specimen"


def test_a_credential_in_a_line_is_a_problem() -> None:
    assert problems('{"event": "x", "problem": "an-invented-credential"}') != []


def test_a_line_that_is_no_log_line_is_a_problem() -> None:
    assert problems("Traceback (most recent call last):") != []
