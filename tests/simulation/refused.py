"""COS refuses to show single objects: photos at HEAD, for hours or for good, and our own at GET."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.history import HOUR, History, Outcome, outcome_of
from tests.simulation.scheduler import Process, seeded
from tests.simulation.world import KEYS, World


def tell_refused(seed: int) -> Outcome:
    """Run the history of a seed. What COS denies, it shows again before the end."""
    world = World(seed)
    _RefusedHistory(world).run()
    return outcome_of(world)


class _RefusedHistory(History):
    def _operator(self) -> None:
        super()._operator()
        draws = seeded(f"{self._world.seed}/refusals")
        for key in draws.sample(KEYS, 2):
            after = draws.choice((0.0, draws.uniform(0, self._hours * HOUR / 2)))
            self._world.scheduler.spawn(
                f"policy {key[-12:]}", self._refuser(key, draws.choice((400, 403))), after=after
            )
        after = draws.uniform(60, self._hours * HOUR)
        self._world.scheduler.spawn("policy of ours", self._denier(), after=after)

    def _settle(self) -> None:
        refused = self._world.refused
        self._world.refused = {key: status for key, status in refused.items() if status == 400}
        super()._settle()

    def _refuser(self, key: str, status: int) -> Callable[[Process], None]:
        def work(process: Process) -> None:
            self._refuse(process, key, status)

        return work

    def _denier(self) -> Callable[[Process], None]:
        def work(process: Process) -> None:
            for name in sorted(self._world.cos.objects.now)[::3]:
                self._refuse(process, name, 403)

        return work

    def _refuse(self, process: Process, name: str, status: int) -> None:
        self._world.note(process, f"refuse with {status}", name, None)
        self._world.refused[name] = status
        self._world.ever_refused.add(name)
