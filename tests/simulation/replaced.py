"""A photo is replaced and put back, at quarter-second steps around all that happens to it."""

from __future__ import annotations

from tests.simulation.actors import start_callback, start_submit
from tests.simulation.ci import CiJob
from tests.simulation.history import Outcome, outcome_of
from tests.simulation.recogniser import http_event
from tests.simulation.scheduler import Process
from tests.simulation.world import KEYS, World

_STEP_SECONDS = 0.25
_LONGEST_STEPS = (3, 8, 24)
_END_SECONDS = 120
_KEY = KEYS[0]


def tell_replaced(seed: int) -> Outcome:
    """Run the history of a seed: nothing fails, and only the photo changes."""
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    world.cos.skew = world.random.uniform(-0.5, 0.5)
    world.run_job = lambda job: _run_job(world, job)
    world.scheduler.now += world.random.random()
    world.scheduler.spawn("uploader 1", lambda process: _change(world, process))
    start_submit(world, "submit 1", [_KEY], world.random.choice((0.01, 0.05, 0.25, 0.5, 1, 3)))
    world.scheduler.run(world.now() + _END_SECONDS, stop=world.is_broken)
    return outcome_of(world)


def _change(world: World, process: Process) -> None:
    """Upload; perhaps replace it, and perhaps put it back."""
    first = f"{world.seed}/first".encode()
    _upload(world, first)
    if process.random.random() < 0.1:
        return
    longest = process.random.choice(_LONGEST_STEPS)
    steps = sorted(process.random.randint(0, longest) for _ in range(2))
    process.wait(steps[0] * _STEP_SECONDS)
    _upload(world, f"{world.seed}/second".encode())
    if process.random.random() < 0.9:
        process.wait((steps[1] - steps[0]) * _STEP_SECONDS)
        _upload(world, first)


def _upload(world: World, content: bytes) -> None:
    world.cos.upload(_KEY, content)


def _run_job(world: World, job: CiJob) -> None:
    """CI reads after so many quarters of a second, and calls back after some more."""

    def work(process: Process) -> None:
        process.wait(process.random.randint(0, process.random.choice((1, 12))) * _STEP_SECONDS)
        job.state, job.started = "Running", world.ci.clock()
        stored = world.cos.photos.now[job.key]
        process.wait(process.random.randint(0, 4) * _STEP_SECONDS)
        job.read, job.state, job.ended = stored.etag, "Success", world.ci.clock()
        after = process.random.randint(0, 12) * _STEP_SECONDS
        event = http_event(job, world.ci.notification(job), job.token)
        start_callback(world, f"callback {job.job_id}", event, after)

    world.scheduler.spawn(f"ci {job.job_id}", work)
