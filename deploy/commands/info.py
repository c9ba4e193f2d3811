"""`info`: what is deployed, as SCF has it. `logs`: the latest lines that a function logged."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from deploy.commands.session import known, open_session, place, say
from deploy.configuration.service import FUNCTIONS, Service
from deploy.functions.logs import WEEK_SECONDS, logged_lines, no_topic, topic_of, written
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


def logs(service: Service, options: argparse.Namespace) -> None:
    """Show the last lines of a week, grouped by invocation."""
    name = service.function_name(known(service, options.function))
    session = open_session(service)
    topic = topic_of(session.scf, name)
    if topic is None:
        say(no_topic(name))
        return
    now = time.time()
    shown = logged_lines(session.api, topic, name, now - WEEK_SECONDS, now)
    for line in written(shown):
        say(line)
    if not shown:
        say(f"{name} has logged nothing in a week")
