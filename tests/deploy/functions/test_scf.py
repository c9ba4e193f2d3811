"""Reading what SCF has: waiting for what is being changed, and pages of triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from deploy.errors import FunctionFailed, StillBusy
from deploy.functions.scf import MAX_POLLS, POLL_SECONDS, Scf
from deploy.functions.triggers import Rule

SHOWN: dict[str, Any] = {
    "FunctionName": "f",
    "Runtime": "Python3.10",
    "MemorySize": 128,
    "Timeout": 60,
}


class FakeApi:
    """Answers GetFunction with one status after the other, and every other action as told."""

    def __init__(self, *statuses: str, **answers: Any) -> None:
        self._statuses: Iterator[str] = iter(statuses)
        self._answers = answers

    def call(
        self, _service: str, action: str, parameters: Mapping[str, object]
    ) -> Mapping[str, Any]:
        if action == "GetFunction":
            return {**SHOWN, "Status": next(self._statuses), **self._answers.get(action, {})}
        answer = self._answers.get(action, {})
        found: Mapping[str, Any] = answer(parameters) if callable(answer) else answer
        return found


def test_a_function_that_is_ready_is_not_waited_for() -> None:
    slept: list[float] = []
    Scf(FakeApi("Active"), slept.append).settle("f")
    assert slept == []


def test_a_function_is_waited_for_while_it_is_being_changed() -> None:
    slept: list[float] = []
    Scf(FakeApi("Creating", "Updating", "Active"), slept.append).settle("f")
    assert slept == [POLL_SECONDS, POLL_SECONDS]


def test_waiting_has_an_end() -> None:
    slept: list[float] = []
    scf = Scf(FakeApi(*["Updating"] * MAX_POLLS), slept.append)
    with pytest.raises(StillBusy, match=r"f is still Updating after 178 s; run the same command"):
        scf.settle("f")
    assert sum(slept) == POLL_SECONDS * (MAX_POLLS - 1)


def test_a_change_that_failed_is_told_in_scfs_words() -> None:
    reasons = {"StatusReasons": [{"ErrorCode": "A", "ErrorMessage": "no space"}]}
    scf = Scf(FakeApi("Creating", "CreateFailed", GetFunction=reasons), id)
    with pytest.raises(FunctionFailed, match="f is CreateFailed: no space; run the same command"):
        scf.settle("f")


def test_every_page_of_triggers_is_read() -> None:
    names = [f"t{number}" for number in range(45)]

    def page(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        start = parameters["Offset"]
        shown = names[start : start + parameters["Limit"]]
        triggers = [{"TriggerName": name, "Type": "timer", "TriggerDesc": "c"} for name in shown]
        return {"TotalCount": len(names), "Triggers": triggers}

    scf = Scf(FakeApi(ListTriggers=page), id)
    assert [trigger.rule for trigger in scf.triggers("f")] == [
        Rule("timer", name, ("c",)) for name in names
    ]


def test_a_total_that_is_too_large_does_not_make_it_endless() -> None:
    scf = Scf(FakeApi(ListTriggers={"TotalCount": 9, "Triggers": []}), id)
    assert list(scf.triggers("f")) == []


def test_what_scf_leaves_out_is_read_as_empty() -> None:
    api = FakeApi("Active", ListTriggers={"TotalCount": 0, "Triggers": []})
    found = Scf(api, id).find("f")
    assert found is not None
    assert (found.ours, found.asynchronous, found.concurrency) == (False, None, None)
    configuration = found.configuration
    assert (configuration.role, configuration.logs, configuration.dead_letter_queue) == (
        *("", ("", "")),
        ("", ""),
    )
    assert configuration.environment == {}
