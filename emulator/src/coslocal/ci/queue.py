"""One bucket's AI queue: which jobs there are, which runs next, and what may be asked of it.

A state machine without I/O; several threads may use it at once.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Final

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Callback, Job, JobRequest, QueueState

MAX_SIZE: Final = 10_000
MAX_CONCURRENT: Final = 10


class JobQueue:
    """The queue that CI creates when AI content recognition is enabled for a bucket."""

    def __init__(
        self,
        bucket: str,
        region: str,
        created_at: float,
        max_size: int = MAX_SIZE,
        max_concurrent: int = MAX_CONCURRENT,
    ) -> None:
        self.bucket = bucket
        self.region = region
        self.created_at = created_at
        self.updated_at = created_at
        self.queue_id = "p" + secrets.token_hex(16)
        self.name = "queue-ai-process-1"
        self.max_size = max_size
        self.max_concurrent = max_concurrent
        self.state: QueueState = "Active"
        self.callback = Callback()
        self._jobs: dict[str, Job] = {}
        self._waiting: dict[str, Job] = {}
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def jobs(self) -> list[Job]:
        """Return every job there was, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def find(self, job_id: str) -> Job | None:
        """Return one job as it stands."""
        with self._lock:
            return self._jobs.get(job_id)

    def submit(self, request: JobRequest, now: float) -> Job:
        """Accept a job.

        Raises:
            CiError: QueueNotFound, QueuePaused or QueueSaturated.
        """
        with self._lock:
            if request.queue_id not in (None, self.queue_id):
                raise CiError("QueueNotFound", "Request.QueueId is no queue of this bucket")
            if self.state == "Paused":
                raise CiError("QueuePaused", "the queue is paused")
            if len(self._waiting) >= self.max_size:
                raise CiError("QueueSaturated", f"{self.max_size} jobs are waiting already")
            job = Job(
                job_id="a" + secrets.token_hex(16),
                number=len(self._jobs) + 1,
                bucket=self.bucket,
                region=self.region,
                queue_id=self.queue_id,
                request=request,
                created_at=now,
            )
            return self._put(job)

    def start_next(self, now: float, *, created_until: float) -> Job | None:
        """Start the waiting job of the highest level, of equal levels the oldest.

        Jobs created after `created_until` aren't considered yet. Returns None if none may
        start: none waits, the queue is paused, or as many run as may run at once.
        """
        with self._lock:
            waiting = [job for job in self._waiting.values() if job.created_at <= created_until]
            if not waiting or len(self._running) >= self.max_concurrent:
                return None
            job = min(waiting, key=lambda job: (-job.request.job_level, job.number))
            return self._put(job.started(now))

    def cancel(self, job_id: str, now: float) -> Job:
        """Cancel a pending job.

        Raises:
            CiError: There is no such job, or it isn't pending.
        """
        return self.change(job_id, lambda job: job.cancelled(now))

    def change(self, job_id: str, change: Callable[[Job], Job]) -> Job:
        """Replace a job by what `change` makes of it.

        Raises:
            CiError: There is no such job, or `change` refuses.
        """
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None:
                raise CiError("InvalidArgument", "there is no job of this JobId")
            return self._put(change(job))

    def set_state(self, state: QueueState, now: float) -> None:
        """Pause the queue or make it active again; assumed: waiting jobs are in Pause meanwhile."""
        with self._lock:
            self.state = state
            self.updated_at = now
            for job in list(self._jobs.values()):
                self._put(job.paused() if state == "Paused" else job.resumed())

    def _put(self, job: Job) -> Job:
        self._jobs[job.job_id] = job
        self._waiting.pop(job.job_id, None)
        self._running.discard(job.job_id)
        if job.state == "Submitted":
            self._waiting[job.job_id] = job
        elif job.state == "Running":
            self._running.add(job.job_id)
        return job
