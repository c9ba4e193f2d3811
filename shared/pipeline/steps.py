"""A pending card, and the steps: what can be done next about it.

`decide` chooses a step, `perform` does it.

A step is immutable. `line_of` gives one line without a key, so a dry run shows what a run does.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from shared.card import CardType, Check
from shared.documents import Attempt, Outcome, ResultError
from shared.jobs import Job, RefusalClass
from shared.times import from_rfc3339


class PendingCard(NamedTuple):
    """A card's last attempt as stored, with its times filled in by `Attempt.dated`.

    Times are COS's, in Unix seconds. `names` are the pending objects of all its attempts on the
    page of the listing, the newest one last.
    """

    attempt: Attempt
    names: tuple[str, ...]
    written_at: float
    seen_at: float

    @property
    def claimed_at(self) -> float:
        """When COS created the attempt."""
        return _seconds(self.attempt.claimed_at)

    @property
    def sent_from(self) -> float:
        """The earliest time at which the attempt's job can have been made.

        An attempt without an owner was archived, and its claim's own time is not known.
        """
        attempt = self.attempt
        at = attempt.claimed_at if attempt.owner else attempt.first_claimed_at
        return _seconds(at)

    @property
    def age(self) -> float:
        """Seconds since the card's first claim."""
        return self.seen_at - _seconds(self.attempt.first_claimed_at)

    @property
    def unchanged_for(self) -> float:
        """Seconds since the object was last written."""
        return self.seen_at - self.written_at

    @property
    def first_sent_at(self) -> str | None:
        """When the first attempt with a POST was claimed. A `claimed` attempt counts as sent."""
        attempt = self.attempt
        return attempt.first_sent_at or (attempt.claimed_at if attempt.state == "claimed" else None)

    @property
    def is_unanswered(self) -> bool:
        """Whether the attempt's POST was never answered, or its answer never written down."""
        return self.attempt.state != "waiting" and self.attempt.job_id is None


class Ask(Enum):
    """A question that must be answered before anything is decided."""

    JOB = "ask CI for the job"
    LIST = "look for the job in CI's list"
    RESULT = "look for the result"


class Leave(NamedTuple):
    """Do nothing now."""

    why: str


class Delete(NamedTuple):
    """Delete what is pending beside a result."""


class Adopt(NamedTuple):
    """Write down the job that CI's list shows for the attempt."""

    attempt: Attempt


class Note(NamedTuple):
    """Write down why the card is still pending, or that the reason is gone."""

    attempt: Attempt


class NextAttempt(NamedTuple):
    """Claim the next attempt, through the gate, and POST its job."""

    attempt: Attempt


class Finish(NamedTuple):
    """HEAD the photo and write the result of an ended job."""

    job: Job
    outcome: Outcome
    error: ResultError | None


class WriteResult(NamedTuple):
    """Write the result. `check` is `source.unchanged`, if it belongs in the result."""

    outcome: Outcome
    error: ResultError | None
    job: Job | None = None
    check: Check | None = None


class GiveUp(NamedTuple):
    """Claim the next attempt, and end the card with that result under the claim."""

    attempt: Attempt
    result: WriteResult


class Post(NamedTuple):
    """POST the job, not earlier than `delay` seconds after the HEAD of the photo."""

    delay: float
    card_type: CardType


class Wait(NamedTuple):
    """Write into the pending object that nothing was sent under the claim, and why."""

    code: str
    why: str
    refusal: RefusalClass = "held"


class Record(NamedTuple):
    """Write down what CI answered to the POST. `request_id` is for the log."""

    attempt: Attempt
    request_id: str | None = None


Step = Ask | Leave | Delete | Adopt | Note | NextAttempt | GiveUp | Finish
"""What `decide` chooses for a pending card."""


def line_of(step: Step) -> str:  # noqa: PLR0911 — one step each
    """Return a step as one line for people."""
    match step:
        case Ask():
            return step.value
        case Leave(why):
            return f"leave: {why}"
        case Delete():
            return "delete what is pending beside a result"
        case Adopt(attempt):
            return f"adopt job {attempt.job_id}"
        case Note(attempt):
            return f"note {attempt.error.code if attempt.error else 'that CI shows the job'}"
        case NextAttempt(attempt):
            return f"next attempt {attempt.attempt:04d}"
        case GiveUp(_, result):
            return f"give up: {result.error.code if result.error else result.outcome}"
        case Finish(_, outcome):
            return f"write the result: {outcome}"


def _seconds(at: str | None) -> float:
    """Return a time of a dated attempt, RFC 3339, in Unix seconds."""
    return from_rfc3339(at or "")
