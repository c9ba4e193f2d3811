"""A run that writes and sends nothing, and decides as the real one would.

Reading goes to the cloud. What would be written stays in this process, where it is read again, and
every job that would be sent counts as accepted. So the decisions are those of the real run, but for
what only CI's answer could tell: whether it takes a job.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence

from cli.results.document import result_in
from shared.jobs import Accepted, Described, JobPage, JobService, Submission
from shared.pipeline import Pipeline
from shared.store import Created, Page, Source, Store
from shared.store.layout import parse_result_name
from shared.times import rfc3339

_AS_FAST_AS_IT_READS = 1_000  # nothing goes out, so there is nothing to be paced


class Rehearsal:
    """What a run on `pipeline` would have done: jobs sent, and results written by outcome.

    `versioned`: the output bucket has or had versioning, where create-once has no effect. What
    would be written stays in memory, about a kilobyte a card.
    """

    def __init__(self, pipeline: Pipeline, *, versioned: bool = False) -> None:
        self._store = _UnwrittenStore(pipeline, versioned=versioned)
        self._jobs = _UnsentJobs(pipeline.jobs)
        self._prefix = pipeline.settings.output_prefix
        self.pipeline = pipeline._replace(
            store=self._store,
            jobs=self._jobs,
            settings=pipeline.settings._replace(requests_per_second=_AS_FAST_AS_IT_READS),
        )

    @property
    def jobs(self) -> int:
        """How many jobs would have been sent."""
        return self._jobs.sent

    def outcomes(self) -> Counter[str]:
        """How many results of each outcome would have been written."""
        written = self._store.written.items()
        results = (body for name, body in written if parse_result_name(self._prefix, name))
        documents = (result_in(body) for body in results)
        return Counter(document["outcome"] for document in documents if document is not None)


class _UnwrittenStore:
    """A store over another: `written` are the bodies by name, None for what is deleted."""

    def __init__(self, pipeline: Pipeline, *, versioned: bool) -> None:
        self._below: Store = pipeline.store
        self._now = pipeline.now
        self._versioned = versioned
        self._lock = threading.Lock()
        self.written: dict[str, bytes | None] = {}

    def head_source(self, key: str) -> Source | None:
        """See `Store`."""
        return self._below.head_source(key)

    def list_sources(self, prefix: str, after: str | None) -> Page:
        """See `Store`."""
        return self._below.list_sources(prefix, after)

    def list_objects(self, prefix: str, after: str | None) -> Page:
        """What lies in the bucket, as it is; see `Store`."""
        return self._below.list_objects(prefix, after)

    def read(self, name: str) -> bytes | None:
        """See `Store`."""
        return self.written[name] if name in self.written else self._below.read(name)

    def exists(self, name: str) -> bool:
        """See `Store`."""
        if name in self.written:
            return self.written[name] is not None
        return self._below.exists(name)

    def create_once(self, name: str, body: bytes) -> Created | None:
        """Take the name in this process, if it is free; see `Store`."""
        is_there = self.exists(name)
        with self._lock:
            is_taken = is_there or self.written.get(name) is not None
            if is_taken and not self._versioned:
                return None
            self.written[name] = body
        return Created(rfc3339(self._now()), versioned=self._versioned)

    def replace(self, name: str, body: bytes) -> None:
        """See `Store`."""
        self.written[name] = body

    def delete(self, name: str) -> None:
        """See `Store`."""
        self.written[name] = None


class _UnsentJobs:
    """CI as it is, but for jobs: these only count."""

    def __init__(self, below: JobService) -> None:
        self._below = below
        self._lock = threading.Lock()
        self.sent = 0

    def submit(self, _request: bytes, _not_after: float, _signed_until: float) -> Submission:
        """Send nothing; see `JobService`."""
        with self._lock:
            self.sent += 1
        return Accepted("not sent")

    def describe(self, job_ids: Sequence[str]) -> Described:
        """See `JobService`."""
        return self._below.describe(job_ids)

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        """See `JobService`."""
        return self._below.list_created(since, next_token)
