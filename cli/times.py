"""Times as people write them in options."""

from __future__ import annotations

import re

import typer

from shared.errors import ConfigurationError
from shared.times import from_rfc3339

_TIME = re.compile("(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})Z)?")

_LONGEST_WAIT = 86_400


def seconds(text: str | float) -> float:
    """How long to wait; an option's default comes as the number it is.

    Raises:
        BadParameter: it is no number from 1 to 86400.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 1 <= number <= _LONGEST_WAIT:  # nan, too
        raise typer.BadParameter(f"{text!r} is no number of seconds from 1 to {_LONGEST_WAIT}")
    return number


def moment(option: str, text: str) -> float:
    """Unix seconds of `2026-01-31` or `2026-01-31T08:15:00Z`, both in UTC.

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
