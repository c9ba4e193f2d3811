"""Times as people write them in options."""

from __future__ import annotations

import re

from shared.errors import ConfigurationError
from shared.times import from_rfc3339

_TIME = re.compile("(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})Z)?")


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
