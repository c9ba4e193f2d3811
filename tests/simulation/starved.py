"""Many cards that CI refuses lie before some that it would take: these have their turn in time."""

from __future__ import annotations

from tests.simulation.actors import start_backfill, start_sweep
from tests.simulation.history import Outcome, outcome_of
from tests.simulation.oracle import Broken
from tests.simulation.world import World

_GOOD = 10
_RUNS_AN_HOUR = 12
_BETWEEN_SECONDS = 300
_CODES = ("AccessDenied", "ResourceAccessDenied")


def tell_starved(seed: int, refused: int = 100, hours: int = 1) -> Outcome:
    """Run the history of a seed: nothing else fails, and all cards are there from the start.

    As many cards as `refused` lie before the good ones, which must be sent within so many hours.
    """
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    world.cos.page_size = 1000
    world.settings = world.settings._replace(requests_per_second=40, max_jobs_per_day=None)
    keys = [f"uploads/{number:05}.jpg" for number in range(refused + _GOOD)]
    for key in keys:
        world.cos.upload(key, key.encode())
    good = set(keys[refused:])
    world.denied = frozenset(keys) - good
    world.denied_with = world.random.choice(_CODES)
    start_backfill(world, "backfill 1", keys, 5)
    world.scheduler.run(world.now() + 130, stop=world.is_broken)
    for number in range(hours * _RUNS_AN_HOUR):
        start_sweep(world, f"sweep {number}", 0, reconcile=False)
        world.scheduler.run(world.now() + _BETWEEN_SECONDS, stop=world.is_broken)
        if good <= {job.key for job in world.ci.jobs.values()}:
            break
    sent = {job.key for job in world.ci.jobs.values()}
    if not world.is_broken() and good - sent:
        text = f"{len(good - sent)} of {_GOOD} were not sent within {hours} hours"
        rule = "2 no card keeps another from its turn"
        world.oracle.broken.append(Broken(rule, text, "the end"))
    return outcome_of(world)
