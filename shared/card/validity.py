"""A licence's period of validity.

Cards of different years print it as a range (2015-01-01至2025-01-01, 2015-01-01至长期), as a start
and a term (2006-03-15, 6年), or as a start and an end under labels of their own. Whatever stands
under any of these labels is read as any of them.
"""

from __future__ import annotations

import re

from shared.card.dates import leading_date, plain_forms, read_date
from shared.card.model import Reading

LONG_TERM = "长期"

_LONG_TERM_WORDS = frozenset(
    {LONG_TERM, "长期有效", "longterm", "long-term", "permanent", "indefinite"}
)
_TERM = re.compile(r"([1-9][0-9]?)(?:年|years?)")
_FROM = re.compile(r"自|从|from")
_UNTIL = re.compile(r"至|到|to|until|till|through")
_BETWEEN = re.compile(rf"起?(?:{_UNTIL.pattern}|-+)?")


def read_validity(field: str, text: str) -> Reading:
    """Read text under a label for `field`, valid_from or valid_until, which a lone date fills."""
    readings = [_read(field, form) for form in plain_forms(text)]
    complete = (reading for reading in readings if None not in reading.values.values())
    return next(complete, readings[0])


def _read(field: str, text: str) -> Reading:
    period = _without(_FROM, text)
    if years := _years(period):
        return Reading("valid_until", {}, years)
    if period in _LONG_TERM_WORDS or _UNTIL.match(period):
        return Reading("valid_until", {"valid_until": _read_end(_without(_UNTIL, period))})
    found = leading_date(period)
    if found is None:
        return Reading(field, {field: None})
    first, rest = found
    day = first.isoformat() if first else None
    return _read_range(day, _without(_BETWEEN, rest)) if rest else Reading(field, {field: day})


def _read_range(start: str | None, rest: str) -> Reading:
    if years := _years(rest):
        return Reading("valid_from", {"valid_from": start}, years)
    return Reading("valid_from", {"valid_from": start, "valid_until": _read_end(rest)})


def _read_end(text: str) -> str | None:
    if text in _LONG_TERM_WORDS:
        return LONG_TERM
    end = read_date(text.rstrip("止"))
    return end.isoformat() if end else None


def _years(text: str) -> int | None:
    term = _TERM.fullmatch(text)
    return int(term[1]) if term else None


def _without(beginning: re.Pattern[str], text: str) -> str:
    found = beginning.match(text)
    return text[found.end() :] if found else text
