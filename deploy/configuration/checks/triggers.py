"""Checks that each function has the events it was written for, with values that SCF takes.

Source: SCF's pages on triggers (583/9707 COS, 583/9708 timer and its cron of seven fields: second,
minute, hour, day, month, weekday, year; 583/96099 Function URL, 583/11517 CMQ topic).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from deploy.configuration.environment import calls_back
from deploy.configuration.service import (
    CALLBACK,
    CosTrigger,
    Service,
    TimerTrigger,
    TopicTrigger,
    Trigger,
    UrlTrigger,
)
from deploy.errors import WrongConfiguration
from shared.settings.load import MQ_REGIONS
from shared.settings.variables import DEFAULTS


class Field(NamedTuple):
    """A field's name, its bounds, and the words for its numbers, beginning with the least."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
FIELDS = (
    Field("second", 0, 59),
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day", 1, 31),
    Field("month", 1, 12, _MONTHS),
    Field("weekday", 0, 6, _WEEKDAYS),
    Field("year", 1970, 2099),
)
_UNIX_FIELDS = 5
# `*`, a value or a range, each with or without a step.
_PART = re.compile(r"(?:\*|(?P<from>\w+)(?:-(?P<to>\w+))?)(?:/(?P<step>[1-9][0-9]*))?")


def problem_with(cron: str) -> str | None:
    """Say what is wrong with a cron and what to write instead. Return None if it is right."""
    parts = cron.split()
    if len(parts) != len(FIELDS):
        names = " ".join(field.name for field in FIELDS)
        example = f"0 {cron} *" if len(parts) == _UNIX_FIELDS else "0 */5 * * * * *"
        return (
            f"is {cron!r}, {len(parts)} fields; SCF has seven ({names}), "
            f"so write for example {example}"
        )
    for field, text in zip(FIELDS, parts, strict=True):
        if not all(_fits(field, part) for part in text.split(",")):
            return (
                f"has {text!r} for the {field.name}; write * or numbers from {field.least} to "
                f"{field.most}, with , - and / between them"
            )
    return None


def _fits(field: Field, part: str) -> bool:
    match = _PART.fullmatch(part)
    if match is None:
        return False
    ends = [_number(field, text) for text in (match["from"], match["to"]) if text is not None]
    inside = all(field.least <= end <= field.most for end in ends)
    return inside and ends == sorted(ends)


def _number(field: Field, text: str) -> int:
    """Return the number that a text means. Return -1 if it means none."""
    if text.isascii() and text.isdigit():
        return int(text)
    word = text.upper()
    return field.least + field.words.index(word) if word in field.words else -1


EVENT = "cos:ObjectCreated:*"
RECONCILE = "reconcile"

T = TypeVar("T", bound=Trigger)
_KINDS: Mapping[type, str] = {
    CosTrigger: "cos",
    UrlTrigger: "url",
    TopicTrigger: "cmq",
    TimerTrigger: "timer",
}
_TAKEN: Mapping[str, Sequence[type]] = {
    "submit": (CosTrigger,),
    CALLBACK: (UrlTrigger, TopicTrigger),
    "sweep": (TimerTrigger,),
}


def check_triggers(service: Service) -> None:
    """Refuse an event that SCF wouldn't create, or that the function wasn't written for."""
    for where, cos in _events(service, "submit", CosTrigger, needed=True):
        _check_cos(where, cos, service.environment)
    if CALLBACK in service.functions:  # it may be left out if CI doesn't call it
        _check_callback(service)
    timers = _events(service, "sweep", TimerTrigger, needed=True)
    for where, timer in timers:
        _check_timer(where, timer)
    _check_names([timer.name for _, timer in timers])
    _check_messages([timer.message for _, timer in timers])


def _check_callback(service: Service) -> None:
    """Check the Function URL, which must be there if CI calls it, and the topic if it is there."""
    for where, url in _events(service, CALLBACK, UrlTrigger, needed=calls_back(service)):
        _check_url(where, url)
    for where, topic in _events(service, CALLBACK, TopicTrigger, needed=False):
        _check_topic(where, topic, service)


