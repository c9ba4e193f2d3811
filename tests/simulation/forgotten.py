"""A card is forgotten at any moment of its way, and nothing of it comes back."""

from __future__ import annotations

from typing import NamedTuple

from cli.delete.forget import Forgetting
from shared.documents import encode
from shared.errors import CardOcrError
from shared.times import rfc3339
from tests.simulation.actors import start_submit, start_sweep
from tests.simulation.history import HOUR, Outcome, outcome_of
from tests.simulation.oracle import Broken
from tests.simulation.recogniser import run_job
from tests.simulation.scheduler import Process
from tests.simulation.world import KEYS, World

_BETWEEN_SWEEPS = 300
_HOURS_AFTER = 30
# A process that stands still for an hour and then writes outlives any look.
_NOT_HERE = frozenset({"paused before", "paused after", "held up on its way"})
_OF_THE_CARD = ("ocr/pending/", "ocr/results/")


def tell_forgotten(seed: int) -> Outcome:
    """Run the history of a seed."""
    world = World(seed)
    world.faults.excluded = _NOT_HERE
    world.cos.versioned = None
    world.run_job = lambda job: run_job(world, job)
    since = rfc3339(world.cos.clock() - HOUR)
    world.cos.write("ocr/state/since.json", encode({"since": since}))
    key = world.random.choice(KEYS)
    world.cos.upload(key, f"{seed}".encode())
    after = world.random.choice((0, 1, 5, 60, 400, 2 * HOUR)) * world.random.random()
    # Submits that read the photo right before it goes, or any others.
    starts = world.random.choice(((0.2, 1, 60, 900), (max(0.0, after - 0.1), after)))
    for number in range(world.random.choice((0, 1, 1, 2, 3))):
        start_submit(world, f"submit {number}", [key], world.random.choice(starts))
    ended: list[float] = []
    start_forget(world, key, ended, after)
    while not world.is_broken() and (not ended or world.now() < ended[0] + _HOURS_AFTER * HOUR):
        is_daily = world.random.random() < 0.05
        start_sweep(world, f"sweep {world.now():.0f}", 0, reconcile=is_daily)
        _go_on(world, _BETWEEN_SWEEPS if not ended else world.random.choice((300, 2 * HOUR)))
        if ended:
            world.faults.stop()
    left = [name for name in world.cos.objects.now if name.startswith(_OF_THE_CARD)]
    if not world.is_broken() and left:
        world.oracle.broken.append(Broken("what was forgotten comes not back", left[0], "the end"))
    return outcome_of(world)


def start_forget(world: World, key: str, ended: list[float], after: float, number: int = 1) -> None:
    """Somebody forgets the card, and calls again if the call was interrupted."""

    def work(process: Process) -> None:
        try:
            _forget(world, process, key, ended)
        finally:
            if not ended:
                start_forget(world, key, ended, 60, number + 1)

    world.scheduler.spawn(f"forget {number}", work, after=after)


def _forget(world: World, process: Process, key: str, ended: list[float]) -> None:
    """What `card-ocr forget` does, called again whenever COS fails."""
    context = world.context(process, "sweep")
    forgetting = Forgetting(context, key, _Photos(world))
    while not ended:
        try:
            next_at = forgetting.go_on()
        except CardOcrError:
            process.wait(30)
            continue
        if next_at is None:
            ended.append(world.now())
        else:
            process.wait(max(0.1, next_at - context.now()))


class _Photos(NamedTuple):
    """The photos of a bucket without versioning."""

    world: World

    def kept_versions(self, _key: str) -> int:
        return 0

    def delete_every_version(self, key: str) -> None:
        self.world.cos.remove(key)


def _go_on(world: World, seconds: float) -> None:
    world.scheduler.run(world.now() + seconds, stop=world.is_broken)
