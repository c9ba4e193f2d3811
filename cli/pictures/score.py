"""The band of a score: what colours it in a table, on a photo and in the report."""

from __future__ import annotations

from typing import Literal

Band = Literal["good", "fair", "low", "none"]


def band(score: float | None, minimum: int) -> Band:
    """`low` is below MIN_SCORE, `fair` in the lower half of what is left, `none` without a score.

    cli/report/cards.js has the same rule.
    """
    if score is None:
        return "none"
    if score < minimum:
        return "low"
    return "fair" if score < (minimum + 100) / 2 else "good"