def _events(service: Service, key: str, kind: type[T], *, needed: bool) -> list[tuple[str, T]]:
    """Return a function's events of one kind, with their places. Check the kinds of all events."""
    where = f"functions.{key}.events"
    found: list[tuple[str, T]] = []
    for position, trigger in enumerate(service.functions[key].triggers):
        if type(trigger) not in _TAKEN[key]:
            taken = " or ".join(_KINDS[one] for one in _TAKEN[key])
            _refuse(f"{where}.{position}", f"is {_KINDS[type(trigger)]}; {key} takes {taken}")
        if isinstance(trigger, kind):
            found.append((f"{where}.{position}.{_KINDS[kind]}", trigger))
    if needed and not found:
        _refuse(where, f"has none; write {_KINDS[kind]}, without which {key} is never called")
    if kind is not TimerTrigger and len(found) > 1:
        _refuse(where, f"has {len(found)}; write one, since {key} serves one bucket")
    return found


def _check_cos(where: str, trigger: CosTrigger, environment: Mapping[str, str]) -> None:
    if trigger.event != EVENT:
        _refuse(f"{where}.event", f"is {trigger.event!r}; write {EVENT}, which is every upload")
    for name, found in (("bucket", trigger.bucket), ("prefix", trigger.prefix)):
        variable = f"INPUT_{name.upper()}"
        expected = environment.get(variable) or DEFAULTS[variable] or ""
        if found != expected:
            said = f"which is {expected!r}" if expected else "which is not set"
            _refuse(f"{where}.{name}", f"is {found!r}; write the same as {variable}, {said}")
    if trigger.suffix and not trigger.suffix.startswith("."):
        _refuse(f"{where}.suffix", f"is {trigger.suffix!r}; write .{trigger.suffix}, with a dot")


def _check_url(where: str, trigger: UrlTrigger) -> None:
    if trigger.auth != "NONE":
        _refuse(
            f"{where}.auth",
            f"is {trigger.auth!r}; write NONE: CI can't sign its calls, and the token in the "
            "address is checked in its place",
        )


def _check_topic(where: str, trigger: TopicTrigger, service: Service) -> None:
    environment = service.environment
    if environment.get("CALLBACK_TYPE") != "TDMQ":
        _refuse(where, "has no message to bring; set CALLBACK_TYPE to TDMQ, or leave it out")
    if environment.get("CALLBACK_MQ_MODE") != "Topic":
        _refuse(where, "can't listen to a queue; set CALLBACK_MQ_MODE to Topic")
    name = environment.get("CALLBACK_MQ_NAME", "")
    if trigger.topic != name:
        _refuse(
            f"{where}.topic",
            f"is {trigger.topic!r}; write the same as CALLBACK_MQ_NAME, which is {name!r}",
        )
    lies_in = MQ_REGIONS.get(environment.get("CALLBACK_MQ_REGION", ""), service.region)
    if lies_in != service.region:
        _refuse(
            where,
            f"is in {lies_in}, as CALLBACK_MQ_REGION says, and the functions are in "
            f"{service.region}; SCF listens to topics of its own region",
        )


def _check_timer(where: str, trigger: TimerTrigger) -> None:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]{0,59}", trigger.name):
        _refuse(
            f"{where}.name",
            f"is {trigger.name!r}; write up to 60 letters, digits, - and _, a letter first",
        )
    problem = problem_with(trigger.cron)
    if problem is not None:
        _refuse(f"{where}.cron", problem)
    if trigger.message not in {"", RECONCILE}:
        _refuse(
            f"{where}.message",
            f"is {trigger.message!r}; write {RECONCILE}, or leave it out for a sweep",
        )


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            _refuse("functions.sweep.events", f"has two timers named {name}; write another name")


def _check_messages(messages: Sequence[str]) -> None:
    if "" not in messages:
        _refuse(
            "functions.sweep.events",
            "has no timer without a message; write one, for example every five minutes, since "
            "sweep finishes the pending cards",
        )
    if RECONCILE not in messages:
        _refuse(
            "functions.sweep.events",
            f"has no timer with the message {RECONCILE}; write one, for example once a day, since "
            "it finds the uploads whose event was lost",
        )


def _refuse(where: str, problem: str) -> None:
    raise WrongConfiguration(where, problem)
