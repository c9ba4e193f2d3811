"""Triggers, as they are asked for and as SCF shows them.

The two differ: a timer's TriggerDesc is sent as the bare cron and comes back as {"cron": …}, a COS
trigger's comes back with the bucket's host, a Function URL's with its address. Both are brought to
one `Rule` here, so that they can be compared. Pages: 583/39901 (descriptions), 583/100227 (URL).
The latter's list of types has no cmq; it is written as Tencent's own component toolkit sends it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from deploy.configuration.service import (
    CosTrigger,
    Service,
    TimerTrigger,
    TopicTrigger,
    Trigger,
    UrlTrigger,
)
from deploy.functions.ownership import TRIGGER_MARK

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

    def says(self) -> str:
        """The rule as a plan shows it."""
        if self.type == URL:
            return f"Function URL, AuthType {self.values[0]}"
        if self.type == CMQ:
            return f"CMQ topic {self.name}"
        if self.type == TIMER:
            message = f", message {self.argument}" if self.argument else ""
            return f"timer {self.name}, {self.values[0]}{message}"
        if self.type != COS:
            return f"{self.type} trigger {self.name}"
        event, prefix, suffix = self.values
        bucket = self.name.partition(".")[0]
        ending = f" and *{suffix}" if suffix else ""
        return f"COS trigger {event} of {bucket}, {prefix}*{ending}"


class FoundTrigger(NamedTuple):
    """A trigger that SCF has. `url` is a Function URL's public address."""

    rule: Rule
    qualifier: str
    open: bool
    ours: bool
    url: str | None


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


def rule_of(service: Service, trigger: Trigger) -> Rule:
    """What serverless.yml asks for."""
    if isinstance(trigger, CosTrigger):
        host = f"{trigger.bucket}.cos.{service.region}.myqcloud.com"
        return Rule(COS, host, (trigger.event, trigger.prefix, trigger.suffix))
    if isinstance(trigger, UrlTrigger):
        return Rule(URL, _URL_NAME, (trigger.auth, False, True))
    if isinstance(trigger, TopicTrigger):
        return Rule(CMQ, trigger.topic, ())
    return _timer(trigger)


def _timer(trigger: TimerTrigger) -> Rule:
    return Rule(TIMER, trigger.name, (trigger.cron,), trigger.message)


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


def read_trigger(shown: Mapping[str, Any]) -> FoundTrigger:
    """A trigger as ListTriggers shows it; one that can't be read is somebody else's."""
    text, kind = str(shown.get("TriggerDesc") or ""), str(shown.get("Type"))
    document = _document(text)
    values: tuple[object, ...] = (text,)
    url = None
    if kind == TIMER:
        values = (document.get("cron", text),)
    elif kind == COS:
        chosen = _mapping(document.get("filter"))
        values = (document.get("event"), chosen.get("Prefix", ""), chosen.get("Suffix", ""))
    elif kind == CMQ:
        values = ()
    elif kind == URL:
        network = _mapping(document.get("NetConfig"))
        reach = (bool(network.get(name)) for name in ("EnableIntranet", "EnableExtranet"))
        values, url = (document.get("AuthType"), *reach), network.get("ExtranetUrl")
    argument = str(shown.get("CustomArgument") or "") if kind == TIMER else ""
    return FoundTrigger(
        rule=Rule(kind, str(shown.get("TriggerName")), values, argument),
        qualifier=str(shown.get("Qualifier") or "$LATEST"),
        open=shown.get("Enable") in {1, "OPEN"},
        ours=shown.get("Description") == TRIGGER_MARK,
        url=url or None,
    )


def _document(text: str) -> dict[str, Any]:
    try:
        return _mapping(json.loads(text))
    except ValueError:
        return {}


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _compact(document: object) -> str:
    """JSON without spaces, which SCF insists on."""
    return json.dumps(document, separators=(",", ":"))
