"""A lifecycle rule archives the whole bucket, at any moment of a history, photos and our objects.

What is archived can't be read until somebody restores it; HEAD, PUT and DELETE go on. Somebody does
so at the end for pending objects of long keys alone, which stand in no name.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.history import HOUR, History, Outcome, outcome_of
from tests.simulation.scheduler import Process, seeded
from tests.simulation.world import World


def tell_archived(seed: int) -> Outcome:
    """Run the history of a seed."""
    world = World(seed)
    _ArchivedHistory(world).run()
    return outcome_of(world)


class _ArchivedHistory(History):
    def _operator(self) -> None:
        super()._operator()
        draws = seeded(f"{self._world.seed}/archive")
        for _ in range(draws.choice((1, 1, 2))):
            after = draws.uniform(0, self._hours * HOUR)
            age = draws.choice((0, 0, 600, 2 * HOUR))
            self._world.scheduler.spawn("lifecycle", self._archiver(age), after=after)

    def _settle(self) -> None:
        self._world.cos.objects.restore("/~/")
        super()._settle()

    def _archiver(self, age: float) -> Callable[[Process], None]:
        def work(process: Process) -> None:
            cos = self._world.cos
            before = cos.clock() + 1 - age
            found = cos.photos.archive(before) | cos.objects.archive(before)
            self._world.archived |= found
            self._world.note(process, "archive", f"{len(found)} objects", None)

        return work
