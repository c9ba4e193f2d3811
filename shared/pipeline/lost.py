"""Looking for the jobs of attempts whose POST was never answered, in CI's own list.

A job is an attempt's by its Object and by the version and attempt in its UserData. That it isn't
in the list counts only if the list also shows a job of ours created well after this permit could
still have sent one: a list that lags, or is empty, proves nothing. Nor does a list that isn't in
the order it was asked for, until it has been read to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from shared import callback_token
from shared.documents import Pending
from shared.errors import JobServiceFault
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt
from shared.times import from_rfc3339

_CLOCK_SKEW_SECONDS = 300
_PROOF_AFTER_SECONDS = 80  # what a permit sends is signed for 70 s


class Identity(NamedTuple):
    """What tells an attempt's job from all others."""

    key: str
    version: str
    attempt: int


class NotFound(Enum):
    """No job of this attempt is in CI's list."""

    PROVEN = "and none was ever made"
    OPEN = "which proves nothing"
    UNREAD = "as far as there was time to read it"
    REFUSED = "since CI didn't show its list"


class Search:
    """One way through CI's list, for several attempts at once."""

    def __init__(self, pipeline: Pipeline, attempts: Sequence[Attempt]) -> None:
        self._pipeline = pipeline
        self._attempts = {_identity(attempt.pending): attempt for attempt in attempts}
        self._found: dict[Identity, Job] = {}
        self._latest_of_ours = float("-inf")
        self._read_until = float("-inf")
        self._in_order = True
        self._at_end = False
        self._unread = NotFound.OPEN

    def run(self, is_over: Callable[[], bool]) -> None:
        """Read the list until every attempt is answered, the list ends, or the time is over.

        A list that CI won't show leaves the attempts as they are: nothing is found, or proven.
        """
        since = min(attempt.permit_at for attempt in self._attempts.values()) - _CLOCK_SKEW_SECONDS
        next_token: str | None = None
        while not all(map(self._is_answered, self._attempts.values())):
            if is_over():
                self._unread = NotFound.UNREAD
                return
            try:
                page = self._pipeline.jobs.list_created(since, next_token)
            except JobServiceFault as fault:
                self._pipeline.log.warning("jobs_not_listed", problem=str(fault))
                self._unread = NotFound.REFUSED
                return
            for job in page.jobs:
                self._see(job)
            if page.next_token is None or page.next_token == next_token:
                self._at_end = page.next_token is None
                return
            next_token = page.next_token

    def answer(self, attempt: Attempt) -> Job | NotFound:
        """The job that this attempt's POST made, or whether it surely made none."""
        found = self._found.get(_identity(attempt.pending))
        if found is not None:
            return found
        proven = self._latest_of_ours >= attempt.permit_at + _PROOF_AFTER_SECONDS
        if proven and (self._in_order or self._at_end):
            return NotFound.PROVEN
        return self._unread

    def _is_answered(self, attempt: Attempt) -> bool:
        answer = self.answer(attempt)
        return isinstance(answer, Job) or answer is NotFound.PROVEN

    def _see(self, job: Job) -> None:
        created_at = from_rfc3339(job.created_at) if job.created_at else float("-inf")
        self._in_order = self._in_order and created_at >= self._read_until
        self._read_until = max(self._read_until, created_at)
        claimed = callback_token.claimed_payload(job.user_data)
        key = job.key or ""
        if claimed is None or not key.startswith(self._pipeline.settings.input_prefix):
            return
        self._latest_of_ours = max(self._latest_of_ours, created_at)
        identity = Identity(key, claimed.version, claimed.attempt)
        if job.job_id is not None and identity in self._attempts:
            self._found.setdefault(identity, job)


def _identity(pending: Pending) -> Identity:
    return Identity(pending.source.key, pending.version, pending.attempt)
