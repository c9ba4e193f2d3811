"""A card waits for a day while sending is paused; then nobody knows what became of its job."""

from __future__ import annotations

from tests.simulation.actors import start_backfill, start_pause, start_resume, start_sweep
from tests.simulation.history import HOUR, Outcome, outcome_of
from tests.simulation.world import KEYS, World

_PAUSED_SECONDS = 30 * HOUR
_KEY = KEYS[0]


def tell_held(seed: int) -> Outcome:
    """Run the history of a seed: CI answers every POST with an error, and its list is empty."""
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    world.settings = world.settings._replace(max_jobs_per_day=None)
    world.cos.upload(_KEY, f"{seed}".encode())
    world.denied, world.denied_with, world.denied_status = frozenset({_KEY}), "InternalError", 500
    start_pause(world, "pause 1", 0)
    start_backfill(world, "backfill 1", [_KEY], 5)
    _sweep(world, _PAUSED_SECONDS, every=3 * HOUR)
    start_resume(world, "resume 1", 0)
    _sweep(world, 30 * HOUR, every=HOUR / 2)
    return outcome_of(world)


def _sweep(world: World, seconds: float, *, every: float) -> None:
    until = world.now() + seconds
    while world.now() < until and not world.is_broken():
        world.scheduler.run(world.now() + every, stop=world.is_broken)
        start_sweep(world, f"sweep {world.now():.0f}", 0, reconcile=False)
