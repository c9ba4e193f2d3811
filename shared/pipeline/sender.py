"""Sending cards again: the next attempt, paced, until CI or a limit says stop.

Several threads may use a sender at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from shared.documents import Pending, PendingError, ResultError, read_pending
from shared.errors import StorageFault
from shared.jobs import Accepted, Job, Submission, Unknown, Waiting
from shared.pipeline import Pipeline
from shared.pipeline.allowance import Allowance
from shared.pipeline.attempts import Attempt, forget, name_of
from shared.pipeline.pacer import Pacer
from shared.pipeline.pause import PauseWatch
from shared.pipeline.permit import NoPermit, Permit, conclude, open_permit, put_off, send
from shared.pipeline.unusable import card_type_of, rejection
from shared.pipeline.workers import Workers
from shared.store import Source
from shared.store.layout import MAX_ATTEMPT, etag_of

UNSAFE = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
UNPROVEN = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"

EXHAUSTED = "AttemptsExhausted"
_FIRST_WAIT_SECONDS = 300
_LONGEST_WAIT_SECONDS = 3600


class SendersTurn:
    """A card's chance to be sent; `used` once its job is about to go out, unless CI refuses it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.used = False

    def comes(self) -> bool:
        """Wait for the pacer; False where sending stopped meanwhile. See `Turn`."""
        self.used = self._sender.is_sending() and self._sender.pace()
        return self.used

    def answered(self, submission: Submission) -> None:
        """Have nothing more sent where the next card would be refused too; see `Turn`."""
        self.used = isinstance(submission, Accepted | Unknown)
        self._sender.heed(submission)


