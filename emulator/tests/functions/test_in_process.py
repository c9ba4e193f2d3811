from __future__ import annotations

import os
from typing import Any

import pytest

from coslocal.functions import Failure, InProcessFunction, LogLine, Returned


def test_the_handler_sees_its_environment_and_nobody_else_does() -> None:
    function = InProcessFunction("echo", lambda *_: os.environ["COLOUR"], {"COLOUR": "red"})
    assert function.invoke({}) == Returned("red")
    assert "COLOUR" not in os.environ


def test_the_environment_is_the_old_one_after_an_exception(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLOUR", "green")
    function = InProcessFunction("echo", lambda event, _: event["missing"], {"COLOUR": "red"})
    outcome = function.invoke({})
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("execution", 430)
    assert os.environ["COLOUR"] == "green"


def test_the_handler_can_not_change_the_callers_event() -> None:
    event: dict[str, Any] = {"Records": []}
    function = InProcessFunction("echo", lambda event, _: event["Records"].append(1), {})
    function.invoke(event)
    assert event == {"Records": []}


def test_the_context_has_scfs_names() -> None:
    function = InProcessFunction("echo", lambda _, context: context, {}, time_limit=3)
    outcome = function.invoke({})
    assert isinstance(outcome, Returned)
    assert outcome.value["function_name"] == "echo"
    assert outcome.value["time_limit_in_ms"] == 3000
    assert len(outcome.value["request_id"]) == 36


def test_what_it_prints_is_its_log() -> None:
    lines: list[LogLine] = []
    function = InProcessFunction("echo", lambda *_: print("a\nb"), {}, lines.append)  # noqa: T201
    function.invoke({})
    assert lines == [LogLine("echo", "a"), LogLine("echo", "b")]
