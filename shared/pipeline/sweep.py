"""The sweep: finishes what a crash, a throttle or a lost callback left pending.

Every five minutes, from where the last run stopped, bounded by its time, safe beside itself: all
that it sends, rejects or gives up needs a permit, and results are create-once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from shared.documents import Pending, PendingError, ResultError, read_pending
from shared.errors import CardOcrError, CloudFault
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt, Group, dated, forget, grouped, name_of
from shared.pipeline.ending import PASSING, Ending, ending
from shared.pipeline.finish import EndedJob, finish
from shared.pipeline.lost import NotFound, find_job
from shared.pipeline.reconcile import reconcile
from shared.pipeline.sender import UNSAFE, Sender, is_due
from shared.pipeline.state import CURSOR, STATUS, creates_once, load, save
from shared.pipeline.status import Status, Tally
from shared.store import Page
from shared.store.layout import pending_folder, result_name
from shared.times import from_rfc3339

MAX_IDS = 10
_YOUNG_SECONDS = 120
_STALE_SECONDS = 1200
_VANISHED_AFTER_SECONDS = 3600
_NO_SUCH_JOB = "NoSuchJob"
_NO_RESULT = "NoResultInJob"


class Run(NamedTuple):
    """One sweep: what it may use, and until when (Unix seconds)."""

    pipeline: Pipeline
    sender: Sender
    tally: Tally
    until: float

    def is_over(self) -> bool:
        """Whether the run's time has come."""
        return self.pipeline.now() >= self.until


def sweep(
    pipeline: Pipeline, *, until: float, sleep: Callable[[float], None] = time.sleep
) -> Status:
    """Look at everything pending, once around, or until the time is over.

    Raises:
        CloudFault: COS couldn't be asked at all; the next run goes on.
    """
    stopped = None if creates_once(pipeline) else UNSAFE
    run = Run(pipeline, Sender(pipeline, sleep, stopped), Tally(), until)
    whole = _go_around(run)
    reconcile(pipeline, run.sender, until)
    status = run.tally.status(pipeline.at(), run.sender.stopped, whole=whole)
    save(pipeline, STATUS, status.document())
    return status


def _go_around(run: Run) -> bool:
    """Look at each page once, from the cursor to the end and from the start to the cursor."""
    start = load(run.pipeline, CURSOR).get("after")
    after = start if isinstance(start, str) else None
    first = after
    wrapped = after is None
    while True:
        if run.is_over():
            save(run.pipeline, CURSOR, {"after": after})
            return False
        page = run.pipeline.store.list_objects(
            pending_folder(run.pipeline.settings.output_prefix), after
        )
        _look_at(run, page)
        after = page.next
        if after is None and not wrapped:
            wrapped = True
        elif after is None or (wrapped and first is not None and after >= first):
            break
    save(run.pipeline, CURSOR, {"after": None})
    return True


def _look_at(run: Run, page: Page) -> None:
    attempts = list(_attempts(run, page))
    _finish_submitted(run, [found for found in attempts if found.pending.state == "submitted"])
    for attempt in attempts:
        if run.is_over():
            return
        _guarded(run, attempt, _settle)


def _attempts(run: Run, page: Page) -> Iterator[Attempt]:
    for group in grouped(run.pipeline.settings.output_prefix, page.objects):
        if run.is_over():
            return
        attempt = _read(run, group, page.at)
        if attempt is not None:
            run.tally.saw(attempt)
            yield attempt


def _read(run: Run, group: Group, seen_at: float) -> Attempt | None:
    """The last attempt of a card; young ones are left to whoever is at work on them."""
    if seen_at - group.last.last_modified < _YOUNG_SECONDS:
        run.tally.saw_young()
        return None
    try:
        body = run.pipeline.store.read(group.last.key)
    except CloudFault as fault:
        run.pipeline.log.warning("not_read", problem=str(fault))
        return None
    pending = read_pending(body) if body is not None else None
    if pending is None:
        if body is not None:
            run.tally.saw_unreadable()
            run.pipeline.log.error("unreadable_pending", attempt=group.attempt)
        return None
    written_at = group.last.last_modified
    return Attempt(dated(pending, written_at), group.names, written_at, seen_at)


def _guarded(run: Run, attempt: Attempt, step: Callable[[Run, Attempt], None]) -> None:
    """One card's fault costs no other card."""
    key = run.pipeline.log.key(attempt.pending.source.key)
    try:
        step(run, attempt)
    except CardOcrError as error:
        run.pipeline.log.warning("card_left", key=key, problem=str(error))
    except Exception as error:  # noqa: BLE001 — a bug about one card is no reason to stop
        run.pipeline.log.unexpected(error)


