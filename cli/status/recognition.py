"""CI's side: the queue of the bucket, and how many jobs it took in the last hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from shared.jobs import Job
from shared.jobs.reply import page_in, texts_in
from shared.jobs.service import CiJobService
from shared.pipeline.job_lookup import job_identity
from shared.settings.load import Settings
from shared.store.layout import result_name
from shared.times import from_rfc3339, to_ci

HOUR = 3600
_PAGES = 10  # of 100 jobs
_UNDER_WAY = frozenset({"Submitted", "Running", "Pause"})


class CiQueue(NamedTuple):
    """CI's queue for a bucket. Sizes are as CI writes them, for people."""

    name: str
    state: str
    max_concurrent: str
    max_size: str


class Jobs(NamedTuple):
    """The newest jobs: how many in each state, created within so many seconds.

    `whole`: these are all jobs of the last hour. Else there are more, and the rate is that of the
    last `seconds`. `codes` says why jobs failed. `ours` are those that this deployment sent, for
    so many different `cards`; `results` are the names of the results of those that have ended, the
    newest first.
    """

    states: dict[str, int]
    seconds: float
    whole: bool
    codes: dict[str, int]
    ours: int
    cards: int
    results: tuple[str, ...]

    @property
    def total(self) -> int:
        """Count the jobs."""
        return sum(self.states.values())

    @property
    def failed(self) -> int:
        """Count the jobs that failed."""
        return sum(self.codes.values())

    @property
    def ended(self) -> int:
        """Count the jobs that have ended."""
        return sum(count for state, count in self.states.items() if state not in _UNDER_WAY)

    @property
    def per_hour(self) -> int:
        """Return how many jobs an hour has at this rate."""
        return self.total if self.whole else round(self.total * HOUR / self.seconds)


def queue_of(service: CiJobService, queue_id: str | None) -> CiQueue | None:
    """Return the queue that jobs go to; None if the bucket has none (GET /ai_queue, 460/79394).

    Raises:
        JobServiceFault: CI couldn't be asked, or said no.
    """
    return service.get(_queue_in, "/ai_queue", {"queueIds": queue_id} if queue_id else {})


def jobs_of_the_last_hour(service: CiJobService, settings: Settings, now: float) -> Jobs:
    """Return the jobs of the last hour, or the newest thousand of them (GET /jobs, 460/84766).

    Raises:
        JobServiceFault: CI couldn't be asked, or said no.
    """
    parameters = {
        "tag": "ImageLicenseRec",
        "orderByTime": "Desc",
        "size": "100",
        "states": "All",
        "startCreationTime": to_ci(now - HOUR),
    }
    jobs: list[Job] = []
    for _ in range(_PAGES):
        page = service.get(page_in, "/jobs", parameters)
        jobs += page.jobs
        if page.next_token is None:
            return _counted(jobs, settings, HOUR, whole=True)
        parameters["nextToken"] = page.next_token
    created = [from_rfc3339(job.created_at) for job in jobs if job.created_at]
    seconds = max(1.0, now - min(created, default=now))
    return _counted(jobs, settings, seconds, whole=False)


def _counted(jobs: list[Job], settings: Settings, seconds: float, *, whole: bool) -> Jobs:
    ours = [
        (result_name(settings.output_prefix, identity.key, identity.version), job)
        for job in jobs
        if (identity := job_identity(job)) and identity.key.startswith(settings.input_prefix)
    ]
    newest = dict(reversed(ours))
    ended = [name for name in dict(ours) if newest[name].state not in _UNDER_WAY]
    return Jobs(
        states=_by_name(job.state or "unknown" for job in jobs),
        seconds=seconds,
        whole=whole,
        codes=_by_name(code for code in map(_why_failed, jobs) if code),
        ours=len(ours),
        cards=len(newest),
        results=tuple(ended),
    )


def _by_name(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _why_failed(job: Job) -> str | None:
    """Return why a job or its result container failed; None if neither did."""
    if job.state == "Cancel":
        return "Cancelled"
    for part in (job, job.container):
        if part is not None and part.state == "Failed":
            return part.code or "without a Code"
    return None


def _queue_in(data: bytes) -> CiQueue | None:
    queue = texts_in(data, "QueueList")
    names = ("Name", "State", "MaxConcurrent", "MaxSize")
    return CiQueue(*(queue.get(name, "-") for name in names)) if "QueueId" in queue else None
