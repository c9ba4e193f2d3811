"""The same photo lies at two keys, and somebody calls back about one with the other's token."""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.actors import start_callback, start_submit
from tests.simulation.ci import CiJob
from tests.simulation.forger import lie
from tests.simulation.history import Outcome, outcome_of
from tests.simulation.recogniser import http_event
from tests.simulation.world import KEYS, World

_END_SECONDS = 60


def tell_twins(seed: int) -> Outcome:
    """Run the history of a seed: nothing fails, and no job ends."""
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    verify = world.random.choice(("off", "prefer", "require"))
    world.settings = world.settings._replace(callback_verify=verify)
    world.run_job = _run
    keys = world.random.sample(KEYS, 2)
    for number, key in enumerate(keys):
        world.cos.upload(key, f"{seed}".encode())
        start_submit(world, f"submit {number}", [key], 1)
    world.scheduler.run(world.now() + _END_SECONDS, stop=world.is_broken)
    one, other = world.ci.jobs.values()
    body = lie(replace(other, token="" if verify == "off" else one.token))
    start_callback(world, "forged 1", http_event(other, body, one.token), 0)
    world.scheduler.run(world.now() + _END_SECONDS, stop=world.is_broken)
    return outcome_of(world)


def _run(job: CiJob) -> None:
    job.state = "Running"
