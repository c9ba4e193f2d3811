"""`info`: what is deployed, as SCF has it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from deploy.commands.session import open_session, place, say
from deploy.configuration.service import FUNCTIONS, Service
from deploy.functions.model import Found
from deploy.functions.triggers import FoundTrigger


def info(service: Service, _options: argparse.Namespace) -> None:
    """Show every function with its state, its triggers and its address, which holds no token."""
    session = open_session(service)
    found = session.found(settled=False)
    say(place(service))
    for key in FUNCTIONS:
        name = service.function_name(key)
        for line in _lines(found[key]) if key in found else [f"{name}  not deployed"]:
            say(f"  {line}")


def _lines(found: Found) -> Iterator[str]:
    configuration = found.configuration
    origin = "" if found.ours else "  not made by this service"
    yield (
        f"{found.name}  {found.status}  {found.runtime}, {configuration.memory_size} MB, "
        f"{configuration.timeout} s  changed {found.modified}{origin}"
    )
    if found.failed and found.reason:
        yield f"  {found.reason}"
    for trigger in found.triggers:
        yield f"  {_trigger(trigger)}"


def _trigger(trigger: FoundTrigger) -> str:
    states = {
        "closed": not trigger.open,
        "not made by this service": not trigger.ours,
    }
    remarks = "".join(f", {state}" for state, holds in states.items() if holds)
    return f"{trigger.rule.says()}{remarks}" + (f"  {trigger.url}" if trigger.url else "")
