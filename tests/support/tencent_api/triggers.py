"""SCF's triggers: timer, COS, CMQ and Function URL (583/39901, 583/9707, 583/11517, 583/100227).

What ListTriggers shows isn't what CreateTrigger was given: a timer's `TriggerDesc` comes back as
{"cron": ...}, a COS trigger's with the bucket's host in it, `Enable` OPEN as 1, and a Function
URL's name is an id, whatever name it was given.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from typing import Any

from tests.support.tencent_api import limits
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.functions import check_console_role, find, idle, triggers_key
from tests.support.tencent_api.state import Account, Caller, Document, StoredFunction

LATEST = "$LATEST"
_TYPES = {"timer", "cos", "cmq", "http"}
_COS_NAME = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9-]*-[0-9]+)\.cos\.(?P<region>[a-z0-9-]+)\.myqcloud\.com"
)
_TIMER_NAME = re.compile("[A-Za-z][A-Za-z0-9_-]{0,99}")
_COS_EVENT = re.compile("cos:Object(Created|Remove|Restore):[A-Za-z*]+")
_NOT_UPDATED = {"cos", "cmq"}


def create_trigger(account: Account, caller: Caller, body: Document) -> Document:
    """Have something invoke the function."""
    function = idle(account, caller, body)
    if body["Type"] not in _TYPES:
        raise ApiError("InvalidParameterValue.Type", "The trigger's type is wrong.")
    if body.get("Enable", "OPEN") not in {"OPEN", "CLOSE"}:
        raise ApiError("InvalidParameterValue.Enable", "Enable is OPEN or CLOSE.")
    if body["Type"] == "cos":
        check_console_role(account)
    trigger = {
        "Type": body["Type"],
        "TriggerName": _shown_name(function, body),
        "TriggerDesc": _description(account, function, body),
        "Enable": 1 if body.get("Enable", "OPEN") == "OPEN" else 0,
        "Qualifier": body.get("Qualifier", LATEST),
        "CustomArgument": body.get("CustomArgument", ""),
        "Description": body.get("Description", ""),
        "AddTime": account.date,
        "ModTime": account.date,
        "AvailableStatus": "Available",
        "ResourceId": f"trigger-{account.next_id()}",
        "BindStatus": "on",
        "TriggerAttribute": "SINGLE",
    }
    _check_conflicts(account, function, trigger)
    _hold(account, function)
    function.triggers.append(trigger)
    _hold_address(account, function)
    return {"TriggerInfo": _told(account, trigger)}


def list_triggers(account: Account, caller: Caller, body: Document) -> Document:
    """A page of a function's triggers, of every version and alias."""
    function = find(account, caller, body)
    triggers = account.lags.shown(triggers_key(function), function.triggers, counts=True)
    start = body.get("Offset", 0)
    page = triggers[start : start + body.get("Limit", 20)]
    return {"TotalCount": len(triggers), "Triggers": page}


def update_trigger(account: Account, caller: Caller, body: Document) -> Document:
    """Other settings for a timer or a Function URL; a COS trigger has none that can change."""
    function = idle(account, caller, body)
    if body["Type"] in _NOT_UPDATED:
        raise ApiError("UnsupportedOperation.Trigger", "This type of trigger can't be updated.")
    if body["Type"] == "http" and not account.behaviour.updates_http:
        raise ApiError("ResourceNotFound.Trigger", "The trigger does not exist.")
    trigger = _find_trigger(function, body)
    if "TriggerDesc" in body:
        trigger["TriggerDesc"] = _description(account, function, body)
    if "Enable" in body:
        trigger["Enable"] = 1 if body["Enable"] == "OPEN" else 0
    for name in ("CustomArgument", "Description"):
        trigger[name] = body.get(name, trigger[name])
    trigger["ModTime"] = account.date
    return {}


def delete_trigger(account: Account, caller: Caller, body: Document) -> Document:
    """Forget a trigger."""
    function = idle(account, caller, body)
    if body["Type"] == "cos" and not body.get("TriggerDesc"):
        raise ApiError("InvalidParameterValue.TriggerDesc", "A COS trigger needs TriggerDesc.")
    trigger = _find_trigger(function, body)
    _hold(account, function)
    function.triggers.remove(trigger)
    return {}


def _hold(account: Account, function: StoredFunction) -> None:
    """Have the function's triggers be shown as they are for a while, before one comes or goes."""
    before = copy.deepcopy(function.triggers)
    account.lags.hold(triggers_key(function), before, account.behaviour.trigger_lag)


def _hold_address(account: Account, function: StoredFunction) -> None:
    """Have a new Function URL be shown without its address for a while."""
    behaviour = account.behaviour
    *others, new = copy.deepcopy(function.triggers)
    if new["Type"] == "http" and behaviour.address_lag:
        reads = behaviour.trigger_lag + behaviour.address_lag
        account.lags.hold(triggers_key(function), [*others, _without_address(new)], reads)


def _told(account: Account, trigger: Document) -> Document | None:
    """The TriggerInfo that CreateTrigger is answered with."""
    behaviour = account.behaviour
    if behaviour.create_trigger_tells is False:
        return None
    hidden = behaviour.create_trigger_tells == "no address" or behaviour.address_lag
    return _without_address(trigger) if hidden and trigger["Type"] == "http" else trigger


def _without_address(trigger: Document) -> Document:
    description = json.loads(trigger["TriggerDesc"])
    description["NetConfig"].pop("ExtranetUrl", None)
    return {**trigger, "TriggerDesc": json.dumps(description)}


