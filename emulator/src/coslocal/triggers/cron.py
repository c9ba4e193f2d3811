"""When a timer fires: SCF's cron expressions (583/9708), in China's time, UTC+8."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple

CHINA: Final = timezone(timedelta(hours=8))

_MONTHS: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_STEP: Final = re.compile(r"(?P<range>[^/]+)(?:/(?P<step>\d{1,4}))?", re.ASCII)
_EVERY: Final = ("*", "?")


class _Field(NamedTuple):
    """One field of an expression; `names` stand for numbers from `lowest` up."""

    name: str
    lowest: int
    highest: int
    names: Sequence[str] = ()


_FIELDS: Final = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 6, _WEEKDAYS),
    _Field("year", 1970, 2099),
)


@dataclass(frozen=True)
class Cron:
    """A parsed expression: the values that each field may have, ascending."""

    seconds: Sequence[int]
    minutes: Sequence[int]
    hours: Sequence[int]
    days: Sequence[int]
    months: Sequence[int]
    weekdays: Sequence[int]
    years: Sequence[int]
    any_day: bool
    any_weekday: bool

    def next_after(self, moment: float) -> float | None:
        """Return the first time after `moment` (both Unix seconds); None if there is none."""
        after = datetime.fromtimestamp(int(moment), CHINA) + timedelta(seconds=1)
        for day in self._days_from(after.date()):
            midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
            earliest = max(after, midnight)
            for hour in self.hours:
                for minute in self.minutes:
                    if (hour, minute) < (earliest.hour, earliest.minute):
                        continue
                    for second in self.seconds:
                        found = earliest.replace(hour=hour, minute=minute, second=second)
                        if found >= earliest:
                            return found.timestamp()
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for year in self.years:
            for month in self.months:
                if (year, month) < (first.year, first.month):
                    continue
                day = max(first, date(year, month, 1))
                while day.month == month:
                    if self._is_day(day):
                        yield day
                    day += timedelta(days=1)

    def _is_day(self, day: date) -> bool:
        """Tell whether it fires on a day: a day and a weekday that are both given are either."""
        is_day = day.day in self.days
        is_weekday = day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return is_day and is_weekday
        return is_day or is_weekday


def parse_cron(expression: str) -> Cron:
    """Read an expression of seven fields: second minute hour day month weekday year.

    Raises:
        ValueError: It has another form; the message names the field.
    """
    texts = expression.split()
    if len(texts) != len(_FIELDS):
        names = " ".join(one.name for one in _FIELDS)
        raise ValueError(f"a cron expression has seven fields, {names}, not {expression!r}")
    values = [_values(text, field) for text, field in zip(texts, _FIELDS, strict=True)]
    seconds, minutes, hours, days, months, weekdays, years = values
    return Cron(
        seconds,
        minutes,
        hours,
        days,
        months,
        weekdays,
        years,
        any_day=texts[3] in _EVERY,
        any_weekday=texts[5] in _EVERY,
    )


def _values(text: str, field: _Field) -> Sequence[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _STEP.fullmatch(part)
        if match is None or match["step"] in ("0", "00", "000", "0000"):
            raise _wrong(text, field)
        step = int(match["step"] or 1)
        if match["range"] in _EVERY:
            first, last = field.lowest, field.highest
        else:
            begins, dash, ends = match["range"].partition("-")
            first = _number(begins, text, field)
            last = _number(ends, text, field) if dash else first
            if match["step"] and not dash:
                last = field.highest
        if first > last:
            raise _wrong(text, field)
        found |= set(range(first, last + 1, step))
    return sorted(found)


def _number(text: str, whole: str, field: _Field) -> int:
    if text.upper() in field.names:
        return field.names.index(text.upper()) + field.lowest
    if not re.fullmatch(r"[0-9]{1,4}", text) or not field.lowest <= int(text) <= field.highest:
        raise _wrong(whole, field)
    return int(text)


def _wrong(text: str, field: _Field) -> ValueError:
    return ValueError(
        f"the {field.name} of a cron expression is from {field.lowest} to {field.highest}, "
        f"not {text!r}"
    )
