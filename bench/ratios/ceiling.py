"""R8: how near to REQUESTS_PER_SECOND the pacer keeps, and whether it ever exceeds it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.light import light_cloud
from bench.ratio import Figures, Goal, Part, Ratio
from tests.load.backfill import LATENCY_SECONDS, PER_SECOND, Operator
from tests.load.rates import Releases

_SECONDS, _QUICK_SECONDS = 60, 12
_WINDOWS = 6
GOAL = Goal(0.98, 1)
_POLL_SECONDS = 0.2


def _measure(*, quick: bool) -> Figures:
    seconds = _QUICK_SECONDS if quick else _SECONDS
    cards = PER_SECOND * seconds + 1  # as many intervals
    with tempfile.TemporaryDirectory() as folder, light_cloud(cards, LATENCY_SECONDS) as address:
        operator = Operator(address, Path(folder))
        with operator.calls("sweep", "--drain") as process:
            while process.poll() is None and Releases.read(operator.releases).total() < cards:
                time.sleep(_POLL_SECONDS)
        releases = Releases.read(operator.releases)
    problems = [] if releases.total() == cards else ["not every card was sent"]
    if releases.most_in_a_second() > PER_SECOND:
        problems.append(f"a second had {releases.most_in_a_second()} releases")
    (moments,) = releases.by_pacer.values()
    problems += slow(moments)
    return Figures({"": Part(GOAL, list(_shares(moments)), problems)})


def slow(moments: Sequence[float]) -> list[str]:
    """What is wrong with all releases taken together: a slow window must not hide in a median."""
    share = _share(moments)
    return [] if share >= GOAL.least else [f"all of it had {share:.1%} of the ceiling"]


def _shares(moments: Sequence[float]) -> Iterator[float]:
    """What was used of the ceiling in each of several windows of as many releases."""
    size = (len(moments) - 1) // _WINDOWS
    for start in range(0, size * _WINDOWS, size):
        yield _share(moments[start : start + size + 1])


def _share(moments: Sequence[float]) -> float:
    """What was used of the ceiling from the first release to the last."""
    return (len(moments) - 1) / (moments[-1] - moments[0]) / PER_SECOND


CEILING = Ratio(
    "R8", "cards a second under a ceiling of 40, by their releases", "the ceiling", _measure
)
