"""Ages for people."""

from __future__ import annotations

_HOUR, _DAY = 60, 1440  # in minutes


def age_of(seconds: float) -> str:
    """Write `seconds` as `3 min`, `5.2 h` or `12 days`, rounded: 59.9 minutes are `1.0 h`."""
    minutes = round(max(seconds, 0) / 60)
    if minutes < _HOUR:
        return f"{minutes} min"
    if minutes < 2 * _DAY:
        return f"{minutes / _HOUR:.1f} h"
    return f"{minutes / _DAY:.0f} days"
