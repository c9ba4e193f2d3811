"""What a job's state and result mean: decided from the job alone.

`State` is the job's own, the direct child of JobsDetail; the result container has another.
"""

from __future__ import annotations

from typing import NamedTuple

from shared.documents import Outcome, ResultError
from shared.jobs import Container, Job

# CI failed for a reason that passes: the next attempt may do better.
PASSING = frozenset({"InternalError", "ServiceUnavailable", "ResourceDownloadFailed"})


class Unfinished(NamedTuple):
    """Nothing to write: the job goes on, or sweep is to look again."""

    reason: str


class Ending(NamedTuple):
    """How a job ended."""

    outcome: Outcome
    error: ResultError | None = None


def ending(job: Job) -> Ending | Unfinished:
    """The outcome of a job, or why there is none yet."""
    if job.state == "Cancel":
        return Ending("failed", ResultError("Cancelled", job.message, "job"))
    if job.state == "Failed":
        code = job.code or "JobFailed"
        if code in PASSING:
            return Unfinished(code)
        return Ending("failed", ResultError(code, job.message, "job"))
    if job.state != "Success":
        return Unfinished("NotFinished")
    if job.container is None:
        return Unfinished("NoResultInJob")
    return _read(job.container)


def _read(container: Container) -> Ending:
    """The container's own failure, else what text there is; `Status` has no say."""
    if container.state == "Failed":
        code = container.code or "RecognitionFailed"
        return Ending("failed", ResultError(code, container.message, "job"))
    if any(info.text.strip() for info in container.id_infos):
        return Ending("recognised")
    return Ending("nothing_found")
