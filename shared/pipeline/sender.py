"""Sending cards again: the next attempt, paced, until CI or a limit says stop."""

from __future__ import annotations

from collections.abc import Callable

from shared.documents import Pending, ResultError, read_pending
from shared.errors import StorageFault
from shared.jobs import Submission, Waiting
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt, forget, name_of
from shared.pipeline.permit import NoPermit, Permit, conclude, open_permit, put_off, send
from shared.pipeline.state import load, save, sent_on
from shared.store.layout import MAX_ATTEMPT, etag_of

_FIRST_WAIT_SECONDS = 300
_LONGEST_WAIT_SECONDS = 3600


class Sender:
    """What one run sends. `stopped` is why it sends nothing more, None while it does."""

    def __init__(
        self, pipeline: Pipeline, sleep: Callable[[float], None], stopped: str | None
    ) -> None:
        self._pipeline = pipeline
        self._sleep = sleep
        self.stopped = stopped
        self._sent_today = self._load_sent()
        self._next_at = 0.0

    def send_again(self, attempt: Attempt) -> None:
        """Send the next attempt of a card, or give the card up where it has had its jobs."""
        if _jobs_had(self._pipeline, attempt.pending) >= self._pipeline.settings.max_attempts:
            message = "every job that was sent for this card failed or was lost"
            self.give_up(attempt, ResultError("AttemptsExhausted", message, "job"))
            return
        if self.may_send():
            permit = self._permit(attempt)
            if permit is not None:
                self._use(permit, attempt)

    def give_up(self, attempt: Attempt, error: ResultError) -> None:
        """End a card without a result of CI, under the permit of its next attempt.

        Where create-once doesn't hold, a permit permits nothing: the card stays pending.
        """
        if self.stopped == UNSAFE:
            return
        permit = self._permit(attempt)
        if permit is not None:
            self._conclude(permit, attempt, error)

    def may_send(self) -> bool:
        """Whether another job may go out; waits for its turn."""
        limit = self._pipeline.settings.max_jobs_per_day
        if self.stopped is None and limit is not None and self._sent_today >= limit:
            self.stopped = "MAX_JOBS_PER_DAY"
        if self.stopped is not None:
            return False
        wait = self._next_at - self._pipeline.now()
        if wait > 0:
            self._sleep(wait)
        self._next_at = self._pipeline.now() + 1 / self._pipeline.settings.requests_per_second
        return True

    def count(self) -> None:
        """Count a job before it is sent: a crash may cost the day one, never add one."""
        if self._pipeline.settings.max_jobs_per_day is not None:
            self._sent_today += 1
            save(self._pipeline, self._day(), {"sent": self._sent_today})

    def heed(self, submission: Submission | None) -> None:
        """Stop at the first refusal that the next card would meet too."""
        if isinstance(submission, Waiting) and submission.refusal != "other":
            self.stopped = f"{submission.code} ({submission.refusal})"

    def _permit(self, attempt: Attempt) -> Permit | None:
        permit = open_permit(self._pipeline, self._next(attempt.pending))
        if permit is NoPermit.DONE:
            forget(self._pipeline, attempt.names)
        return permit if isinstance(permit, Permit) else None

    def _use(self, permit: Permit, attempt: Attempt) -> None:
        """The photograph must still be the one that was uploaded."""
        pending = permit.pending
        try:
            source = self._pipeline.store.head_source(pending.source.key)
        except StorageFault as fault:
            put_off(self._pipeline, permit, fault.code)
            return
        if source is None:
            error = ResultError("SourceGone", "the photograph is gone", "source")
            self._conclude(permit, attempt, error)
        elif source.etag != etag_of(pending.version):
            error = ResultError("SourceReplaced", "another content lies at the key now", "source")
            self._conclude(permit, attempt, error)
        elif pending.card_type is not None:
            self.count()
            self.heed(send(self._pipeline, permit, pending.card_type))

    def _conclude(self, permit: Permit, attempt: Attempt, error: ResultError) -> None:
        conclude(self._pipeline, permit, "failed", error)
        forget(self._pipeline, attempt.names)

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

    def _load_sent(self) -> int:
        if self._pipeline.settings.max_jobs_per_day is None:
            return 0
        sent = load(self._pipeline, self._day()).get("sent")
        return sent if isinstance(sent, int) else 0

    def _day(self) -> str:
        return sent_on(self._pipeline.at()[:10])


UNSAFE = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"


def is_due(attempt: Attempt) -> bool:
    """Whether a `waiting` card may be sent again; each refusal doubles the wait, to an hour.

    Attempts stand for refusals: there are no fewer, and waiting longer does no harm. A card that
    backfill put in line was never refused and is due at once.
    """
    if attempt.pending.error is None:
        return True
    wait = _FIRST_WAIT_SECONDS << min(attempt.pending.attempt - 1, 10)
    return attempt.unchanged_for >= min(wait, _LONGEST_WAIT_SECONDS)


def _jobs_had(pipeline: Pipeline, pending: Pending) -> int:
    """How many jobs were accepted for this version, the last attempt's among them.

    An earlier attempt that was `claimed` or `unknown` has a successor only because it was proven
    to have made no job; what was refused made none either.
    """
    settings = pipeline.settings
    had = int(pending.state == "submitted")
    if pending.attempt >= MAX_ATTEMPT:
        return settings.max_attempts
    if pending.attempt < settings.max_attempts:
        return had  # too few attempts to have had too many jobs: no need to look
    for number in range(1, pending.attempt):
        body = pipeline.store.read(name_of(pipeline, pending._replace(attempt=number)))
        earlier = read_pending(body) if body is not None else None
        had += int(earlier is not None and earlier.state == "submitted")
    return had
