"""Sending cards again: the next attempt, paced, until CI or a limit says stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from shared.documents import Pending, PendingError, ResultError, read_pending
from shared.errors import StorageFault
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt, forget, name_of
from shared.pipeline.pacer import Pacer
from shared.pipeline.permit import NoPermit, Permit, Sent, conclude, open_permit, put_off, send
from shared.pipeline.state import load, save, sent_on
from shared.pipeline.unusable import card_type_of, rejection
from shared.store import Source
from shared.store.layout import MAX_ATTEMPT, etag_of

UNSAFE = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
UNPROVEN = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"

EXHAUSTED = "AttemptsExhausted"
_FIRST_WAIT_SECONDS = 300
_LONGEST_WAIT_SECONDS = 3600


class Sender:
    """What one run sends. `stopped` is why it sends nothing more, None while it does."""

    def __init__(
        self, pipeline: Pipeline, sleep: Callable[[float], None], stopped: str | None
    ) -> None:
        self._pipeline = pipeline
        self._pacer = Pacer(pipeline.settings.requests_per_second, pipeline.now, sleep)
        self._counted: Counter[str] = Counter()
        self.stopped = stopped

    def send_again(self, attempt: Attempt, job: Job | None = None) -> Pending | None:
        """Send the next attempt of a card, or give the card up where it has had its jobs.

        `job` is the one that failed, where there is one. Returns what is pending now.
        """
        if _jobs_had(self._pipeline, attempt.pending) >= self._pipeline.settings.max_attempts:
            message = "every job that was sent for this card failed or was lost"
            return self.give_up(attempt, ResultError(EXHAUSTED, message, "job"), job)
        if not self.may_send():
            return attempt.pending
        permit = self._permit(attempt)
        if not isinstance(permit, Permit):
            return _left(attempt, permit)
        source = self._source(permit, attempt)
        if not isinstance(source, Source):
            return source
        return self._use(permit, attempt, source)

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

    def may_send(self) -> bool:
        """Whether another job may go out; waits for its turn."""
        limit = self._pipeline.settings.max_jobs_per_day
        if self.stopped is None and limit is not None and self._sent_on(self._day()) >= limit:
            self.stopped = "MAX_JOBS_PER_DAY"
        if self.stopped is None:
            self._pacer.wait()
        return self.stopped is None

    def is_sending(self) -> bool:
        """Whether nothing has stopped it yet."""
        return self.stopped is None

    def is_unsafe(self) -> bool:
        """Whether a permit would permit nothing, as far as is known."""
        return self.stopped in {UNSAFE, UNPROVEN}

    def heed(self, sent: Sent) -> None:
        """Stop at the first refusal that the next card would meet too, and count the job."""
        pending = sent.pending
        error = pending.error if pending is not None and pending.state == "waiting" else None
        if error is not None and error.refusal != "other":
            self.stopped = f"{error.code} ({error.refusal})"
        if self._pipeline.settings.max_jobs_per_day is not None:
            day = self._day()
            self._counted[day] = self._sent_on(day) + 1
            save(self._pipeline, day, {"sent": self._counted[day]})

    def _use(self, permit: Permit, attempt: Attempt, source: Source) -> Pending | None:
        """Send the job, or reject what should never have got this far."""
        settings = self._pipeline.settings
        reason = rejection(settings, source)
        card_type = permit.pending.card_type or card_type_of(settings, source)
        if reason is None and card_type is not None:
            sent = send(self._pipeline, permit, card_type)
            self.heed(sent)
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

    def _sent_on(self, day: str) -> int:
        """Read anew each time, since another run may have sent.

        Its count may lack what this one sent: two that write at once each know only their own.
        """
        sent = load(self._pipeline, day).get("sent")
        return max(sent if isinstance(sent, int) else 0, self._counted[day])

    def _day(self) -> str:
        return sent_on(self._pipeline.at()[:10])


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
    to have made no job; what was refused made none either.
    """
    settings = pipeline.settings
    had = int(pending.state == "submitted")
    if pending.attempt < settings.max_attempts:
        return had  # too few attempts to have had too many jobs: no need to look
    for number in range(1, pending.attempt):
        body = pipeline.store.read(name_of(pipeline, pending._replace(attempt=number)))
        earlier = read_pending(body) if body is not None else None
        had += int(earlier is not None and earlier.state == "submitted")
    return had
