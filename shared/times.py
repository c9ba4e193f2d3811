"""Times in the cloud's forms and in ours, which is RFC 3339 in UTC with `Z`."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

_RFC3339 = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SECONDS = len("2026-01-31T08:15:00")
_OFFSET = re.compile("(?:[.][0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-5][0-9])")
_FIRST_YEAR = 1970
_AFTER_ALL = 253_402_300_800  # the year 10000


def rfc3339(seconds: float) -> str:
    """Return Unix seconds as `2026-01-31T08:15:00Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def from_rfc3339(text: str) -> int:
    """Return the Unix seconds of a time that `rfc3339` wrote. Raise ValueError for other text."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("not a time in UTC in the form of RFC 3339")
    moment = datetime.fromisoformat(f"{text[:-1]}+00:00")  # takes a fifth of strptime's time
    return int(moment.timestamp())


def is_rfc3339(value: object) -> bool:
    """Return whether `from_rfc3339` can read a value."""
    try:
        return isinstance(value, str) and from_rfc3339(value) >= 0
    except ValueError:
        return False


@lru_cache(maxsize=64)  # the replies of one invocation have few different dates
def http_date_seconds(text: str | None) -> int | None:
    """Return the Unix seconds of `Fri, 20 Nov 2026 08:15:00 GMT`; None if it isn't an HTTP date."""
    try:
        moment = parsedate_to_datetime(text or "")
        seconds = int((moment.replace(tzinfo=moment.tzinfo or timezone.utc)).timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds < _AFTER_ALL else None


def from_http_date(text: str | None) -> str | None:
    """Return an HTTP date as RFC 3339. Return None if it isn't one."""
    seconds = http_date_seconds(text)
    return None if seconds is None else rfc3339(seconds)


def to_ci(seconds: float) -> str:
    """Return Unix seconds in the form of CI's API: `2022-06-27T14:44:10+0800`."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+0800", time.gmtime(seconds + 8 * 3600))


def from_ci(text: str | None) -> str | None:
    """Return a job's time, `2022-06-27T14:44:10+0800`, as RFC 3339.

    Return None for CI's `-`, and for any other text that isn't such a time.
    """
    if text is None:
        return None
    local, rest = text[:_SECONDS], text[_SECONDS:]
    try:  # takes a twentieth of strptime's time, and each job has three such texts
        there = datetime.fromisoformat(local)
        moment = there - _from_utc(rest)
    except (ValueError, OverflowError):
        return None
    # An unset time can have the year 1. Python reads more forms than CI writes.
    is_one = moment.year >= _FIRST_YEAR and there.isoformat() == local
    return f"{moment.isoformat()}Z" if is_one else None


@lru_cache(maxsize=32)
def _from_utc(rest: str) -> timedelta:
    """Return the offset of `Z`, `+0800` or `.123-03:30`.

    Raises:
        ValueError: another form, or an offset of a day or more.
    """
    match = _OFFSET.fullmatch(rest)
    if match is None:
        raise ValueError("no offset")
    offset = match[1]
    if offset == "Z":
        return timedelta()
    moment = datetime.fromisoformat(f"2000-01-01T00:00:00{offset[:3]}:{offset[-2:]}")
    return moment.utcoffset() or timedelta()
