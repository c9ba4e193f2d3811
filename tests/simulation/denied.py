"""CI denies a job for hours, and then calls back about it: by then another one was sent."""

from __future__ import annotations

from tests.simulation.actors import start_callback, start_submit, start_sweep
from tests.simulation.ci import CiJob
from tests.simulation.ending import wrong_at_the_end
from tests.simulation.history import HOUR, Outcome, outcome_of
from tests.simulation.recogniser import http_event
from tests.simulation.world import KEYS, World

_BETWEEN_SWEEPS = 300
_DENIED_SECONDS = 2 * HOUR
_KEY = KEYS[0]


def tell_denied(seed: int) -> Outcome:
    """Run the history of a seed: nothing else fails."""
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    world.settings = world.settings._replace(max_jobs_per_day=None, callback_verify="prefer")
    world.cos.upload(_KEY, f"{seed}".encode())
    world.run_job = lambda job: _run(world, job)
    start_submit(world, "submit 1", [_KEY], 1)
    _go_on(world, _DENIED_SECONDS)
    first, *others = world.ci.jobs.values()
    first.vanished = False
    for job in (first, *others):
        if job is first or world.random.random() < 0.5:
            job.state, job.ended = "Success", world.ci.clock()
            event = http_event(job, world.ci.notification(job), job.token)
            after = world.random.uniform(0, 60)
            start_callback(world, f"callback {job.job_id}", event, after)
    world.scheduler.run(world.now() + 90, stop=world.is_broken)
    _go_on(world, 4 * HOUR)
    if not world.is_broken():
        world.oracle.broken.extend(wrong_at_the_end(world))
    return outcome_of(world)


def _run(world: World, job: CiJob) -> None:
    """The first job ends at once, and CI denies it; those that follow end when CI is asked."""
    job.read, job.state = world.cos.photos.now[job.key].etag, "Success"
    if len(world.ci.jobs) == 1:
        job.vanished = True
    else:
        job.state = "Running"
        job.ended = None

        def end() -> None:
            job.state, job.ended = "Success", world.ci.clock()

        world.scheduler.spawn(f"ci {job.job_id}", lambda _process: end(), after=_DENIED_SECONDS)


def _go_on(world: World, seconds: float) -> None:
    """Sweep every five minutes."""
    until = world.now() + seconds
    while world.now() < until and not world.is_broken():
        start_sweep(world, f"sweep {world.now():.0f}", 0, reconcile=False)
        world.scheduler.run(world.now() + _BETWEEN_SWEEPS, stop=world.is_broken)
