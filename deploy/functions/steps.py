"""The steps of a plan. Each step is one request to SCF, with a sentence about what it changes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NamedTuple

from deploy.configuration.service import HANDLER
from deploy.functions.model import Asynchronous, Configuration, Found, Wanted, changed_variables
from deploy.functions.ownership import description_of
from deploy.functions.triggers import FoundTrigger, Rule, creation, deletion, update

NOT_YET = "(the callback's address, once it has one)"
"""Stands for CALLBACK_URL in a plan that is made before the callback function has its address."""

_KILOBYTE = 1024
_NO_QUEUE = ("", "")


class Step(NamedTuple):
    """One request. `key` is the function's name in serverless.yml, `name` the one in SCF.

    `title` names the step in a few words; `says` has every change. `changes` tells whether the
    request changes the function itself, which takes a while. `rule` is the rule of the trigger that
    the step creates or changes; `trigger` is the trigger that it deletes.
    """

    key: str
    name: str
    title: str
    says: str
    action: str
    parameters: Mapping[str, object]
    changes: bool = False
    rule: Rule | None = None
    trigger: FoundTrigger | None = None

    def __repr__(self) -> str:
        """Leave out the parameters, since they hold the secrets."""
        return f"Step({self.name}, {self.action})"


def create_function(wanted: Wanted) -> Step:
    """Create the function with its code and its configuration."""
    configuration = wanted.configuration
    title = f"create the function {wanted.name}"
    says = (
        f"{title}: {wanted.runtime}, {configuration.memory_size} MB, {configuration.timeout} s, "
        f"role {configuration.role}, {_kilobytes(wanted)}, environment "
        f"{', '.join(configuration.environment)}"
    )
    parameters: dict[str, object] = {
        "Runtime": wanted.runtime,
        "Handler": HANDLER,
        "Type": "Event",
        "Code": {"ZipFile": _encoded(wanted)},
        **_described(wanted, _NO_QUEUE),
    }
    if wanted.tags:
        tags = sorted(wanted.tags.items())
        parameters["Tags"] = [{"Key": key, "Value": value} for key, value in tags]
    return _step(wanted, (title, says), "CreateFunction", parameters, changes=True)


def update_code(wanted: Wanted) -> Step:
    """Upload another zip. The Description still has the old digest; the next step changes that."""
    parameters = {"Handler": HANDLER, "Code": {"ZipFile": _encoded(wanted)}}
    says = (f"upload the code of {wanted.key}", f"upload the code, {_kilobytes(wanted)}")
    return _step(wanted, says, "UpdateFunctionCode", parameters, changes=True)


def update_configuration(wanted: Wanted, found: Found) -> Step:
    """Change the configuration, and the Description to the digest of the present code."""
    changes = list(_changes(found.configuration, wanted.configuration))
    if found.code_sha256 != wanted.code_sha256:
        changes.append("note the code's digest in the description")
    says = (f"configure {wanted.key}", "; ".join(changes) or "set the configuration again")
    parameters = _described(wanted, found.configuration.dead_letter_queue)
    return _step(wanted, says, "UpdateFunctionConfiguration", parameters, changes=True)


def update_asynchronous(wanted: Wanted) -> Step:
    """Set how often and for how long SCF repeats an event."""
    asynchronous: Asynchronous = wanted.asynchronous
    says = (
        f"set how events of {wanted.key} are repeated",
        f"repeat an event {asynchronous.retries} times, keep it {asynchronous.event_age} s",
    )
    parameters = {
        "AsyncTriggerConfig": {
            "RetryConfig": [{"RetryNum": asynchronous.retries}],
            "MsgTTL": asynchronous.event_age,
        }
    }
    return _step(wanted, says, "UpdateFunctionEventInvokeConfig", parameters)


def update_concurrency(wanted: Wanted) -> Step:
    """Set the ceiling on instances that run at once. SCF counts it in MB."""
    if wanted.concurrency is None:
        says = (f"lift the ceiling of {wanted.key}", "lift the ceiling")
        return _step(wanted, says, "DeleteReservedConcurrencyConfig", {})
    instances = wanted.concurrency // wanted.configuration.memory_size
    says = (
        f"set the ceiling of {wanted.key}",
        f"run at most {instances} at once, {wanted.concurrency} MB",
    )
    parameters = {"ReservedConcurrencyMem": wanted.concurrency}
    return _step(wanted, says, "PutReservedConcurrencyConfig", parameters)


def create_trigger(wanted: Wanted, rule: Rule) -> Step:
    """Create a trigger that isn't there."""
    says = (f"create the {rule.title()}", f"create the {rule.says()}")
    step = _step(wanted, says, "CreateTrigger", creation(wanted.name, rule))
    return step._replace(rule=rule)


