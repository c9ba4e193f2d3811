"""How a job ended, by the job alone. The state of its result container is another."""

from __future__ import annotations

from typing import NamedTuple

from shared.documents import Outcome, ResultError
from shared.jobs import Job

# CI failed for a reason that passes: the next attempt may do better.
PASSING = frozenset({"InternalError", "ServiceUnavailable", "ResourceDownloadFailed"})
NO_RESULT = "NoResultInJob"


class Unfinished(NamedTuple):
    """There is nothing to write yet, and why."""

    why: str


class Ended(NamedTuple):
    """How a job ended."""

    outcome: Outcome
    error: ResultError | None = None


def job_outcome(job: Job) -> Ended | Unfinished:  # noqa: PLR0911 — one way to end each
    """Return how a job ended, or why there is nothing to write yet."""
    if job.state == "Cancel":
        return Ended("failed", ResultError("Cancelled", job.message, "job"))
    if job.state == "Failed":
        code = job.code or "JobFailed"
        if code in PASSING:
            return Unfinished(code)
        return Ended("failed", ResultError(code, job.message, "job"))
    if job.state != "Success":
        return Unfinished("NotFinished")
    container = job.container
    if container is None:
        return Unfinished(NO_RESULT)
    if container.state == "Failed":
        code = container.code or "RecognitionFailed"
        return Ended("failed", ResultError(code, container.message, "job"))
    has_text = any(info.text.strip() for info in container.id_infos)
    return Ended("recognised" if has_text else "nothing_found")