def _shown_name(function: StoredFunction, body: Document) -> str:
    """A trigger's name; SCF ignores that of a Function URL, and shows an id."""
    if body["Type"] != "http":
        return str(body["TriggerName"])
    bound = f"{function.region}/{function.name}:{body.get('Qualifier', LATEST)}"
    return hashlib.sha256(bound.encode()).hexdigest()[:10]


def _find_trigger(function: StoredFunction, body: Document) -> Document:
    for trigger in function.triggers:
        named = trigger["TriggerName"] == body["TriggerName"] or trigger["Type"] == "http"
        same = named and trigger["Type"] == body["Type"]
        same = same and trigger["Qualifier"] == body.get("Qualifier", LATEST)
        if same and (trigger["Type"] != "cos" or _same_rule(trigger, body["TriggerDesc"])):
            return trigger
    raise ApiError("ResourceNotFound.Trigger", "The trigger does not exist.")


def _same_rule(trigger: Document, description: str) -> bool:
    """Whether two COS triggers of one bucket have the same event and, where given, filter."""
    found, wanted = json.loads(trigger["TriggerDesc"]), _json(description)
    return bool(
        found["event"] == wanted.get("event")
        and found["filter"] == wanted.get("filter", found["filter"])
    )


def _description(account: Account, function: StoredFunction, body: Document) -> str:
    """TriggerDesc as ListTriggers shows it."""
    text = body.get("TriggerDesc") or ""
    if body["Type"] == "timer":
        return _timer(body["TriggerName"], text)
    if body["Type"] == "cos":
        return _cos(account, function, body["TriggerName"], text)
    if body["Type"] == "cmq":
        return json.dumps(_json(text))
    return _function_url(account, function, text)


def _timer(name: str, text: str) -> str:
    if not _TIMER_NAME.fullmatch(name):
        raise ApiError("InvalidParameterValue.TriggerName", "The timer's name is wrong.")
    limits.check_cron(text)
    return json.dumps({"cron": text})


def _cos(account: Account, function: StoredFunction, name: str, text: str) -> str:
    match = _COS_NAME.fullmatch(name)
    if match is None or match["region"] != function.region:
        raise ApiError("InvalidParameterValue.Cos", "The name is no bucket of the region.")
    if not account.bucket_exists(match["bucket"], match["region"]):
        raise ApiError("ResourceNotFound.Cos", "The bucket does not exist.")
    if " " in text:
        raise ApiError("InvalidParameterValue.TriggerDesc", "TriggerDesc must hold no space.")
    wanted = _json(text)
    chosen = wanted.get("filter") or {}
    if not _COS_EVENT.fullmatch(str(wanted.get("event"))) or set(chosen) - {"Prefix", "Suffix"}:
        raise ApiError("InvalidParameterValue.TriggerDesc", "Its event or filter is wrong.")
    suffix = chosen.get("Suffix", "")
    if suffix and not suffix.startswith("."):
        raise ApiError("InvalidParameterValue.TriggerDesc", "A suffix begins with a dot.")
    rule = {"Prefix": chosen.get("Prefix", ""), "Suffix": suffix}
    return json.dumps({"bucketUrl": name, "event": wanted["event"], "filter": rule})


def _function_url(account: Account, function: StoredFunction, text: str) -> str:
    wanted = _json(text)
    network = wanted.get("NetConfig")
    if wanted.get("AuthType") not in {"NONE", "CAM"} or not isinstance(network, dict):
        raise ApiError("InvalidParameterValue.TriggerDesc", "AuthType or NetConfig is wrong.")
    shown = {
        "EnableIntranet": network.get("EnableIntranet", False),
        "EnableExtranet": network.get("EnableExtranet", False),
    }
    if shown["EnableExtranet"]:
        shown["ExtranetUrl"] = account.url_of(function)
    return json.dumps({"AuthType": wanted["AuthType"], "NetConfig": shown})


def _check_conflicts(account: Account, function: StoredFunction, trigger: Document) -> None:
    if trigger["Type"] == "cos":
        _check_rules(account, trigger)
        return
    for other in function.triggers:
        if any(other[name] != trigger[name] for name in ("Type", "Qualifier")):
            continue
        if trigger["Type"] == "http":
            raise ApiError("LimitExceeded.Trigger", "A version has one Function URL.")
        if other["TriggerName"] == trigger["TriggerName"]:
            raise ApiError("ResourceInUse.TriggerName", "The trigger exists already.")


def _check_rules(account: Account, trigger: Document) -> None:
    """COS sends an event to one place: no two rules of a bucket may overlap."""
    rules = [
        json.loads(other["TriggerDesc"])
        for function in account.functions.values()
        for other in function.triggers
        if other["Type"] == "cos" and other["TriggerName"] == trigger["TriggerName"]
    ]
    if any(_overlap(rule, json.loads(trigger["TriggerDesc"])) for rule in rules):
        raise ApiError(
            "InvalidParameterValue.CosNotifyRuleConflict",
            "The prefix and suffix overlap with those of another rule.",
        )


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one["event"].rpartition(":")[0] != other["event"].rpartition(":")[0]:
        return False
    return _either(one["filter"]["Prefix"], other["filter"]["Prefix"]) and _either(
        one["filter"]["Suffix"][::-1], other["filter"]["Suffix"][::-1]
    )


def _either(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _json(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ApiError("InvalidParameterValue.TriggerDesc", "TriggerDesc is no JSON object.")
    return document


ACTIONS = {
    "CreateTrigger": create_trigger,
    "DeleteTrigger": delete_trigger,
    "ListTriggers": list_triggers,
    "UpdateTrigger": update_trigger,
}
