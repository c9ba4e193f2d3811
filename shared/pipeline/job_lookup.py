"""Looks in CI's own list for the jobs of attempts whose POST was never answered.

A job belongs to an attempt if its Object is the key, and its UserData has the version and the
attempt. The list proves that there is no such job only if it shows another job of ours, created at
a time when this claim's POST could no longer make one. A list that lags, or is empty, proves
nothing. A list out of order proves nothing until it has been read to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from shared import callback_token
from shared.documents import Attempt
from shared.errors import JobServiceFault
from shared.jobs import Job, JobPage
from shared.pipeline.context import Context
from shared.pipeline.decide import FoundJobs, Silence
from shared.pipeline.steps import PendingCard
from shared.times import from_rfc3339

OUT_OF_TIME = "OutOfTime"
_CLOCK_SKEW_SECONDS = 300
# A signature ends 70 s after its claim, by COS's clock; CI's may differ by some seconds.
PROOF_AFTER_SECONDS = 80


class JobIdentity(NamedTuple):
    """What a job's Object and UserData say it is for."""

    key: str
    version: str
    attempt: int


class JobLookup:
    """Reads CI's list once, for several cards."""

    def __init__(self, context: Context, cards: Sequence[PendingCard]) -> None:
        self._context = context
        self._cards = {_identity(card.attempt): card for card in cards}
        self._found: dict[JobIdentity, tuple[Job, ...]] = {}
        self._latest_of_ours = float("-inf")
        self._read_until = float("-inf")
        self._is_in_order = True
        self._is_at_end = False
        self._otherwise = Silence.UNPROVEN

    def run(self, is_over: Callable[[], bool]) -> None:
        """Read the list until every card is answered, the list ends, or the time is over."""
        first = min(card.sent_from for card in self._cards.values())
        try:
            for page in pages_of_jobs(self._context, first - _CLOCK_SKEW_SECONDS, is_over):
                for job in page.jobs:
                    self._see(job)
                self._is_at_end = page.next_token is None
                if all(map(self._is_answered, self._cards.values())):
                    return
        except JobServiceFault as fault:
            self._context.log.warning("jobs_not_listed", problem=str(fault))
            self._otherwise = Silence.UNREAD if fault.code == OUT_OF_TIME else Silence.REFUSED

    def answer(self, card: PendingCard) -> FoundJobs | Silence:
        """Return the jobs that the attempt's POST made, or what their absence means."""
        found = self._found.get(_identity(card.attempt))
        if found is not None:
            return FoundJobs(tuple(sorted(found, key=lambda job: job.created_at or "")))
        is_late = self._latest_of_ours >= card.claimed_at + PROOF_AFTER_SECONDS
        if is_late and (self._is_in_order or self._is_at_end):
            return Silence.ABSENT
        return self._otherwise

    def _is_answered(self, card: PendingCard) -> bool:
        answer = self.answer(card)
        return isinstance(answer, FoundJobs) or answer is Silence.ABSENT

    def _see(self, job: Job) -> None:
        created_at = from_rfc3339(job.created_at) if job.created_at else float("-inf")
        self._is_in_order = self._is_in_order and created_at >= self._read_until
        self._read_until = max(self._read_until, created_at)
        identity = job_identity(job)
        if identity is None:
            return
        # INPUT_PREFIX can have changed since the claim: the job of a card of ours is found anyway.
        if job.job_id is not None and identity in self._cards:
            self._found[identity] = (*self._found.get(identity, ()), job)
        if identity.key.startswith(self._context.settings.input_prefix):
            self._latest_of_ours = max(self._latest_of_ours, created_at)


def pages_of_jobs(context: Context, since: float, is_over: Callable[[], bool]) -> Iterator[JobPage]:
    """Yield the pages of CI's list of jobs created at `since` (Unix seconds) or later.

    End if a page's token is that of the page before.

    Raises:
        JobServiceFault: CI refused to show it, or the time is over.
    """
    token: str | None = None
    while True:
        if is_over():
            raise JobServiceFault("GET of jobs", OUT_OF_TIME)
        page = context.jobs.list_created(since, token)
        yield page
        if page.next_token in {None, token}:
            return
        token = page.next_token


def job_identity(job: Job) -> JobIdentity | None:
    """Return what a job is for. Return None if it isn't one of ours."""
    payload = callback_token.claimed_payload(job.user_data)
    return JobIdentity(job.key or "", payload.version, payload.attempt) if payload else None


def _identity(attempt: Attempt) -> JobIdentity:
    return JobIdentity(attempt.source.key, attempt.version, attempt.attempt)
