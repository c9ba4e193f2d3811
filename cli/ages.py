"""Ages for people."""

from __future__ import annotations

_HOUR, _DAY = 3600, 86_400


def age_of(seconds: float) -> str:
    """`3 min`, `5.2 h`, `12 days`."""
    if seconds < _HOUR:
        return f"{max(seconds, 0) / 60:.0f} min"
    if seconds < 2 * _DAY:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / _DAY:.0f} days"
