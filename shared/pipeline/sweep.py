"""The sweep: finishes what a crash, a throttle or a lost callback left pending.

Every five minutes, from where the last run stopped, bounded by its time, safe beside itself: all
that it sends, rejects or gives up needs a permit, and results are create-once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.errors import CloudFault
from shared.pipeline import Pipeline
from shared.pipeline.reconcile import reconcile
from shared.pipeline.sender import UNPROVEN, UNSAFE, Sender
from shared.pipeline.settle import Run
from shared.pipeline.state import STATUS, creates_once, save
from shared.pipeline.status import Status, Tally
from shared.pipeline.walk import Walk
from shared.pipeline.workers import OneByOne, Workers


def sweep(
    pipeline: Pipeline,
    *,
    until: float,
    sleep: Callable[[float], None] = time.sleep,
    workers: Workers | None = None,
    tally: Tally | None = None,
) -> Status:
    """Look at everything pending, once around, or until the time (Unix seconds) is over.

    `tally` is told of each card that was looked at.

    Raises:
        CloudFault: COS couldn't be asked at all; the next run goes on.
    """
    workers = workers or OneByOne()
    sender = Sender(pipeline, sleep, _stopped(pipeline), workers)
    run = Run(pipeline, sender, until, workers)
    walk = Walk(run, tally or Tally())
    whole = _survives(pipeline, walk.go_around)
    walk.settle_lost()
    _survives(pipeline, lambda: reconcile(run))
    sender.close()
    status = walk.tally.status(pipeline.at(), sender.stopped, whole=whole)
    save(pipeline, STATUS, status.document())
    return status


def _stopped(pipeline: Pipeline) -> str | None:
    """Why nothing may be sent from the start: permits must be known to be create-once."""
    try:
        return None if creates_once(pipeline) else UNSAFE
    except CloudFault as fault:
        pipeline.log.warning("no_canary", problem=str(fault))
        return UNPROVEN


def _survives(pipeline: Pipeline, work: Callable[[], bool]) -> bool:
    """A listing that COS won't give ends the work on it, not the run."""
    try:
        return work()
    except CloudFault as fault:
        pipeline.log.warning("not_listed", problem=str(fault))
        return False
