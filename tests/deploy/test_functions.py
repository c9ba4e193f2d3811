"""Functions and triggers as SCF shows them, and whose they are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from deploy.api.reply import Reply
from deploy.errors import FunctionFailed, NotDeployed, NotInTime, RequestFailed
from deploy.functions.ownership import code_in, description_of, is_ours
from deploy.functions.scf import Scf
from deploy.functions.triggers import (
    CMQ,
    COS,
    TIMER,
    URL,
    FoundTrigger,
    Rule,
    creation,
    deletion,
    read_trigger,
    update,
)
from tests.support.deployments import VirtualClock

# Reading what SCF has: what it says of a function, and the waits.


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


def test_active_is_not_enough_if_scf_shows_its_available_status() -> None:
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
def test_absent_right_after_its_creation_means_not_yet(code: str) -> None:
    there = scf(code, code, "Creating", "Active")
    there.settle("f", created=True)
    with pytest.raises(NotDeployed):
        scf(code).settle("f")


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


# A trigger as SCF shows it is the one that was asked for.


BUCKET = "cards-1250000000.cos.ap-guangzhou.myqcloud.com"


def read(shown: dict[str, Any]) -> FoundTrigger:
    return read_trigger(Reply("scf:ListTriggers", shown))


RULES = [
    Rule(TIMER, "sweep", ("0 */5 * * * * *",)),
    Rule(TIMER, "reconcile", ("30 17 3 * * * *",), "reconcile"),
    Rule(COS, BUCKET, ("cos:ObjectCreated:*", "uploads/", "")),
    Rule(COS, BUCKET, ("cos:ObjectCreated:Put", "上传/", ".jpg")),
    Rule(URL, "url", ("NONE", False, True)),
    Rule(CMQ, "cards", ()),
]


@pytest.mark.parametrize("rule", RULES)
def test_what_is_created_is_read_again_as_the_same_rule(rule: Rule) -> None:
    asked: dict[str, Any] = creation("f", rule)
    found = read({**asked, "Enable": 1})
    assert (found.rule, found.marked, found.open) == (rule, True, True)


@pytest.mark.parametrize("rule", RULES)
def test_a_description_holds_no_space_but_a_crons(rule: Rule) -> None:
    text = str(creation("f", rule)["TriggerDesc"])
    assert rule.type == TIMER or " " not in text


def test_a_timer_and_a_cos_trigger_are_read_as_scf_writes_them() -> None:
    timer = {"Type": "timer", "TriggerName": "t", "TriggerDesc": '{"cron":"0 0 12 * * * *"}'}
    assert read(timer).rule == Rule(TIMER, "t", ("0 0 12 * * * *",))
    shown = {"bucketUrl": BUCKET, "event": "cos:ObjectCreated:*", "filter": {"Prefix": "a/"}}
    cos = {"Type": "cos", "TriggerName": BUCKET, "TriggerDesc": json.dumps(shown)}
    assert read(cos).rule == Rule(COS, BUCKET, ("cos:ObjectCreated:*", "a/", ""))


def test_an_address_is_read_and_an_absent_one_is_none() -> None:
    network = {"EnableIntranet": False, "EnableExtranet": True, "ExtranetUrl": "https://a.b"}
    shown = {"Type": "http", "TriggerDesc": json.dumps({"AuthType": "NONE", "NetConfig": network})}
    assert read(shown).url == "https://a.b"
    assert read({"Type": "http", "TriggerDesc": "{}"}).url is None


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "null", '{"filter":["a"],"NetConfig":"b"}'])
@pytest.mark.parametrize("kind", ["timer", "cos", "http", "cmq", "ckafka"])
def test_a_trigger_that_can_not_be_read_is_shown_all_the_same(kind: str, text: str) -> None:
    found = read({"Type": kind, "TriggerName": "t", "TriggerDesc": text})
    assert found.marked is None
    assert found.rule.says()


def test_a_timer_without_a_message_takes_the_last_one_away() -> None:
    assert "CustomArgument" not in creation("f", RULES[0])
    assert update("f", RULES[0])["CustomArgument"] == ""


def test_a_cos_trigger_is_deleted_by_its_rule() -> None:
    found = read({**creation("f", RULES[3]), "Enable": 0})
    assert not found.open
    assert deletion("f", found)["TriggerDesc"] == creation("f", RULES[3])["TriggerDesc"]


# A function of ours is known by its Description, and so is its code.


CODE = "0123456789abcdef" * 4


def test_a_description_names_the_code() -> None:
    assert code_in(description_of(CODE)) == CODE


def test_a_description_worded_by_another_version_is_ours_too() -> None:
    assert code_in(f"Card OCR on upload. Made otherwise.\nCode sha256 {CODE}.") == CODE


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Card OCR on upload.",
        f"Code sha256 {CODE}.",
        f"Another service. Code sha256 {CODE}.",
        f"Card OCR on upload. Code sha256 {CODE[1:]}.",
        f"Card OCR on upload. Code sha256 {CODE}. Changed by hand",
    ],
)
def test_any_other_description_is_somebody_elses(description: str) -> None:
    assert code_in(description) is None


HOST = "cards-1250000000.cos.ap-guangzhou.myqcloud.com"
ENVIRONMENT = {"INPUT_BUCKET": "cards-1250000000"}
CREATED = [Rule(TIMER, "nightly", ("0 0 3 * * * *",)), Rule(CMQ, "cards", ())]


def trigger(kind: str, name: str, *values: object, marked: bool | None = None) -> FoundTrigger:
    return FoundTrigger(Rule(kind, name, values), "$DEFAULT", open=True, marked=marked, url=None)


FROM_OUTSIDE = (False, True)

OURS = [
    trigger(COS, HOST, "cos:ObjectCreated:*", "uploads/", ""),
    trigger(COS, HOST, "cos:ObjectCreated:*", "an earlier prefix/", ""),
    trigger(URL, "an-id", "NONE", *FROM_OUTSIDE),
    trigger(TIMER, "sweep", "0 */5 * * * * *"),
    trigger(TIMER, "nightly", "0 0 4 * * * *"),
    trigger(CMQ, "cards"),
    trigger(CMQ, "an earlier topic"),
]
OTHERS = [
    trigger(COS, HOST, "cos:ObjectRemove:*", "uploads/", ""),
    trigger(COS, HOST.replace("cards", "others"), "cos:ObjectCreated:*", "uploads/", ""),
    trigger(TIMER, "hourly", "0 0 * * * * *"),
    trigger("ckafka", "cards"),
]


@pytest.mark.parametrize("one", OURS)
def test_without_a_description_a_trigger_is_ours_by_its_rule(one: FoundTrigger) -> None:
    assert is_ours(one, [one], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", OTHERS)
def test_without_a_description_no_other_trigger_is_ours(one: FoundTrigger) -> None:
    assert not is_ours(one, [one], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", [*OURS, *OTHERS])
def test_a_description_decides_if_there_is_one(one: FoundTrigger) -> None:
    assert is_ours(one._replace(marked=True), [], CREATED, ENVIRONMENT)
    assert not is_ours(one._replace(marked=False), [], CREATED, ENVIRONMENT)


@pytest.mark.parametrize("one", OURS)
def test_beside_a_description_of_its_type_none_means_somebody_else(one: FoundTrigger) -> None:
    marked = one._replace(marked=True)
    assert not is_ours(one, [one, marked], CREATED, ENVIRONMENT)
