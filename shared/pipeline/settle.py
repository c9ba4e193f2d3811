"""What is due for a pending card: decided from its last attempt and, where asked, from CI.

Each function returns what is pending afterwards, None where the card is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shared.documents import Pending, PendingError, ResultError, Stage
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt, forget, name_of
from shared.pipeline.ending import PASSING, Ending, ending
from shared.pipeline.finish import EndedJob, finish
from shared.pipeline.lost import NotFound
from shared.pipeline.sender import EXHAUSTED, Sender, is_due
from shared.pipeline.workers import Workers
from shared.store.layout import result_name
from shared.times import from_rfc3339

_STALE_SECONDS = 1200
_VANISHED_AFTER_SECONDS = 3600
_LONG_ENOUGH_SECONDS = 3600
_NO_SUCH_JOB = "NoSuchJob"
_NO_RESULT = "NoResultInJob"
_NOT_IN_LIST = "NotInList"
_NOT_LISTED = "NotListed"
_AFTER_A_JOB = frozenset({_NO_RESULT, EXHAUSTED})


class Run(NamedTuple):
    """One sweep: what it may use, until when (Unix seconds), and who does the work."""

    pipeline: Pipeline
    sender: Sender
    until: float
    workers: Workers

    @property
    def at_once(self) -> int:
        """How many cards are taken up at once: few, so that a run that is slow gets somewhere."""
        return 20 * self.workers.count  # at 40 a second a page of a listing, in one go

    def is_over(self) -> bool:
        """Whether the run's time has come."""
        return self.pipeline.now() >= self.until


Settle = Callable[[Run, Attempt], "Pending | None"]


def is_lost(attempt: Attempt) -> bool:
    """Whether the attempt's job has to be looked for in CI's list."""
    pending = attempt.pending
    unanswered = pending.state != "waiting" and pending.job_id is None
    return unanswered and attempt.unchanged_for >= _STALE_SECONDS


def settle_waiting(run: Run, attempt: Attempt) -> Pending | None:
    """CI refused it for now, or it was never sent."""
    error = attempt.pending.error
    if error is not None and error.refusal is None:  # no refusal: its permit was to give it up
        stage: Stage = "job" if error.code in _AFTER_A_JOB else "submit"
        if not is_due(attempt):
            return attempt.pending
        return run.sender.give_up(attempt, ResultError(error.code, error.message, stage))
    if error is not None and error.refusal == "other" and _is_too_old(run, attempt):
        return run.sender.give_up(attempt, ResultError(error.code, error.message, "submit"))
    if not is_due(attempt):
        return attempt.pending
    return _send_again(run, attempt)


def settle_lost(run: Run, attempt: Attempt, found: Job | NotFound) -> Pending | None:
    """Its POST was never answered, or never sent."""
    if has_result(run, attempt):
        return None
    if isinstance(found, Job):
        adopted = attempt.pending._replace(state="submitted", job_id=found.job_id, error=None)
        return _rewrite(run, adopted)
    if found is NotFound.PROVEN:
        return run.sender.send_again(attempt)
    return _settle_unproven(run, attempt, found)


def settle_job(run: Run, attempt: Attempt, job: Job) -> Pending | None:
    """CI shows its job."""
    pending, outcome = attempt.pending, ending(job)
    if job.key is not None and job.key != pending.source.key:
        run.pipeline.log.error("job_of_another_card", job_id=job.job_id)
    elif isinstance(outcome, Ending):
        source, version = pending.source, pending.version
        of_permit = pending.card_type, source.last_modified
        ended = EndedJob(job, outcome, source.key, version, pending.attempt, *of_permit)
        _finish(run, attempt, ended)
        return None
    elif outcome.reason in PASSING:
        return _send_again(run, attempt, job)
    elif outcome.reason == _NO_RESULT:
        return _settle_without_result(run, attempt, job)
    elif _has_error(pending, _NO_SUCH_JOB):  # CI shows it again: another denial is the first one
        return _rewrite(run, pending._replace(error=None))
    return pending