def update_trigger(wanted: Wanted, rule: Rule) -> Step:
    """Change a trigger that does something else."""
    says = (f"change the {rule.title()}", f"change to {rule.says()}")
    step = _step(wanted, says, "UpdateTrigger", update(wanted.name, rule))
    return step._replace(rule=rule)


def delete_trigger(key: str, name: str, trigger: FoundTrigger) -> Step:
    """Delete a trigger that isn't wanted any more."""
    title, says = f"delete the {trigger.rule.title()}", f"delete the {trigger.rule.says()}"
    parameters = deletion(name, trigger)
    return Step(key, name, title, says, "DeleteTrigger", parameters, trigger=trigger)


def delete_function(key: str, name: str) -> Step:
    """Delete a function that isn't wanted any more."""
    says = f"delete the function {name}"
    return Step(key, name, says, says, "DeleteFunction", {"FunctionName": name}, changes=True)


def _step(
    wanted: Wanted,
    says: tuple[str, str],
    action: str,
    parameters: Mapping[str, object],
    *,
    changes: bool = False,
) -> Step:
    named = {"FunctionName": wanted.name, **parameters}
    return Step(wanted.key, wanted.name, *says, action, named, changes)


def _described(wanted: Wanted, queue_before: tuple[str, str]) -> dict[str, object]:
    """Return the parameters that CreateFunction and UpdateFunctionConfiguration share."""
    configuration = wanted.configuration
    parameters: dict[str, object] = {
        "Description": description_of(wanted.code_sha256),
        "MemorySize": configuration.memory_size,
        "Timeout": configuration.timeout,
        "Role": configuration.role,
        "Environment": {
            "Variables": [
                {"Key": name, "Value": value} for name, value in configuration.environment.items()
            ]
        },
    }
    if configuration.dead_letter_queue != queue_before:
        kind, name = configuration.dead_letter_queue
        parameters["DeadLetterConfig"] = {"Type": kind, "Name": name, "FilterType": ""}
    if configuration.logs is not None:
        parameters["ClsLogsetId"], parameters["ClsTopicId"] = configuration.logs
    return parameters


def differs(found: Configuration, wanted: Configuration) -> bool:
    """Return whether there is anything to change."""
    return any(_changes(found, wanted))


def _changes(found: Configuration, wanted: Configuration) -> list[str]:
    """Return what changes, value by value. Of the environment, only the names are shown."""
    pairs = [
        ("memory", found.memory_size, wanted.memory_size),
        ("time-out", found.timeout, wanted.timeout),
        ("role", found.role, wanted.role),
        ("log topic", found.logs, wanted.logs if wanted.logs is not None else found.logs),
        ("dead-letter queue", found.dead_letter_queue, wanted.dead_letter_queue),
    ]
    changes = [
        f"{name} {_shown(before)} becomes {_shown(after)}"
        for name, before, after in pairs
        if before != after
    ]
    variables = changed_variables(found.environment, wanted.environment)
    return changes + ([f"change {', '.join(variables)} in the environment"] if variables else [])


def _shown(value: object) -> str:
    return " ".join(filter(None, value)) or "none" if isinstance(value, tuple) else str(value)


def _encoded(wanted: Wanted) -> str:
    return base64.b64encode(wanted.code).decode()


def _kilobytes(wanted: Wanted) -> str:
    return f"{max(1, round(len(wanted.code) / _KILOBYTE))} KB of code"
