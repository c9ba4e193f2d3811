"""How fast pacers released jobs, from what they wrote down."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Releases(NamedTuple):
    """The moments (Unix seconds) by pacer: each is one run's, from its first job to its last."""

    by_pacer: Mapping[str, Sequence[float]]

    @staticmethod
    def read(path: Path) -> Releases:
        """What `tests.load.released` wrote."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            pacer, moment = line.split()
            found[pacer].append(float(moment))
        return Releases({pacer: sorted(moments) for pacer, moments in found.items()})

    def total(self) -> int:
        """How many there were."""
        return sum(map(len, self.by_pacer.values()))

    def rates(self, least: int) -> list[float]:
        """Releases a second of each run that had more than so many, in the order of their times."""
        return [(len(run) - 1) / (run[-1] - run[0]) for run in self._long(least)]

    def rate(self, least: int) -> float:
        """Releases a second over all those runs; what lies between them doesn't count."""
        runs = self._long(least)
        return sum(len(run) - 1 for run in runs) / (sum(run[-1] - run[0] for run in runs) or 1)

    def most_in_a_second(self) -> int:
        """The most that a calendar second had, whoever released them."""
        moments = (moment for run in self.by_pacer.values() for moment in run)
        return max(Counter(map(int, moments)).values(), default=0)

    def _long(self, least: int) -> list[Sequence[float]]:
        return sorted((run for run in self.by_pacer.values() if len(run) > least), key=min)
