"""A trigger as SCF shows it is the one that was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploy.api.reply import Reply
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
