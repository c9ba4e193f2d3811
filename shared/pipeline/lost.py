"""Looking for the job of an attempt whose POST was never answered, in CI's own list.

A job is this attempt's by its Object and by the version and attempt in its UserData. That it isn't
in the list counts only if the list also shows a job of ours created well after this permit could
still have sent one: a list that lags, or is empty, proves nothing.
"""

from __future__ import annotations

from enum import Enum

from shared import callback_token
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt
from shared.times import from_rfc3339

_CLOCK_SKEW_SECONDS = 300
_PROOF_AFTER_SECONDS = 80  # a permit sends for 60 s, and CI has 20 s to answer


class NotFound(Enum):
    """No job of this attempt is in CI's list."""

    PROVEN = "and none was ever made"
    OPEN = "which proves nothing"


def find_job(pipeline: Pipeline, attempt: Attempt) -> Job | NotFound:
    """The job that this attempt's POST made, or whether it surely made none.

    Raises:
        JobServiceFault: CI couldn't be asked.
    """
    proof_at = attempt.permit_at + _PROOF_AFTER_SECONDS
    next_token: str | None = None
    while True:
        since = attempt.permit_at - _CLOCK_SKEW_SECONDS
        page = pipeline.jobs.list_created(since, next_token)
        for job in page.jobs:
            if _is_made_by(job, attempt):
                return job
            if _is_ours(pipeline, job) and _created_at(job) >= proof_at:
                return NotFound.PROVEN
        next_token = page.next_token
        if next_token is None:
            return NotFound.OPEN


def _is_made_by(job: Job, attempt: Attempt) -> bool:
    pending = attempt.pending
    claimed = callback_token.claimed_payload(job.user_data)
    return (
        job.job_id is not None
        and job.key == pending.source.key
        and claimed == (pending.attempt, pending.version)
    )


def _is_ours(pipeline: Pipeline, job: Job) -> bool:
    key = job.key or ""
    claimed = callback_token.claimed_payload(job.user_data)
    return claimed is not None and key.startswith(pipeline.settings.input_prefix)


def _created_at(job: Job) -> float:
    return from_rfc3339(job.created_at) if job.created_at else float("-inf")
