"""CI's side: the queue of the bucket, and how many jobs it took in the last hour."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from xml.etree import ElementTree as ET  # CI's own reply; expat refuses entity bombs

from shared.jobs import Job
from shared.jobs.reply import page_in
from shared.jobs.service import CiJobService
from shared.times import from_rfc3339, to_ci

HOUR = 3600
_PAGES = 10  # of 100 jobs


class CiQueue(NamedTuple):
    """CI's queue for a bucket. Sizes are as CI writes them, for people."""

    name: str
    state: str
    max_concurrent: str
    max_size: str


class Jobs(NamedTuple):
    """The newest jobs: how many in each state, created within so many seconds.

    `whole`: these are all jobs of the last hour. Else there are more, and the rate is that of the
    last `seconds`.
    """

    states: dict[str, int]
    seconds: float
    whole: bool

    @property
    def total(self) -> int:
        """How many jobs."""
        return sum(self.states.values())

    @property
    def per_hour(self) -> int:
        """At the rate of these jobs."""
        return self.total if self.whole else round(self.total * HOUR / self.seconds)


def queue_of(service: CiJobService, queue_id: str | None) -> CiQueue | None:
    """The queue that jobs go to; None where the bucket has none (GET /ai_queue, 460/79394).

    Raises:
        JobServiceFault: CI couldn't be asked, or said no.
    """
    return service.get(_queue_in, "/ai_queue", {"queueIds": queue_id} if queue_id else {})


def jobs_of_the_last_hour(service: CiJobService, now: float) -> Jobs:
    """The jobs of the last hour, or the newest thousand of them (GET /jobs, 460/84766).

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
            return Jobs(_states(jobs), HOUR, whole=True)
        parameters["nextToken"] = page.next_token
    created = [from_rfc3339(job.created_at) for job in jobs if job.created_at]
    return Jobs(_states(jobs), max(1.0, now - min(created, default=now)), whole=False)


def _states(jobs: list[Job]) -> dict[str, int]:
    return dict(sorted(Counter(job.state or "unknown" for job in jobs).items()))


def _queue_in(data: bytes) -> CiQueue | None:
    try:
        root = ET.fromstring(data)  # noqa: S314 — see above
    except ET.ParseError:
        raise ValueError("no XML") from None
    if root.tag != "Response":
        raise ValueError("no Response")
    queue = root.find("QueueList")
    if queue is None or not queue.findtext("QueueId"):
        return None
    names = ("Name", "State", "MaxConcurrent", "MaxSize")
    return CiQueue(*(queue.findtext(name) or "-" for name in names))
