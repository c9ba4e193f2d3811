"""SCF's cron: second, minute, hour, day, month, weekday, year. Source: SCF's page 583/9708."""

from __future__ import annotations

import re
from typing import NamedTuple


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
