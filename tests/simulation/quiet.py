"""Histories in which no call fails by chance, each about one thing that is rare in the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.simulation.actors import (
    start_backfill,
    start_callback,
    start_pause,
    start_resume,
    start_submit,
    start_sweep,
)
from tests.simulation.ci import CiJob
from tests.simulation.ending import wrong_at_the_end
from tests.simulation.forger import lie
from tests.simulation.history import HOUR, Outcome, outcome_of
from tests.simulation.oracle import Broken
from tests.simulation.recogniser import http_event
from tests.simulation.scheduler import Process
from tests.simulation.world import KEYS, World

_KEY = KEYS[0]


def _world(seed: int, **settings: Any) -> World:
    world = World(seed)
    world.faults.stop()
    world.cos.versioned = None
    world.settings = world.settings._replace(**settings)
    return world


def _go_on(world: World, seconds: float) -> None:
    world.scheduler.run(world.now() + seconds, stop=world.is_broken)


def _sweep(world: World, seconds: float, every: float) -> None:
    until = world.now() + seconds
    while world.now() < until and not world.is_broken():
        start_sweep(world, f"sweep {world.now():.0f}", 0, reconcile=False)
        _go_on(world, every)


def _call_back(world: World, job: CiJob, after: float) -> None:
    event = http_event(job, world.ci.notification(job), job.token)
    start_callback(world, f"callback {job.job_id}", event, after)


def tell_replaced(seed: int) -> Outcome:
    """A photo is replaced and put back, at quarter-second steps around all that happens to it."""
    world = _world(seed)
    step = 0.25
    world.cos.skew = world.random.uniform(-0.5, 0.5)

    def change(process: Process) -> None:
        first = f"{seed}/first".encode()
        world.cos.upload(_KEY, first)
        if process.random.random() < 0.1:
            return
        longest = process.random.choice((3, 8, 24))
        steps = sorted(process.random.randint(0, longest) for _ in range(2))
        process.wait(steps[0] * step)
        world.cos.upload(_KEY, f"{seed}/second".encode())
        if process.random.random() < 0.9:
            process.wait((steps[1] - steps[0]) * step)
            world.cos.upload(_KEY, first)

    def run_job(job: CiJob) -> None:
        def work(process: Process) -> None:
            process.wait(process.random.randint(0, process.random.choice((1, 12))) * step)
            job.state, job.started = "Running", world.ci.clock()
            stored = world.cos.photos.now[job.key]
            process.wait(process.random.randint(0, 4) * step)
            job.read, job.state, job.ended = stored.etag, "Success", world.ci.clock()
            _call_back(world, job, process.random.randint(0, 12) * step)

        world.scheduler.spawn(f"ci {job.job_id}", work)

    world.run_job = run_job
    world.scheduler.now += world.random.random()
    world.scheduler.spawn("uploader 1", change)
    start_submit(world, "submit 1", [_KEY], world.random.choice((0.01, 0.05, 0.25, 0.5, 1, 3)))
    _go_on(world, 120)
    return outcome_of(world)


def tell_denied(seed: int) -> Outcome:
    """CI denies a job for hours, and then calls back about it: by then another one was sent."""
    world = _world(seed, max_jobs_per_day=None, callback_verify="prefer")
    denied_seconds = 2 * HOUR
    world.cos.upload(_KEY, f"{seed}".encode())

    def end(job: CiJob) -> None:
        job.state, job.ended = "Success", world.ci.clock()

    def run_job(job: CiJob) -> None:
        """The first job ends at once, and CI denies it; those that follow end when CI is asked."""
        job.read, job.state = world.cos.photos.now[job.key].etag, "Success"
        if len(world.ci.jobs) == 1:
            job.vanished = True
        else:
            job.state = "Running"
            name = f"ci {job.job_id}"
            world.scheduler.spawn(name, lambda _process: end(job), after=denied_seconds)

    world.run_job = run_job
    start_submit(world, "submit 1", [_KEY], 1)
    _sweep(world, denied_seconds, every=300)
    first, *others = world.ci.jobs.values()
    first.vanished = False
    for job in (first, *others):
        if job is first or world.random.random() < 0.5:
            end(job)
            _call_back(world, job, world.random.uniform(0, 60))
    _go_on(world, 90)
    _sweep(world, 4 * HOUR, every=300)
    if not world.is_broken():
        world.oracle.broken.extend(wrong_at_the_end(world))
    return outcome_of(world)


def tell_held(seed: int) -> Outcome:
    """A card waits for a day while sending is paused; then nobody knows what became of its job.

    CI answers every POST with an error, and its list is empty.
    """
    world = _world(seed, max_jobs_per_day=None)
    world.cos.upload(_KEY, f"{seed}".encode())
    world.denied, world.denied_with, world.denied_status = frozenset({_KEY}), "InternalError", 500
    start_pause(world, "pause 1", 0)
    start_backfill(world, "backfill 1", [_KEY], 5)
    _go_on(world, 3 * HOUR)
    _sweep(world, 27 * HOUR, every=3 * HOUR)
    start_resume(world, "resume 1", 0)
    _sweep(world, 30 * HOUR, every=HOUR / 2)
    return outcome_of(world)


def tell_twins(seed: int) -> Outcome:
    """The same photo lies at two keys, and somebody calls back about one with the other's token."""
    world = _world(seed)
    verify = world.random.choice(("off", "prefer", "require"))
    world.settings = world.settings._replace(callback_verify=verify)
    keys = world.random.sample(KEYS, 2)
    for number, key in enumerate(keys):
        world.cos.upload(key, f"{seed}".encode())
        start_submit(world, f"submit {number}", [key], 1)
    _go_on(world, 60)
    one, other = world.ci.jobs.values()
    one.state = other.state = "Running"
    body = lie(replace(other, token="" if verify == "off" else one.token))
    start_callback(world, "forged 1", http_event(other, body, one.token), 0)
    _go_on(world, 60)
    return outcome_of(world)


def tell_starved(seed: int, refused: int = 100, hours: int = 1) -> Outcome:
    """Many cards that CI refuses lie before some that it would take: these have their turn in time.

    As many cards as `refused` lie before the good ones, which must be sent within so many hours.
    """
    world = _world(seed, requests_per_second=40, max_jobs_per_day=None)
    world.cos.page_size = 1000
    keys = [f"uploads/{number:05}.jpg" for number in range(refused + 10)]
    for key in keys:
        world.cos.upload(key, key.encode())
    good = set(keys[refused:])
    world.denied = frozenset(keys) - good
    world.denied_with = world.random.choice(("AccessDenied", "ResourceAccessDenied"))
    start_backfill(world, "backfill 1", keys, 5)
    _go_on(world, 130)
    waiting = good
    for number in range(hours * 12):
        start_sweep(world, f"sweep {number}", 0, reconcile=False)
        _go_on(world, 300)
        waiting = good - {job.key for job in world.ci.jobs.values()}
        if not waiting:
            break
    if not world.is_broken() and waiting:
        text = f"{len(waiting)} of {len(good)} were not sent within {hours} hours"
        rule = "2 no card keeps another from its turn"
        world.oracle.broken.append(Broken(rule, text, "the end"))
    return outcome_of(world)