def _settle(run: Run, attempt: Attempt) -> None:
    """What is due for a card that isn't submitted."""
    match attempt.pending.state:
        case "waiting":
            _settle_waiting(run, attempt)
        case "claimed" | "unknown":
            if attempt.unchanged_for >= _STALE_SECONDS:
                _settle_lost(run, attempt)


def _settle_waiting(run: Run, attempt: Attempt) -> None:
    error = attempt.pending.error
    if error is not None and error.refusal == "other" and _is_too_old(run, attempt):
        run.sender.give_up(attempt, ResultError(error.code, error.message, "submit"))
    elif is_due(attempt):
        run.sender.send_again(attempt)


def _settle_lost(run: Run, attempt: Attempt) -> None:
    """A POST that was never answered, or never sent."""
    if _has_result(run, attempt):
        return
    found = find_job(run.pipeline, attempt)
    if isinstance(found, Job):
        _rewrite(run, attempt.pending._replace(state="submitted", job_id=found.job_id, error=None))
    elif found is NotFound.PROVEN:
        run.sender.send_again(attempt)
    elif _is_too_old(run, attempt):
        message = "whether CI took the job could not be found out"
        run.sender.give_up(attempt, ResultError("SubmissionUnknown", message, "submit"))


def _finish_submitted(run: Run, attempts: Sequence[Attempt]) -> None:
    for start in range(0, len(attempts), MAX_IDS):
        if run.is_over():
            return
        batch = {a.pending.job_id or "": a for a in attempts[start : start + MAX_IDS]}
        try:
            described = run.pipeline.jobs.describe([job_id for job_id in batch if job_id])
        except CloudFault as fault:
            run.pipeline.log.warning("jobs_not_described", problem=str(fault))
            continue
        jobs = {job.job_id: job for job in described.jobs}
        for job_id, attempt in batch.items():
            if job_id in jobs:
                _guarded(run, attempt, partial(_settle_job, job=jobs[job_id]))
            elif job_id in described.missing:
                _guarded(run, attempt, _settle_vanished)


def _settle_job(run: Run, attempt: Attempt, job: Job) -> None:
    """What became of a submitted job."""
    pending, outcome = attempt.pending, ending(job)
    if job.key is not None and job.key != pending.source.key:
        run.pipeline.log.error("job_of_another_card", job_id=job.job_id)
    elif isinstance(outcome, Ending):
        key = pending.source.key
        ended = EndedJob(job, outcome, key, pending.version, pending.attempt)
        finish(run.pipeline, ended, run.pipeline.evidence())
        forget(run.pipeline, attempt.names[:-1])
    elif outcome.reason in PASSING:
        run.sender.send_again(attempt)
    elif outcome.reason == _NO_RESULT:
        _settle_without_result(run, attempt)


def _settle_without_result(run: Run, attempt: Attempt) -> None:
    """The job succeeded and CI shows nothing of what it read."""
    message = "the job succeeded and CI shows no result"
    if _is_too_old(run, attempt):
        run.sender.give_up(attempt, ResultError(_NO_RESULT, message, "job"))
    elif attempt.pending.error is None:
        _note(run, attempt, _NO_RESULT, message)


def _settle_vanished(run: Run, attempt: Attempt) -> None:
    """CI says it never heard of the job: believed when it says so twice, long after the permit."""
    if _has_result(run, attempt):
        return
    first = attempt.pending.error
    long_after = attempt.permit_at + _VANISHED_AFTER_SECONDS
    if attempt.seen_at < long_after:
        return
    if first is not None and first.code == _NO_SUCH_JOB and from_rfc3339(first.at) >= long_after:
        run.sender.send_again(attempt)
    else:
        _note(run, attempt, _NO_SUCH_JOB, "CI doesn't know the job any more")


def _note(run: Run, attempt: Attempt, code: str, message: str) -> None:
    """Say in the pending object why it is still there."""
    error = PendingError(code, message, None, run.pipeline.at())
    _rewrite(run, attempt.pending._replace(error=error))


def _rewrite(run: Run, pending: Pending) -> None:
    pending = pending._replace(updated_at=run.pipeline.at())
    run.pipeline.store.replace(name_of(run.pipeline, pending), pending.body())


def _has_result(run: Run, attempt: Attempt) -> bool:
    """Whether the card is done already; then what is pending goes."""
    pending = attempt.pending
    prefix = run.pipeline.settings.output_prefix
    found = run.pipeline.store.exists(result_name(prefix, pending.source.key, pending.version))
    if found:
        forget(run.pipeline, attempt.names)
    return found


def _is_too_old(run: Run, attempt: Attempt) -> bool:
    return attempt.age >= run.pipeline.settings.give_up_after_seconds
