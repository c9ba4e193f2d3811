"""Triggers, as we request them and as SCF shows them.

The two forms differ: we send a timer's TriggerDesc as the bare cron and SCF shows {"cron": …}; SCF
shows a COS trigger with the bucket's host, and a Function URL with its address. This module makes
one `Rule` of both forms, so that they can be compared. Pages: 583/39901 (descriptions), 583/100227
(URL). The latter's list of types lacks cmq; we send it as Tencent's own component toolkit does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from deploy.api.reply import Reply
from deploy.configuration.service import (
    CosTrigger,
    Service,
    TopicTrigger,
    Trigger,
    UrlTrigger,
)

TRIGGER_MARK = "card-ocr"  # the Description of our triggers
QUALIFIER = "$DEFAULT"  # the alias that our triggers are bound to
TIMER, COS, URL, CMQ = "timer", "cos", "http", "cmq"
BY_CI = {URL, CMQ}  # the types that bring CI's calls
UPDATABLE = {TIMER, URL}  # a trigger of any other type is deleted and made anew
_URL_NAME = "url"


class Rule(NamedTuple):
    """What a trigger does. `values` depend on the type.

    timer   cron
    cos     event, prefix, suffix
    http    AuthType; whether the intranet reaches the address; whether the internet does
    cmq     none: it takes every message of the topic that has its name
    """

    type: str
    name: str
    values: tuple[object, ...]
    argument: str = ""

    def title(self) -> str:
        """Return the kind of trigger, with its name if a function may have several of the kind."""
        match self.type:
            case "http":
                return "Function URL"
            case "cos":
                return "COS trigger"
            case "cmq":
                return f"CMQ topic {self.name}"
            case "timer":
                return f"timer {self.name}"
        return f"{self.type} trigger {self.name}"

    def says(self) -> str:
        """Return the rule as a plan shows it."""
        if self.type == URL:
            return f"{self.title()}, AuthType {self.values[0]}"
        if self.type == TIMER:
            message = f", message {self.argument}" if self.argument else ""
            return f"{self.title()}, {self.values[0]}{message}"
        if self.type != COS:
            return self.title()
        event, prefix, suffix = self.values
        bucket = self.name.partition(".")[0]
        ending = f" and *{suffix}" if suffix else ""
        return f"{self.title()} {event} of {bucket}, {prefix}*{ending}"


class FoundTrigger(NamedTuple):
    """A trigger that SCF has.

    `marked` tells whether its Description is ours; None if SCF shows none. `ours` tells whether
    this service made it (see `ownership`). `url` is a Function URL's public address.
    """

    rule: Rule
    qualifier: str
    open: bool
    marked: bool | None
    url: str | None
    ours: bool = False

    def does(self, rule: Rule) -> bool:
        """Return whether it is open and does what a rule says, under any name."""
        found = self.rule
        return self.open and (found.values, found.argument) == (rule.values, rule.argument)


def counterpart(rule: Rule, there: Iterable[FoundTrigger]) -> FoundTrigger | None:
    """Return a rule's trigger: the Function URL, the timer of that name, or the same rule."""
    for trigger in there:
        if trigger.rule.type != rule.type or trigger.qualifier != QUALIFIER:
            continue
        same_name = rule.type == URL or trigger.rule.name == rule.name
        if same_name and (rule.type in UPDATABLE or trigger.does(rule)):
            return trigger
    return None


def address_of(triggers: Iterable[FoundTrigger]) -> str | None:
    """Return the address that CI must call: the one of our alias, and of no other version."""
    return next((one.url for one in triggers if one.url and one.qualifier == QUALIFIER), None)


def overlap(rule: Rule, other: Rule) -> bool:
    """Return whether COS would refuse to hold both rules, since one object can fit both."""
    if (rule.type, other.type) != (COS, COS) or rule.name != other.name:
        return False
    (event, prefix, suffix), (event_2, prefix_2, suffix_2) = (
        tuple(str(value or "") for value in one.values) for one in (rule, other)
    )
    return (
        event.rpartition(":")[0] == event_2.rpartition(":")[0]
        and (prefix.startswith(prefix_2) or prefix_2.startswith(prefix))
        and (suffix.endswith(suffix_2) or suffix_2.endswith(suffix))
    )


def is_listed(rule: Rule, there: Iterable[FoundTrigger]) -> bool:
    """Return whether a listing shows a rule's trigger, even if its other values differ."""
    return any(
        trigger.rule.type == rule.type
        and trigger.qualifier == QUALIFIER
        and (rule.type == URL or trigger.rule.name == rule.name)
        and (rule.type != COS or trigger.rule.values[:2] == rule.values[:2])
        for trigger in there
    )


