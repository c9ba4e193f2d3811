"""The steps: what is to be done next about a card. `decide` chooses one, `perform` does it.

A step is frozen and prints as one line without a key, so a dry run shows what a run would do.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from shared.card import CardType, Check
from shared.documents import Attempt, Outcome, ResultError
from shared.jobs import Job, RefusalClass


class Ask(Enum):
    """A question without whose answer nothing can be decided."""

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
    """Write the result. `check` is `source.unchanged`, if it belongs into the result."""

    outcome: Outcome
    error: ResultError | None
    job: Job | None = None
    check: Check | None = None


class GiveUp(NamedTuple):
    """Claim the next attempt and end the card under it, with that result."""

    attempt: Attempt
    result: WriteResult


class Post(NamedTuple):
    """POST the job, not earlier than `delay` seconds after the HEAD of the photo."""

    delay: float
    card_type: CardType


class Wait(NamedTuple):
    """Write down that nothing was sent under the claim, and why."""

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