class Sender:
    """What one run sends. `stopped` is why it sends nothing more, None while it does."""

    def __init__(
        self,
        pipeline: Pipeline,
        sleep: Callable[[float], None],
        stopped: str | None,
        workers: Workers,
    ) -> None:
        self._pipeline = pipeline
        per_second = pipeline.settings.requests_per_second
        self._pacer = Pacer(per_second, pipeline.now, sleep, workers.lock())
        self._allowance = Allowance(pipeline, workers.lock())
        self._pause = PauseWatch(pipeline, workers.lock())
        self.stopped = stopped or self._pause.why_not()

    def send_again(self, attempt: Attempt, job: Job | None = None) -> Pending | None:
        """Send the next attempt of a card, or give the card up where it has had its jobs.

        `job` is the one that failed, where there is one. Returns what is pending now.
        """
        if _jobs_had(self._pipeline, attempt.pending) >= self._pipeline.settings.max_attempts:
            message = "every job that was sent for this card failed or was lost"
            return self.give_up(attempt, ResultError(EXHAUSTED, message, "job"), job)
        with self.turn() as turn:
            if turn is None:
                return attempt.pending
            permit = self._permit(attempt)
            if not isinstance(permit, Permit):
                return _left(attempt, permit)
            source = self._source(permit, attempt)
            if not isinstance(source, Source):
                return source
            return self._use(permit, attempt, source, turn)

    def give_up(
        self, attempt: Attempt, error: ResultError, job: Job | None = None
    ) -> Pending | None:
        """End a card without a result of CI, under the permit of its next attempt.

        Where create-once doesn't hold, a permit permits nothing: the card stays pending. The
        permit has the error from the start: whoever finds it unused gives the card up as well,
        and doesn't send a job beside one that may have been made.
        """
        if self.is_unsafe():
            return attempt.pending
        why = PendingError(error.code, error.message, None, self._pipeline.at())
        permit = self._permit(attempt, why)
        if not isinstance(permit, Permit):
            return _left(attempt, permit)
        source = self._source(permit, attempt)
        if not isinstance(source, Source):
            return source
        return self._conclude(permit, attempt, "failed", error, job)

    @contextmanager
    def turn(self) -> Iterator[SendersTurn | None]:
        """A chance to send a job, None where there is none; one that isn't used is given back.

        Raises:
            StorageFault: how many jobs the day has left couldn't be found out.
        """
        self.stopped = self.stopped or self._pause.why_not()
        day = self._allowance.take() if self.stopped is None else None
        if day is None:
            self.stopped = self.stopped or "MAX_JOBS_PER_DAY"
            yield None
            return
        turn = SendersTurn(self)
        try:
            yield turn
        finally:
            if not turn.used:
                self._allowance.give_back(day)

    def pace(self) -> bool:
        """Wait until the next job may go out; False where meanwhile none may."""
        self._pacer.wait()
        return self.is_sending()

    def is_sending(self) -> bool:
        """Whether nothing has stopped it yet."""
        return self.stopped is None

    def is_unsafe(self) -> bool:
        """Whether a permit would permit nothing, as far as is known."""
        return self.stopped in {UNSAFE, UNPROVEN}

    def heed(self, submission: Submission) -> None:
        """Stop at the first refusal that the next card would meet too."""
        if isinstance(submission, Waiting) and submission.refusal != "other":
            self.stopped = self.stopped or f"{submission.code} ({submission.refusal})"

    def close(self) -> None:
        """Give back what of the day's jobs wasn't sent."""
        self._allowance.close()

    def _use(
        self, permit: Permit, attempt: Attempt, source: Source, turn: SendersTurn
    ) -> Pending | None:
        """Send the job, or reject what should never have got this far."""
        settings = self._pipeline.settings
        reason = rejection(settings, source, permit.pending.card_type)
        card_type = permit.pending.card_type or card_type_of(settings, source)
        if reason is None and card_type is not None:
            # What was put there again, the same, since the first attempt is what this one is about.
            pending = permit.pending._replace(source=self._pipeline.photograph(source))
            sent = send(self._pipeline, permit._replace(pending=pending), card_type, turn)
            if sent.pending is not None:
                return sent.pending
        elif reason is not None:
            error = ResultError(reason.code, reason.message, "source")
            return self._conclude(permit, attempt, "rejected", error)
        forget(self._pipeline, attempt.names)
        return None

    def _conclude(
        self,
        permit: Permit,
        attempt: Attempt,
        outcome: Literal["rejected", "failed"],
        error: ResultError,
        job: Job | None = None,
    ) -> Pending | None:
        """Write the result; where COS won't, the permit is given back for the next run."""
        try:
            conclude(self._pipeline, permit, outcome, error, job)
        except StorageFault as fault:
            return put_off(self._pipeline, permit, fault.code)
        forget(self._pipeline, attempt.names)
        return None

    def _permit(self, attempt: Attempt, given_up: PendingError | None = None) -> Permit | NoPermit:
        if attempt.pending.attempt >= MAX_ATTEMPT:  # names have four digits: it stays pending
            return NoPermit.TAKEN
        following = self._next(attempt.pending)
        if given_up is not None:
            following = following._replace(state="waiting", error=given_up)
        permit = open_permit(self._pipeline, following)
        if permit is NoPermit.DONE:
            forget(self._pipeline, attempt.names)
        return permit

    def _source(self, permit: Permit, attempt: Attempt) -> Source | Pending | None:
        """The photograph, which must still be the one that was uploaded; else what is pending."""
        version = permit.pending.version
        try:
            source = self._pipeline.store.head_source(permit.pending.source.key)
        except StorageFault as fault:
            return put_off(self._pipeline, permit, fault.code)
        if source is None:
            error = ResultError("SourceGone", "the photograph is gone", "source")
        elif source.etag != etag_of(version):
            error = ResultError("SourceReplaced", "another content lies at the key now", "source")
        else:
            return source
        return self._conclude(permit, attempt, "failed", error)

    def _next(self, pending: Pending) -> Pending:
        return pending._replace(
            attempt=pending.attempt + 1,
            owner=self._pipeline.new_owner(),
            state="claimed",
            job_id=None,
            permit_at=None,
            updated_at=self._pipeline.at(),
            error=None,
        )


def is_due(attempt: Attempt) -> bool:
    """Whether a `waiting` card may be sent again; each refusal doubles the wait, to an hour.

    Attempts stand for refusals: there are no fewer, and waiting longer does no harm. A card that
    backfill put in line was never refused and is due at once.
    """
    if attempt.pending.error is None:
        return True
    wait = _FIRST_WAIT_SECONDS << min(attempt.pending.attempt - 1, 10)
    return attempt.unchanged_for >= min(wait, _LONGEST_WAIT_SECONDS)


def _left(attempt: Attempt, permit: NoPermit) -> Pending | None:
    """What is pending where there was no permit for the next attempt."""
    return None if permit is NoPermit.DONE else attempt.pending


def _jobs_had(pipeline: Pipeline, pending: Pending) -> int:
    """How many jobs were accepted for this version, the last attempt's among them.

    An earlier attempt that was `claimed` or `unknown` has a successor only because it was proven
    to have made no job; what was refused made none either. So a card whose last attempt made none
    has had no more jobs than when that was sent, and that was allowed: only after a job they are
    counted, since a card that waited long has very many attempts.
    """
    if pending.state != "submitted" or pending.attempt < pipeline.settings.max_attempts:
        return int(pending.state == "submitted")
    had = 1
    for number in range(1, pending.attempt):
        body = pipeline.store.read(name_of(pipeline, pending._replace(attempt=number)))
        earlier = read_pending(body) if body is not None else None
        had += int(earlier is not None and earlier.state == "submitted")
    return had
