"""CI at work: each job waits its turn, reads, ends somehow, and is called back about."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulation.actors import start_callback, start_message
from tests.simulation.ci import CiJob
from tests.simulation.cos import BLANK
from tests.simulation.scheduler import Process
from tests.simulation.world import World


def run_job(world: World, job: CiJob) -> None:
    """Let a job run as a process of its own."""
    name = f"ci {job.key[-40:]} {job.version[:6]}{job.version[32:]} {job.attempt}"
    if len(world.ci.of(job.key, job.version)) > 1:
        name = f"{name} {job.job_id}"

    def work(process: Process) -> None:
        happens = world.faults.happens
        job.hidden = happens(process, "job", "result hidden", 0.04)
        vanishes = happens(process, "job", "vanished", 0.05)
        vanishes_early = process.random.random() < 0.4
        process.wait(process.random.choice((0.1, 2, 20, 300)) * process.random.random())
        if vanishes and vanishes_early:
            job.vanished = True
            return
        if happens(process, "job", "cancelled", 0.02):
            job.state, job.code = "Cancel", "Cancelled"
            job.ended = world.ci.clock()
        else:
            _recognise(world, process, job)
        _call_back(world, process, job)
        if vanishes:
            process.wait(process.random.uniform(0, 2000))
            job.vanished = True

    world.scheduler.spawn(name, work)


def _recognise(world: World, process: Process, job: CiJob) -> None:
    happens, clock = world.faults.happens, world.ci.clock
    if happens(process, "job", "paused", 0.03):
        job.state = "Pause"
        process.wait(process.random.uniform(600, 4 * 3600))
    job.state, job.started = "Running", clock()
    stored = world.cos.photos.now.get(job.key)
    passing = happens(process, "job", "failed, passing", 0.06)
    passing = passing or job.key == world.cursed
    final = happens(process, "job", "failed", 0.03)
    process.wait(process.random.uniform(0.1, 4))
    if stored is None or stored.is_archived:
        world.faults.note("job", "content gone")
        job.state, job.code = "Failed", "ResourceDownloadFailed"
    elif passing:
        job.state = "Failed"
        job.code = process.random.choice(
            ("InternalError", "ServiceUnavailable", "ResourceDownloadFailed")
        )
    elif final:
        job.state, job.code = "Failed", "ImageDecodeFailed"
    else:
        job.read, job.blank = stored.etag, stored.body.startswith(BLANK)
        job.state = "Success"
    job.ended = clock()


def _call_back(world: World, process: Process, job: CiJob) -> None:
    """Every way a callback can go wrong; each decided once, whether there is one or not."""
    happens, draw = world.faults.happens, process.random.uniform
    if job.callback is None and job.topic is None:
        return
    name = process.name.replace("ci ", "callback ", 1)
    after = draw(0.05, 2)
    dropped = happens(process, "callback", "dropped", 0.1)
    if happens(process, "callback", "delayed", 0.08):
        after += draw(300, 3 * 3600)
    if happens(process, "callback", "reordered", 0.06):
        after += draw(5, 90)
    again = process.random.random() < 0.3
    if not dropped:
        _tell(world, f"{name} a", job, after, again=again)
    if happens(process, "callback", "duplicated", 0.1):
        _tell(world, f"{name} b", job, after + draw(0, 0.3))
    if happens(process, "callback", "replayed", 0.06):
        _tell(world, f"{name} c", job, after + draw(600, 20 * 3600))


def _tell(world: World, name: str, job: CiJob, after: float, *, again: bool = False) -> None:
    """Call the URL of the job, or put a message on its topic."""
    body = world.ci.notification(job)
    if job.topic is not None:
        start_message(world, name, body, after)
    else:
        start_callback(world, name, http_event(job, body), after, again=again)


def http_event(job: CiJob, body: str, token: str | None = None) -> dict[str, Any]:
    """The Function URL's event for a callback about a job."""
    query = parse_qs(urlsplit(job.callback or "").query)
    text = token if token is not None else query.get("t", [job.token])[0]
    return {"httpMethod": "POST", "queryString": {"t": text}, "body": body, "headers": {}}
