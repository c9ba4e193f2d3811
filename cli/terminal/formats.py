"""How times, ages, prices and scores are read and written."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Literal

import typer

from shared.errors import ConfigurationError
from shared.times import from_rfc3339, is_rfc3339

_TIME = re.compile("(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})Z)?")

_LONGEST_WAIT = 86_400


def seconds(text: str | float) -> float:
    """Read a number of seconds to wait. An option's default comes as a number.

    Raises:
        BadParameter: it is not a number from 1 to 86400.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 1 <= number <= _LONGEST_WAIT:  # nan, too
        raise typer.BadParameter(f"{text!r} is not a number of seconds from 1 to {_LONGEST_WAIT}")
    return number


def moment(option: str, text: str) -> float:
    """Read `2026-01-31` or `2026-01-31T08:15:00Z`, both in UTC, as Unix seconds.

    Raises:
        ConfigurationError: it is neither; names the option.
    """
    match = _TIME.fullmatch(text)
    try:
        if match is not None:
            return from_rfc3339(f"{match['day']}T{match['time'] or '00:00:00'}Z")
    except ValueError:
        pass  # the 30th of February
    raise ConfigurationError(
        option, f"is {text!r}; write it like 2026-01-31 or 2026-01-31T08:15:00Z"
    )


def local_time(at: float | str | None) -> str:
    """Write a time for a screen, `2026-01-31 16:15:00+08:00`, in the zone of this machine.

    Args:
        at: Unix seconds, or RFC 3339 in UTC. Any other text stays as it is; None is `-`.
    """
    if isinstance(at, str):
        if not is_rfc3339(at):
            return at
        at = from_rfc3339(at)
    if at is None:
        return "-"
    return datetime.fromtimestamp(at, timezone.utc).astimezone().isoformat(" ", "seconds")


_HOUR, _DAY = 60, 1440  # in minutes


def age_of(seconds: float) -> str:
    """Write `seconds` as `3 min`, `5.2 h` or `12 days`, rounded: 59.9 minutes are `1.0 h`."""
    minutes = round(max(seconds, 0) / 60)
    if minutes < _HOUR:
        return f"{minutes} min"
    if minutes < 2 * _DAY:
        return f"{minutes / _HOUR:.1f} h"
    return f"{minutes / _DAY:.0f} days"


_MOST_PLACES = 12  # before and behind the point: 1e9999 is a million zeros when it is printed


def price(text: str) -> Decimal:
    """Read the price of one job, in any currency.

    Raises:
        BadParameter: it is not an amount.
    """
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and amount >= 0 and abs(amount.adjusted()) <= _MOST_PLACES):
        raise typer.BadParameter(f"{text!r} is not an amount; write it like 0.05")
    return amount


def cost_text(jobs: int, each: Decimal | None) -> str:
    """Write a sentence on what jobs cost."""
    if each is None:
        return "What that costs is known with --price, the price of one job."
    return f"At {each} a job that is at most {jobs * each:,f}."


def cost_document(jobs: int, each: Decimal | None) -> dict[str, object]:
    """Return the same for programs, with amounts as text, since they are exact."""
    if each is None:
        return {"price": None, "cost": None}
    return {"price": f"{each:f}", "cost": f"{jobs * each:f}"}


Band = Literal["good", "fair", "low", "none"]


def band(score: float | None, minimum: int) -> Band:
    """Return a score's band: `low` below MIN_SCORE, `fair` in the lower half above it.

    cli/viewer/values.js has the same rule.
    """
    if score is None:
        return "none"
    if score < minimum:
        return "low"
    return "fair" if score < (minimum + 100) / 2 else "good"
