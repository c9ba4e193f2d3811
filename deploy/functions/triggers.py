"""Triggers, as they are asked for and as SCF shows them.

The two differ: a timer's TriggerDesc is sent as the bare cron and comes back as {"cron": …}, a COS
trigger's comes back with the bucket's host, a Function URL's with its address. Both are brought to
one `Rule` here, so that they can be compared. Pages: 583/39901 (descriptions), 583/100227 (URL).
The latter's list of types has no cmq; it is written as Tencent's own component toolkit sends it.
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

TRIGGER_MARK = "card-ocr"  # the Description of a trigger of ours
QUALIFIER = "$DEFAULT"  # the alias that every trigger of ours is bound to
TIMER, COS, URL, CMQ = "timer", "cos", "http", "cmq"
BY_CI = {URL, CMQ}  # what CI's answer comes by
UPDATABLE = {TIMER, URL}  # any other is deleted and made anew
_URL_NAME = "url"


class Rule(NamedTuple):
    """What a trigger does. `values` depend on the type.

    timer   cron
    cos     event, prefix, suffix
    http    AuthType, and whether the address is reached from inside and from outside
    cmq     none: every message of the topic that it is named after
    """

    type: str
    name: str
    values: tuple[object, ...]
    argument: str = ""

    def title(self) -> str:
        """What kind of trigger it is, by its name if a function has several of the kind."""
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
        """The rule as a plan shows it."""
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

    `marked` is whether its Description is ours, None if SCF shows none. `ours` is what follows
    from it for a trigger of a function of ours. `url` is a Function URL's public address.
    """

    rule: Rule
    qualifier: str
    open: bool
    marked: bool | None
    url: str | None
    ours: bool = False

    def does(self, rule: Rule) -> bool:
        """Whether it is open and does what a rule says, whatever it is called."""
        found = self.rule
        return self.open and (found.values, found.argument) == (rule.values, rule.argument)


def counterpart(rule: Rule, there: Iterable[FoundTrigger]) -> FoundTrigger | None:
    """The trigger that is this rule's: the Function URL, the timer of that name, the same rule."""
    for trigger in there:
        if trigger.rule.type != rule.type or trigger.qualifier != QUALIFIER:
            continue
        same_name = rule.type == URL or trigger.rule.name == rule.name
        if same_name and (rule.type in UPDATABLE or trigger.does(rule)):
            return trigger
    return None


def address_of(triggers: Iterable[FoundTrigger]) -> str | None:
    """The address that CI is to call: of the alias that ours are bound to, of no other version."""
    return next((one.url for one in triggers if one.url and one.qualifier == QUALIFIER), None)


def overlap(rule: Rule, other: Rule) -> bool:
    """Whether COS would refuse one of two rules beside the other, since an object fits both."""
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
    """Whether a listing shows a rule's trigger, whatever it shows of it besides."""
    return any(
        trigger.rule.type == rule.type
        and trigger.qualifier == QUALIFIER
        and (rule.type == URL or trigger.rule.name == rule.name)
        and (rule.type != COS or trigger.rule.values[:2] == rule.values[:2])
        for trigger in there
    )


def rule_of(service: Service, trigger: Trigger) -> Rule:
    """What serverless.yml asks for."""
    if isinstance(trigger, CosTrigger):
        host = f"{trigger.bucket}.cos.{service.region}.myqcloud.com"
        return Rule(COS, host, (trigger.event, trigger.prefix, trigger.suffix))
    if isinstance(trigger, UrlTrigger):
        return Rule(URL, _URL_NAME, (trigger.auth, False, True))
    if isinstance(trigger, TopicTrigger):
        return Rule(CMQ, trigger.topic, ())
    return Rule(TIMER, trigger.name, (trigger.cron,), trigger.message)


def rules_of(service: Service, key: str) -> list[Rule]:
    """What serverless.yml asks for of one function, nothing if it leaves the function out."""
    function = service.functions.get(key)
    return [rule_of(service, trigger) for trigger in function.triggers] if function else []


def creation(function_name: str, rule: Rule) -> dict[str, object]:
    """The parameters of CreateTrigger for a rule."""
    parameters = update(function_name, rule)
    if not rule.argument:
        parameters.pop("CustomArgument", None)
    return parameters


def update(function_name: str, rule: Rule) -> dict[str, object]:
    """The parameters of UpdateTrigger for a rule; an empty argument takes the last one away."""
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
    """The parameters of DeleteTrigger; a COS trigger is told from others by its rule."""
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
        return _compact({"filterType": 1})  # by tags, of which none is named
    auth, intranet, extranet = rule.values
    network = {"EnableIntranet": intranet, "EnableExtranet": extranet}
    return _compact({"AuthType": auth, "NetConfig": network})


def read_trigger(shown: Reply) -> FoundTrigger:
    """A trigger as ListTriggers shows it; one whose TriggerDesc can't be read is somebody else's.

    A Function URL is shown with an id for its TriggerName. If no qualifier is shown, it is ours.
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
    """JSON without spaces, which SCF insists on."""
    return json.dumps(document, separators=(",", ":"))
