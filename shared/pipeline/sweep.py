"""The sweep: finishes what a crash, a throttle or a lost callback left pending.

Every five minutes, from where the last run stopped, bounded by its time, safe beside itself: all
that it sends, rejects or gives up needs a permit, and results are create-once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from shared.documents import Pending, read_pending
from shared.errors import CardOcrError, CloudFault
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt, Group, dated, grouped
from shared.pipeline.lost import Search
from shared.pipeline.reconcile import reconcile
from shared.pipeline.sender import UNPROVEN, UNSAFE, Sender
from shared.pipeline.settle import (
    Run,
    Settle,
    is_lost,
    settle_job,
    settle_lost,
    settle_vanished,
    settle_waiting,
)
from shared.pipeline.state import CURSOR, STATUS, creates_once, load, save
from shared.pipeline.status import Status, Tally
from shared.store.layout import pending_folder

_BATCH = 10  # CI describes as many jobs at once
_YOUNG_SECONDS = 120
# CI's list is read once for many lost cards: for so many, or with so much time left, or at the end.
_LOST_AT_ONCE = 500
_SECONDS_FOR_LOST = 60


def sweep(
    pipeline: Pipeline, *, until: float, sleep: Callable[[float], None] = time.sleep
) -> Status:
    """Look at everything pending, once around, or until the time (Unix seconds) is over.

    Raises:
        CloudFault: COS couldn't be asked at all; the next run goes on.
    """
    run = Run(pipeline, Sender(pipeline, sleep, _stopped(pipeline)), until)
    walk = _Walk(run, Tally())
    whole = _survives(pipeline, walk.go_around)
    walk.settle_lost()
    _survives(pipeline, lambda: reconcile(pipeline, run.sender, until))
    status = walk.tally.status(pipeline.at(), run.sender.stopped, whole=whole)
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


class _Walk:
    """One way around everything pending. Lost cards are gathered, to be looked for together."""

    def __init__(self, run: Run, tally: Tally) -> None:
        self._run = run
        self._lost: list[Attempt] = []
        self._lost_from = max(run.pipeline.now(), run.until - _SECONDS_FOR_LOST)
        self.tally = tally

    def go_around(self) -> bool:
        """Look at each card once, from the cursor to the end and from the start to the cursor."""
        pipeline = self._run.pipeline
        saved = load(pipeline, CURSOR).get("after")
        start = saved if isinstance(saved, str) else None
        after, wrapped = start, start is None
        while not self._is_over():
            page = pipeline.store.list_objects(_folder(self._run), after)
            groups = sorted(grouped(pipeline.settings.output_prefix, page.objects))
            for batch in _batches(groups):
                after = self._look_at(batch, page.at) or after
                if self._is_over():
                    save(pipeline, CURSOR, {"after": after})
                    return False
            after = page.next
            if after is None and not wrapped:
                wrapped = True
            elif after is None or (wrapped and start is not None and after >= start):
                save(pipeline, CURSOR, {"after": None})
                return True
        save(pipeline, CURSOR, {"after": after})
        return False

    def settle_lost(self) -> None:
        """Look for the jobs of the lost cards that were gathered, and settle these."""
        lost, self._lost = self._lost, []
        if not lost:
            return
        search = Search(self._run.pipeline, lost)
        search.run(self._run.is_over)
        for attempt in lost:
            settle = (
                _leave
                if self._run.is_over()
                else partial(settle_lost, found=search.answer(attempt))
            )
            self._settle(attempt, settle)

    def _is_over(self) -> bool:
        """Whether no more cards are to be looked at: lost ones take time of their own."""
        run = self._run
        return run.is_over() or (bool(self._lost) and run.pipeline.now() >= self._lost_from)

    def _look_at(self, groups: Sequence[Group], seen_at: float) -> str | None:
        """Read and settle a few cards; the name of the last one that was looked at."""
        attempts: list[Attempt] = []
        last = None
        for group in groups:
            if self._is_over():
                break
            attempt = self._read(group, seen_at)
            if attempt is not None:
                attempts.append(attempt)
            last = group.last.key
        for attempt, settle in _due(self._run, [a for a in attempts if not is_lost(a)]):
            if self._run.is_over():
                return None  # these are looked at again
            self._settle(attempt, settle)
        self._lost += [attempt for attempt in attempts if is_lost(attempt)]
        if len(self._lost) >= _LOST_AT_ONCE:
            self.settle_lost()
        return last

    def _read(self, group: Group, seen_at: float) -> Attempt | None:
        """The last attempt of a card; young ones are left to whoever is at work on them."""
        pipeline = self._run.pipeline
        if seen_at - group.last.last_modified < _YOUNG_SECONDS:
            self.tally.saw_young()
            return None
        try:
            body = pipeline.store.read(group.last.key)
        except CloudFault as fault:
            pipeline.log.warning("not_read", problem=str(fault))
            return None
        pending = read_pending(body) if body is not None else None
        if pending is None:
            if body is not None:
                self.tally.saw_unreadable()
                pipeline.log.error("unreadable_pending", attempt=group.attempt)
            return None
        written_at = group.last.last_modified
        return Attempt(dated(pending, written_at), group.names, written_at, seen_at)

    def _settle(self, attempt: Attempt, settle: Settle) -> None:
        self.tally.saw(attempt, _guarded(self._run, attempt, settle))


def _batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    rest = iter(groups)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _due(run: Run, attempts: Sequence[Attempt]) -> Iterator[tuple[Attempt, Settle]]:
    """What is to be done for each card: CI is asked once for all that are submitted."""
    yield from _submitted(run, [found for found in attempts if found.pending.job_id])
    for attempt in attempts:
        if not attempt.pending.job_id:
            waiting = attempt.pending.state == "waiting"
            yield attempt, settle_waiting if waiting else _leave


def _submitted(run: Run, attempts: Sequence[Attempt]) -> Iterator[tuple[Attempt, Settle]]:
    if not attempts:
        return
    try:
        described = run.pipeline.jobs.describe([a.pending.job_id or "" for a in attempts])
    except CloudFault as fault:
        run.pipeline.log.warning("jobs_not_described", problem=str(fault))
        yield from ((attempt, _leave) for attempt in attempts)
        return
    jobs = {job.job_id: job for job in described.jobs}
    for attempt in attempts:
        job_id = attempt.pending.job_id
        if job_id in jobs:
            yield attempt, partial(settle_job, job=jobs[job_id])
        else:
            yield attempt, settle_vanished if job_id in described.missing else _leave


def _leave(_run: Run, attempt: Attempt) -> Pending | None:
    return attempt.pending


def _guarded(run: Run, attempt: Attempt, settle: Settle) -> Pending | None:
    """One card's fault costs no other card: it stays as it is."""
    key = run.pipeline.log.key(attempt.pending.source.key)
    try:
        return settle(run, attempt)
    except CardOcrError as error:
        run.pipeline.log.warning("card_left", key=key, problem=str(error))
    except Exception as error:  # noqa: BLE001 — a bug about one card is no reason to stop
        run.pipeline.log.unexpected(error)
    return attempt.pending


def _folder(run: Run) -> str:
    return pending_folder(run.pipeline.settings.output_prefix)
