"""Dates as cards and CI write them.

Read are 1974年12月1日, 1974-12-01, 1974.12.01, 1974/12/1, 1974 12 1, 19741201, "December 1, 1974",
"1 Dec 1974" and "1974 Dec 1", with stray white space and full-width characters. The year has four
digits and stands first or last, so nothing is guessed. 01/12/1974 is not read: either
number could be the day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from shared.card.text import fold

_PLAIN = str.maketrans({**dict.fromkeys("‐‒–—―−~〜", "-"), **dict.fromkeys("·•。", ".")})
_SPACE_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s+(?=\d)")

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
    "sept": 9,
}

_MONTH_NAME = r"(?P<month>[a-z]{3,9})\.?[-,/]?"
_DAY_OF_ENGLISH = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[-.,/]?"
_YEAR = r"(?P<year>[0-9]{4})"
# A day ends where no digit follows, or where the year of a range's second date does.
_DAY_ENDS = r"(?=[0-9]{4}|[^0-9]|$)"
_DAY = r"(?P<day>[0-9]{1,2})" + _DAY_ENDS
_FORMS = tuple(
    re.compile(form)
    for form in (
        _YEAR + r"[年./,-](?P<month>[0-9]{1,2})[月./,-]" + _DAY + "[日号]?",
        _YEAR + r"(?P<month>[0-9]{2})(?P<day>[0-9]{2})" + _DAY_ENDS,
        _MONTH_NAME + _DAY_OF_ENGLISH + _YEAR,
        _DAY_OF_ENGLISH + _MONTH_NAME + _YEAR,
        _YEAR + r"[-.,/]?" + _MONTH_NAME + _DAY,
    )
)


def plain_forms(text: str) -> Iterator[str]:
    """Yield the text folded, its dashes and dots each of one kind, none of them at the ends.

    White space between two digits is a stray in the first form and a separator in the second.
    """
    yield _plain(text)
    yield _plain(_SPACE_BETWEEN_DIGITS.sub("-", text))


def leading_date(text: str) -> tuple[date | None, str] | None:
    """Split plain text that begins with a date into the date and the rest.

    Return None if there is no date. The date alone is None if it has the form of a date and isn't
    in the calendar, such as 1974-02-30.
    """
    for form in _FORMS:
        match = form.match(text)
        if match:
            day = calendar_date(match["year"], match["month"], match["day"])
            return day, text[match.end() :]
    return None


def read_date(text: str) -> date | None:
    """Read the whole text as a date. Return None if it isn't one."""
    for form in plain_forms(text):
        day, rest = leading_date(form) or (None, "")
        if day and not rest:
            return day
    return None


def calendar_date(year: str, month: str, day: str) -> date | None:
    """Return the date of these digits, or of a month's name in English; None if it is none."""
    month_number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month, 0)
    try:
        return date(int(year), month_number, int(day))
    except ValueError:
        return None


def add_years(start: date, years: int) -> date | None:
    """Return the same day `years` later, or None beyond the calendar's last year, 9999.

    A period that begins on 29 February ends, in a year without that day, on 28 February: the
    last day of the month, as the Civil Code (article 202) counts periods in years.
    """
    year = start.year + years
    if year > date.max.year:
        return None
    last_day = monthrange(year, start.month)[1]
    return date(year, start.month, min(start.day, last_day))


def _plain(text: str) -> str:
    return fold(text).translate(_PLAIN).strip(".,:;-")
