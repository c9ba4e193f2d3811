"""Reading what SCF has: what it says of a function, and the waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from deploy.api.reply import Reply
from deploy.errors import FunctionFailed, NotDeployed, NotInTime, RequestFailed
from deploy.functions.scf import Scf
from deploy.functions.triggers import Rule
from tests.support.deployments import VirtualClock

SHOWN: dict[str, Any] = {
    "FunctionName": "f",
    "Runtime": "Python3.10",
    "MemorySize": 128,
    "Timeout": 60,
}
ABSENT = (
    "ResourceNotFound.Function",
    "ResourceNotFound.FunctionName",
    "InvalidParameterValue.FunctionName",
    "ResourceNotFound.Namespace",
)


class FakeApi:
    """Answers GetFunction with one status or Code after the other, everything else as told."""

    def __init__(self, *statuses: str, **answers: Any) -> None:
        self._statuses: Iterator[str] = iter(statuses)
        self._answers = answers

    def call(self, service: str, action: str, parameters: Mapping[str, object]) -> Reply:
        answer = self._answers.get(action, {})
        found = answer(parameters) if callable(answer) else answer
        if action == "GetFunction":
            status = next(self._statuses)
            if "." in status:
                raise RequestFailed("scf:GetFunction", status, "")
            found = {**SHOWN, "Status": status, **found}
        return Reply(f"{service}:{action}", found)


def scf(*statuses: str, **answers: Any) -> Scf:
    return Scf(FakeApi(*statuses, **answers), VirtualClock())


def seconds(there: Scf) -> float:
    return there.clock.monotonic()


def test_a_function_that_is_ready_is_not_waited_for() -> None:
    there = scf("Active")
    there.settle("f")
    assert seconds(there) == 0


def test_the_pauses_grow_from_a_fifth_of_a_second() -> None:
    there = scf("Creating", "Updating", "Publishing", "Active")
    there.settle("f")
    assert seconds(there) == pytest.approx(0.2 + 0.3 + 0.45)


def test_a_function_that_is_ready_after_20_seconds_is_noticed_soon_after() -> None:
    there = scf(*["Updating"] * 100)
    api: Any = there.api

    def statuses() -> Iterator[str]:
        while True:
            yield "Active" if seconds(there) >= 20 else "Updating"

    api._statuses = statuses()  # noqa: SLF001 — this file's own
    there.settle("f")
    assert 20 <= seconds(there) < 25


def test_waiting_ends_after_a_minute_with_a_sentence() -> None:
    there = scf(*["Updating"] * 1000)
    with pytest.raises(NotInTime, match=r"SCF still shows f as Updating after 60 s; run the same"):
        there.settle("f")
    assert seconds(there) == pytest.approx(60)


def test_active_alone_is_not_enough_if_scf_shows_its_available_status() -> None:
    there = scf(*["Active"] * 1000, GetFunction={"AvailableStatus": "Unavailable"})
    with pytest.raises(NotInTime, match="as Active and Unavailable after 60 s"):
        there.settle("f")
    there = scf("Active", GetFunction={"AvailableStatus": "Available"})
    there.settle("f")
    assert seconds(there) == 0


def test_a_function_that_is_suspended_is_not_waited_for() -> None:
    there = scf("Active", GetFunction={"AvailableStatus": "InsufficientBalance"})
    assert there.ready("f").state == "suspended"
    assert seconds(there) == 0


@pytest.mark.parametrize("code", ABSENT)
def test_absent_has_four_codes(code: str) -> None:
    assert scf(code).find("f") is None


@pytest.mark.parametrize("code", ABSENT)
def test_absent_right_after_its_creation_means_not_yet(code: str) -> None:
    there = scf(code, code, "Creating", "Active")
    there.settle("f", created=True)
    with pytest.raises(NotDeployed):
        scf(code).settle("f")


@pytest.mark.parametrize("leaving", ["Deleting", "ResourceNotFound.Version"])
def test_a_function_that_is_being_deleted_is_waited_for_until_it_is_absent(leaving: str) -> None:
    scf(leaving, leaving, ABSENT[0]).gone("f")
    assert scf(leaving, ABSENT[0]).find("f") is None


def test_what_is_not_absent_is_raised() -> None:
    with pytest.raises(RequestFailed, match="InternalError"):
        scf("InternalError.System").find("f")


def test_a_change_that_failed_is_told_in_scfs_words() -> None:
    reasons = {"StatusReasons": [{"ErrorCode": "A", "ErrorMessage": "no space"}]}
    there = scf("Creating", "CreateFailed", GetFunction=reasons)
    with pytest.raises(FunctionFailed, match="f is CreateFailed: no space; run the same command"):
        there.settle("f")


def test_every_page_of_triggers_is_read() -> None:
    names = [f"t{number}" for number in range(45)]

    def page(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        start = parameters["Offset"]
        shown = names[start : start + parameters["Limit"]]
        triggers = [{"TriggerName": name, "Type": "timer", "TriggerDesc": "c"} for name in shown]
        return {"TotalCount": len(names), "Triggers": triggers}

    assert [trigger.rule for trigger in scf(ListTriggers=page).triggers("f")] == [
        Rule("timer", name, ("c",)) for name in names
    ]


@pytest.mark.parametrize(
    "reply", [{"TotalCount": 9, "Triggers": []}, {"TotalCount": 0}, {"Triggers": None}, {}]
)
def test_a_list_that_is_empty_null_or_missing_has_no_triggers(reply: dict[str, Any]) -> None:
    assert list(scf(ListTriggers=reply).triggers("f")) == []


def test_the_retries_are_those_of_the_default_wherever_it_stands() -> None:
    entries = [{"ErrorCode": "432", "RetryNum": -1}, {"ErrorCode": "default", "RetryNum": 0}]
    shown = {"AsyncTriggerConfig": {"RetryConfig": entries, "MsgTTL": 60}}
    found = scf("Active", GetFunctionEventInvokeConfig=shown).find("f")
    assert found is not None
    assert found.asynchronous == (0, 60)


def test_what_scf_leaves_out_is_read_as_empty() -> None:
    found = scf("Active").find("f")
    assert found is not None
    assert (found.ours, found.asynchronous, found.concurrency) == (False, None, None)
    configuration = found.configuration
    assert (configuration.role, configuration.logs, configuration.dead_letter_queue) == (
        *("", ("", "")),
        ("", ""),
    )
    assert configuration.environment == {}
