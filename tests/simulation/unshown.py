"""Histories in which COS doesn't show what is there: it was archived, or a policy denies it."""

from __future__ import annotations

from tests.simulation.history import HOUR, History, Outcome, outcome_of
from tests.simulation.scheduler import Process, seeded
from tests.simulation.world import KEYS, World


def tell_archived(seed: int) -> Outcome:
    """A lifecycle rule archives the whole bucket, at any moment, photos and our objects.

    What is archived can't be read until somebody restores it; HEAD, PUT and DELETE go on. Somebody
    does so at the end for only the pending objects of long keys, which stand in no name.
    """
    world = World(seed)
    _Archived(world).run()
    return outcome_of(world)


def tell_refused(seed: int) -> Outcome:
    """COS refuses to show single objects: photos at HEAD, for hours or for good, ours at GET.

    What COS denies, it shows again before the end.
    """
    world = World(seed)
    _Refused(world).run()
    return outcome_of(world)


class _Archived(History):
    def _operator(self) -> None:
        super()._operator()
        draws = seeded(f"{self._world.seed}/archive")
        for _ in range(draws.choice((1, 1, 2))):
            after = draws.uniform(0, self._hours * HOUR)
            self._archive(after, age=draws.choice((0, 0, 600, 2 * HOUR)))

    def _settle(self) -> None:
        self._world.cos.objects.restore("/~/")
        super()._settle()

    def _archive(self, after: float, age: float) -> None:
        def work(process: Process) -> None:
            cos = self._world.cos
            before = cos.clock() + 1 - age
            found = cos.photos.archive(before) | cos.objects.archive(before)
            self._world.archived |= found
            self._world.note(process, "archive", f"{len(found)} objects", None)

        self._world.scheduler.spawn("lifecycle", work, after=after)


class _Refused(History):
    def _operator(self) -> None:
        super()._operator()
        draws = seeded(f"{self._world.seed}/refusals")
        for key in draws.sample(KEYS, 2):
            after = draws.choice((0.0, draws.uniform(0, self._hours * HOUR / 2)))
            self._refuse(f"policy {key[-12:]}", after, draws.choice((400, 403)), key)
        self._refuse("policy of ours", draws.uniform(60, self._hours * HOUR), 403)

    def _settle(self) -> None:
        refused = self._world.refused
        self._world.refused = {key: status for key, status in refused.items() if status == 400}
        super()._settle()

    def _refuse(self, policy: str, after: float, status: int, key: str | None = None) -> None:
        """Have COS refuse a photo from then on, or every third object of ours."""

        def work(process: Process) -> None:
            world = self._world
            for name in [key] if key else sorted(world.cos.objects.now)[::3]:
                world.note(process, f"refuse with {status}", name, None)
                world.refused[name] = status
                world.ever_refused.add(name)

        self._world.scheduler.spawn(policy, work, after=after)
