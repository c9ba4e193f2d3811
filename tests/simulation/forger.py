"""Somebody who calls back uninvited: without a token, with a wrong one, with another card's.

`forged` calls may change nothing at all. `leaked` ones have a job's own token and lie in the body:
they may bring a result about, but never what stands in it.
"""

from __future__ import annotations

import json
from dataclasses import replace

from shared import callback_token
from tests.simulation.actors import start_callback
from tests.simulation.ci import CiJob, document
from tests.simulation.recogniser import http_event
from tests.simulation.scheduler import Process
from tests.simulation.world import World
from tests.support.environment import BUCKET, SECRET

_DAY = 86_400


def start_forger(world: World, number: int, after: float) -> None:
    """Call back about whatever jobs there are by then."""

    def work(process: Process) -> None:
        jobs = list(world.ci.jobs.values())
        if not jobs:
            return
        job, other = process.random.choice(jobs), process.random.choice(jobs)
        twins = [one for one in jobs if one.version == job.version and one.key != job.key]
        other = process.random.choice(twins) if twins else other
        world.faults.note("callback", "forged")
        for index, text in enumerate(_wrong_tokens(job, process.clock())):
            event = http_event(job, lie(replace(job, token="")), text)
            start_callback(world, f"forged {number}.{index}", event, process.random.random())
        believes_bodies = world.settings.callback_verify == "off"
        if other.token != job.token and not believes_bodies:
            event = http_event(job, lie(other), job.token)
            start_callback(world, f"forged {number}.other", event, 1)
        if believes_bodies and other.key != job.key:
            event = http_event(job, lie(replace(other, token="")), job.token)
            start_callback(world, f"forged {number}.other", event, 1)
        if not believes_bodies and not job.hidden:
            event = http_event(job, lie(job), job.token)
            start_callback(world, f"leaked {number}", event, 2)

    world.scheduler.spawn(f"forger {number}", work, after=after)


def _wrong_tokens(job: CiJob, now: float) -> list[str]:
    version, encoded, signature = job.token.split(".")
    return [
        "",
        "v1.x.y",
        f"{version}.{encoded}.{signature[:-1]}",
        f"{version}.{encoded}A.{signature}",
        _issued(job, SECRET, now - 8 * _DAY),
        _issued(job, "somebody-elses-secret-of-more-than-32-characters", now),
    ]


def _issued(job: CiJob, secret: str, now: float) -> str:
    return callback_token.issue(
        secret, bucket=BUCKET, key=job.key, version=job.version, attempt=job.attempt, now=now
    )


def lie(job: CiJob) -> str:
    """A body that says the job has ended and read something else."""
    invented = replace(job, state="Success", code="Success", read="a forger", blank=False)
    return json.dumps({"EventName": "TaskFinish", "JobsDetail": document(invented)})