def rule_of(service: Service, trigger: Trigger) -> Rule:
    """Return the rule of a trigger in serverless.yml."""
    if isinstance(trigger, CosTrigger):
        host = f"{trigger.bucket}.cos.{service.region}.myqcloud.com"
        return Rule(COS, host, (trigger.event, trigger.prefix, trigger.suffix))
    if isinstance(trigger, UrlTrigger):
        return Rule(URL, _URL_NAME, (trigger.auth, False, True))
    if isinstance(trigger, TopicTrigger):
        return Rule(CMQ, trigger.topic, ())
    return Rule(TIMER, trigger.name, (trigger.cron,), trigger.message)


def rules_of(service: Service, key: str) -> list[Rule]:
    """Return the rules of one function in serverless.yml; none if it leaves the function out."""
    function = service.functions.get(key)
    return [rule_of(service, trigger) for trigger in function.triggers] if function else []


def creation(function_name: str, rule: Rule) -> dict[str, object]:
    """Return the parameters of CreateTrigger for a rule."""
    parameters = update(function_name, rule)
    if not rule.argument:
        parameters.pop("CustomArgument", None)
    return parameters


def update(function_name: str, rule: Rule) -> dict[str, object]:
    """Return the parameters of UpdateTrigger for a rule. An empty argument removes the old one."""
    parameters: dict[str, object] = {
        "FunctionName": function_name,
        "TriggerName": rule.name,
        "Type": rule.type,
        "TriggerDesc": _sent(rule),
        "Qualifier": QUALIFIER,
        "Enable": "OPEN",
        "Description": TRIGGER_MARK,
    }
    return parameters | ({"CustomArgument": rule.argument} if rule.type == TIMER else {})


def deletion(function_name: str, found: FoundTrigger) -> dict[str, object]:
    """Return the parameters of DeleteTrigger. SCF finds a COS trigger by its rule."""
    rule = found.rule
    parameters: dict[str, object] = {
        "FunctionName": function_name,
        "TriggerName": rule.name,
        "Type": rule.type,
        "Qualifier": found.qualifier,
    }
    return parameters | ({"TriggerDesc": _sent(rule)} if rule.type == COS else {})


def _sent(rule: Rule) -> str:
    if rule.type == TIMER:
        return str(rule.values[0])
    if rule.type == COS:
        event, prefix, suffix = rule.values
        return _compact({"event": event, "filter": {"Prefix": prefix, "Suffix": suffix}})
    if rule.type == CMQ:
        return _compact({"filterType": 1})  # filter by tags; without a tag it takes all messages
    auth, intranet, extranet = rule.values
    network = {"EnableIntranet": intranet, "EnableExtranet": extranet}
    return _compact({"AuthType": auth, "NetConfig": network})


def read_trigger(shown: Reply) -> FoundTrigger:
    """Read a trigger as ListTriggers shows it. If its TriggerDesc can't be read, it isn't ours.

    SCF shows an id as the TriggerName of a Function URL. A trigger without a qualifier counts as
    bound to our alias.
    """
    text, kind = shown.text("TriggerDesc"), shown.text("Type")
    document = _document(text)
    values: tuple[object, ...] = (text,)
    url = None
    if kind == TIMER:
        values = (document.get("cron", text),)
    elif kind == COS:
        chosen = _mapping(document.get("filter"))
        values = (document.get("event"), chosen.get("Prefix") or "", chosen.get("Suffix") or "")
    elif kind == CMQ:
        values = ()
    elif kind == URL:
        network = _mapping(document.get("NetConfig"))
        reach = (bool(network.get(name)) for name in ("EnableIntranet", "EnableExtranet"))
        values, url = (document.get("AuthType"), *reach), network.get("ExtranetUrl")
    description = shown.text("Description")
    return FoundTrigger(
        rule=Rule(
            type=kind,
            name=shown.text("TriggerName"),
            values=values,
            argument=shown.text("CustomArgument") if kind == TIMER else "",
        ),
        qualifier=shown.text("Qualifier") or QUALIFIER,
        open=shown.text("Enable") in {"1", "OPEN"},
        marked=description == TRIGGER_MARK if description else None,
        url=url if isinstance(url, str) and url else None,
    )


def _document(text: str) -> dict[str, Any]:
    try:
        return _mapping(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _compact(document: object) -> str:
    """Return JSON without spaces, since SCF takes no other."""
    return json.dumps(document, separators=(",", ":"))
