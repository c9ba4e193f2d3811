"""The steps: what is to be done next about a card. `decide` chooses one, `perform` does it.

A step is frozen and prints as one line without a key, so a dry run shows what a run would do.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.card import Check
from shared.documents import Attempt, Outcome, ResultError
from shared.jobs import Job


class Leave(NamedTuple):
    """Do nothing now."""

    why: str

    def __str__(self) -> str:
        return f"leave: {self.why}"


class AskForJob(NamedTuple):
    """Ask CI for the job by its id."""

    def __str__(self) -> str:
        return "ask CI for the job"


class LookForJob(NamedTuple):
    """Look for the attempt's job in CI's list."""

    def __str__(self) -> str:
        return "look for the job in CI's list"


class LookForResult(NamedTuple):
    """HEAD the result."""

    def __str__(self) -> str:
        return "look for the result"


class Delete(NamedTuple):
    """Delete what is pending beside a result."""

    def __str__(self) -> str:
        return "delete what is pending beside a result"


class Adopt(NamedTuple):
    """Write down the job that CI's list shows for the attempt."""

    attempt: Attempt

    def __str__(self) -> str:
        return f"adopt job {self.attempt.job_id}"


class Note(NamedTuple):
    """Write down why the card is still pending, or that the reason is gone."""

    attempt: Attempt

    def __str__(self) -> str:
        return f"note {self.attempt.error.code if self.attempt.error else 'that CI shows the job'}"


class NextAttempt(NamedTuple):
    """Claim the next attempt, through the gate, and POST its job."""

    attempt: Attempt

    def __str__(self) -> str:
        return f"next attempt {self.attempt.attempt:04d}"


class GiveUp(NamedTuple):
    """Claim the next attempt and end the card under it. `job` is CI's last, if it showed one."""

    attempt: Attempt
    error: ResultError
    job: Job | None

    def __str__(self) -> str:
        return f"give up: {self.error.code}"


class Finish(NamedTuple):
    """HEAD the photo and write the result of an ended job."""

    job: Job
    outcome: Outcome
    error: ResultError | None

    def __str__(self) -> str:
        return f"write the result: {self.outcome}"


class WriteResult(NamedTuple):
    """Write the result. `check` is `source.unchanged`, if it belongs into the result."""

    outcome: Outcome
    error: ResultError | None
    job: Job | None = None
    check: Check | None = None

    def __str__(self) -> str:
        return f"write the result: {self.error.code if self.error else self.outcome}"


class Post(NamedTuple):
    """POST the job, not earlier than `delay` seconds after the HEAD of the photo."""

    delay: float

    def __str__(self) -> str:
        return "POST the job"


class Wait(NamedTuple):
    """Write down that nothing was sent under the claim, and why."""

    code: str
    why: str

    def __str__(self) -> str:
        return f"wait: {self.code}"


class Record(NamedTuple):
    """Write down what CI answered to the POST."""

    attempt: Attempt

    def __str__(self) -> str:
        return f"record {self.attempt.state}"


Step = (
    Leave
    | AskForJob
    | LookForJob
    | LookForResult
    | Delete
    | Adopt
    | Note
    | NextAttempt
    | GiveUp
    | Finish
)
"""What `decide` chooses for a pending card."""