def settle_vanished(run: Run, attempt: Attempt) -> Pending | None:
    """CI says it never heard of the job: believed when it says so twice, long after the permit."""
    if has_result(run, attempt):
        return None
    first = attempt.pending.error if _has_error(attempt.pending, _NO_SUCH_JOB) else None
    long_after = attempt.permit_at + _VANISHED_AFTER_SECONDS
    if attempt.seen_at < long_after:
        return attempt.pending
    if first is not None and from_rfc3339(first.at) >= long_after:
        return run.sender.send_again(attempt)
    return _note(run, attempt, _NO_SUCH_JOB, "CI doesn't know the job any more")


def has_result(run: Run, attempt: Attempt) -> bool:
    """Whether the card is done already; then what is pending goes."""
    pending = attempt.pending
    prefix = run.pipeline.settings.output_prefix
    found = run.pipeline.store.exists(result_name(prefix, pending.source.key, pending.version))
    if found:
        forget(run.pipeline, attempt.names)
    return found


def _send_again(run: Run, attempt: Attempt, job: Job | None = None) -> Pending | None:
    """Send the next attempt; one that wasn't sent may be left over beside a result."""
    left = run.sender.send_again(attempt, job)
    return None if left is attempt.pending and has_result(run, attempt) else left


def _finish(run: Run, attempt: Attempt, ended: EndedJob) -> None:
    """The callback's second half. Create-once guards the result, save where it has no effect."""
    if run.sender.is_unsafe() and has_result(run, attempt):
        return
    finish(run.pipeline, ended, run.pipeline.evidence())
    forget(run.pipeline, attempt.names[:-1])


def _settle_unproven(run: Run, attempt: Attempt, found: NotFound) -> Pending | None:
    """There may be a job or not: at give-up, once CI's list was read or refused for a while."""
    message = "whether CI took the job could not be found out"
    too_old = _is_too_old(run, attempt) and attempt.permit_age >= _LONG_ENOUGH_SECONDS
    if found is NotFound.REFUSED and too_old and not _has_error(attempt.pending, _NOT_LISTED):
        return _note(run, attempt, _NOT_LISTED, message)
    looked = found is NotFound.OPEN or _was_noted(attempt, _NOT_LISTED)
    if looked and too_old:
        return run.sender.give_up(attempt, ResultError("SubmissionUnknown", message, "submit"))
    if found is NotFound.OPEN and attempt.pending.error is None:
        return _note(run, attempt, _NOT_IN_LIST, message)
    return attempt.pending


def _settle_without_result(run: Run, attempt: Attempt, job: Job) -> Pending | None:
    """The job succeeded and CI shows nothing of what it read; a callback may have brought it."""
    if has_result(run, attempt):
        return None
    message = "the job succeeded and CI shows no result"
    if not _has_error(attempt.pending, _NO_RESULT):
        return _note(run, attempt, _NO_RESULT, message)
    if _is_too_old(run, attempt) and _was_noted(attempt, _NO_RESULT):
        return run.sender.give_up(attempt, ResultError(_NO_RESULT, message, "job"), job)
    return attempt.pending


def _has_error(pending: Pending, code: str) -> bool:
    """Whether that is why the card is still pending."""
    return pending.error is not None and pending.error.code == code


def _was_noted(attempt: Attempt, code: str) -> bool:
    """Whether that was seen a while ago already: what has only just begun may soon be over."""
    error = attempt.pending.error
    if error is None or error.code != code:
        return False
    return attempt.seen_at - from_rfc3339(error.at) >= _LONG_ENOUGH_SECONDS


def _note(run: Run, attempt: Attempt, code: str, message: str) -> Pending:
    """Say in the pending object why it is still there."""
    error = PendingError(code, message, None, run.pipeline.at())
    return _rewrite(run, attempt.pending._replace(error=error))


def _rewrite(run: Run, pending: Pending) -> Pending:
    pending = pending._replace(updated_at=run.pipeline.at())
    run.pipeline.store.replace(name_of(run.pipeline, pending), pending.body())
    return pending


def _is_too_old(run: Run, attempt: Attempt) -> bool:
    return attempt.age >= run.pipeline.settings.give_up_after_seconds
