"""COS, CI and SCF in virtual time, for floods of uploads: the real pipeline, and nothing fails.

COS answers every request. CI takes so many requests a second, runs so many jobs at once and holds
so many more; beyond that it refuses. SCF has so many instances of a function: an event that finds
none comes again a minute later, a call that finds none is lost. A smaller cloud has a share of each
rate and size, so that everything takes the same time with fewer cards.
"""

from __future__ import annotations

import heapq
import json
import random
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from shared import callback_token
from shared.documents import Deliverer
from shared.errors import JobServiceFault
from shared.events import CreatedObject, http_body, query_value
from shared.jobs import Accepted, Described, Job, JobPage, NewJob, Submission
from shared.jobs.reply import job_in_callback, meaning
from shared.log import Log
from shared.pipeline.callback import deliver
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Holds
from shared.pipeline.submit import submit_upload
from shared.pipeline.sweep import sweep
from shared.settings.load import Settings, load
from shared.store import Listed, Page, Photo, Store
from shared.times import rfc3339, to_ci
from shared.workers import Threads
from tests.simulation.scheduler import Process, Scheduler, seeded
from tests.simulation.workers import SimulatedWorkers
from tests.support.cards import finished_job, job_node
from tests.support.environment import BUCKET, ENVIRONMENT
from tests.support.memory import MemoryStore, Sorted

# What CI's pages document: requests a second, jobs at once, jobs that wait.
CI_PER_SECOND = 100
CI_AT_ONCE = 10
CI_QUEUE = 10_000
JOB_SECONDS = 1
SCF_AGAIN_SECONDS = 60
BETWEEN_SWEEPS_SECONDS = 300
_SWEEP_SECONDS = 210
_FEW_REQUESTS = 10  # a small CI allows them within a moment, if not for long
_HOLDS = "ocr/state/holds/"
_JOBS_ON_A_PAGE = 100
_REFUSALS = {
    code: meaning(status, f"<Error><Code>{code}</Code></Error>".encode())
    for status, code in ((403, "QueueSaturated"), (429, "SlowDown"))
}


class Size(NamedTuple):
    """How large a cloud is: a share of CI's documented sizes, and instances of each function."""

    share: float
    submits: int
    callbacks: int

    def of(self, number: float) -> int:
        """So much of a size, one at least."""
        return max(1, round(number * self.share))


class Cos(MemoryStore):
    """One bucket. `requests` counts what was asked, by the function and the call.

    `held_at` says when each hold was made last, `result_at` when each photo got its result.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.objects: Sorted[bytes] = Sorted()  # type: ignore[assignment]  # a mapping as well
        self.requests: Counter[tuple[str, str]] = Counter()
        self.held_at: dict[str, float] = {}
        self.result_at: dict[str, float] = {}

    def head_photo(self, key: str) -> Photo | None:
        photo = super().head_photo(key)
        return photo and photo._replace(seen_at=int(self.now()))

    def list_objects(self, prefix: str, after: str | None) -> Page:
        names, following = self.objects.page(prefix, after or "", self.page_size)
        listed = (
            Listed(name, "e", len(self.objects[name]), int(self.written_at[name])) for name in names
        )
        return Page(tuple(listed), following, int(self.now()))

    def _write(self, name: str, body: bytes) -> None:
        if name.startswith(_HOLDS) and name not in self.objects:
            self.held_at[name] = int(self.now())
        super()._write(name, body)
        if name.startswith("ocr/results/"):
            self.result_at[json.loads(body)["source"]["key"]] = self.now()

    def _called(self, call: str, name: str) -> None:
        """Remember nothing: these are millions."""


class CiJob(NamedTuple):
    """A job that CI took, and when it runs (Unix seconds)."""

    job_id: str
    request: NewJob
    created: float
    starts: float
    ends: float

    def shown(self, now: float) -> Job:
        """The job as CI shows it."""
        has_ended = now >= self.ends
        running = "Running" if now >= self.starts else "Submitted"
        job = finished_job(
            job_id=self.job_id,
            state="Success" if has_ended else running,
            created_at=rfc3339(int(self.created)),
            started_at=rfc3339(int(self.starts)) if now >= self.starts else None,
            ended_at=rfc3339(int(self.ends)) if has_ended else None,
            key=self.request.key,
            card_type=self.request.card_type,
            user_data=self.request.token,
        )
        return job if has_ended else job._replace(container=None)


def _whole_second(job: CiJob) -> int:
    return int(job.created)


class Ci:
    """Takes jobs and runs them in their order. `refused` counts the POSTs it refused, by Code."""

    def __init__(self, size: Size, now: Callable[[], float]) -> None:
        self.jobs: dict[str, CiJob] = {}
        self.requests: Counter[tuple[str, str]] = Counter()
        self.refused: Counter[str] = Counter()
        self.posted_at: list[float] = []
        self._now = now
        self._per_second = CI_PER_SECOND * size.share
        self._seconds = JOB_SECONDS / size.share
        self._queue_size = size.of(CI_QUEUE)
        self._free_at = [now() + self._seconds * slot / CI_AT_ONCE for slot in range(CI_AT_ONCE)]
        self._starts: deque[float] = deque()
        self._most_allowed = max(_FEW_REQUESTS, self._per_second)
        self._allowed, self._allowed_at = self._most_allowed, now()
        self._order: list[CiJob] = []

    def allows(self) -> bool:
        """Whether one more request fits within this second's; it then counts."""
        now = self._now()
        grown = self._allowed + (now - self._allowed_at) * self._per_second
        self._allowed, self._allowed_at = min(self._most_allowed, grown), now
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True

    def take(self, request: NewJob) -> CiJob | Submission:
        """Take a job, or refuse it."""
        now = self._now()
        self.posted_at.append(now)
        while self._starts and self._starts[0] <= now:
            self._starts.popleft()
        is_slow_enough = self.allows()
        if not is_slow_enough or len(self._starts) >= self._queue_size:
            code = "QueueSaturated" if is_slow_enough else "SlowDown"
            self.refused[code] += 1
            return _REFUSALS[code]
        starts = max(now, heapq.heappop(self._free_at))
        job = CiJob(f"j{len(self.jobs) + 1}", request, now, starts, starts + self._seconds)
        heapq.heappush(self._free_at, job.ends)
        self._starts.append(starts)
        self.jobs[job.job_id] = job
        self._order.append(job)
        return job

    def page(self, since: float, token: str | None) -> JobPage:
        """A page of the list of jobs, the oldest first."""
        start = int(token) if token else bisect_left(self._order, since, key=_whole_second)
        end = start + _JOBS_ON_A_PAGE
        shown = tuple(job.shown(self._now()) for job in self._order[start:end])
        return JobPage(shown, str(end) if end < len(self._order) else None)


class Function:
    """The instances of one function. An instance remembers what COS said of the holds.

    `turned_away` counts events and calls that found none free; an event comes `again`.
    """

    def __init__(self, scheduler: Scheduler, instances: int, *, again: bool) -> None:
        self._scheduler = scheduler
        self._idle = [Holds() for _ in range(instances)]
        self._again = again
        self.turned_away = 0

    def invoke(self, name: str, work: Callable[[Process, Holds], None], after: float) -> None:
        """Have an instance do some work, so many seconds from now."""

        def arrive(process: Process) -> None:
            if not self._idle:
                self.turned_away += 1
                if self._again:
                    self.invoke(name, work, SCF_AGAIN_SECONDS)
                return
            holds = self._idle.pop()
            work(process, holds)
            self._idle.append(holds)

        self._scheduler.spawn(name, arrive, after=after)


class VirtualCloud:
    """A bucket, CI, and the three functions. `settings` can be changed, as by a deployment."""

    def __init__(self, seed: int, start: float, size: Size, **environment: str) -> None:
        self.scheduler = Scheduler(str(seed), start)
        self.random = seeded(f"{seed}/burst")
        self.cos = Cos(self.now)
        self.ci = Ci(size, self.now)
        self.submit = Function(self.scheduler, size.submits, again=True)
        self.callback = Function(self.scheduler, size.callbacks, again=False)
        self.settings = settings_of(**environment)
        self.swept_at: list[float] = []
        self.uploaded_at: dict[str, float] = {}

    def now(self) -> float:
        """True time, Unix seconds; every clock shows it."""
        return self.scheduler.now

    def is_done(self, cards: int) -> bool:
        """Whether so many cards have their results and nothing is pending."""
        return len(self.cos.result_at) == cards and not self.cos.objects.count("ocr/pending/")

    def upload(self, key: str, after: float) -> None:
        """Put a photo there, so many seconds from now, which COS tells `submit` of."""

        def work(_: Process) -> None:
            number = len(self.cos.photos)
            self.cos.upload(key, etag=f"{number:032x}", size=100_000)
            self.uploaded_at[key] = self.now()
            created = CreatedObject(BUCKET, key)
            self.submit.invoke(
                f"submit {number}",
                lambda process, holds: self._submit(process, holds, created),
                self.random.uniform(0.2, 2),
            )

        self.scheduler.spawn(f"upload {key}", work, after=after)

    def start_timer(self, after: float) -> None:
        """Sweep every five minutes, for the first time so many seconds from now."""

        def work(process: Process) -> None:
            self.start_timer(BETWEEN_SWEEPS_SECONDS)
            self.swept_at.append(self.now())
            with Threads(self.settings.requests_per_second) as threads:
                workers = SimulatedWorkers(process, threads.count)
            until = self.now() + _SWEEP_SECONDS
            sweep(self.context(process, "sweep"), until=until, workers=workers)

        self.scheduler.spawn(f"sweep {len(self.swept_at)}", work, after=after)

    def context(self, process: Process, deliverer: Deliverer) -> Context:
        """The real pipeline, on this cloud, for one process."""
        return Context(
            deliverer=deliverer,
            settings=self.settings,
            store=cast("Store", VirtualStore(self, process)),
            jobs=VirtualJobs(self, process),
            log=_Strict("burst", {}, "ERROR"),
            now=self.now,
            monotonic=self.now,
            sleep=process.wait,
            new_owner=lambda: f"{self.random.getrandbits(64):016x}",
        )

    def call_back(self, job: CiJob) -> None:
        """Call `callback`, soon after the job's end."""
        node = job_node(job.shown(job.ends)) | {"CreationTime": to_ci(int(job.created))}
        body = json.dumps({"EventName": "TaskFinish", "JobsDetail": [node]})
        event = {"httpMethod": "POST", "queryString": {"t": job.request.token}, "body": body}
        after = job.ends - self.now() + self.random.uniform(0.1, 2)
        self.callback.invoke(
            f"callback {job.job_id}", lambda process, _: self._deliver(process, event), after
        )

    def _submit(self, process: Process, holds: Holds, created: CreatedObject) -> None:
        context = self.context(process, "submit")
        submit_upload(context, Gate(context, holds), created)

    def _deliver(self, process: Process, event: dict[str, Any]) -> None:
        token = callback_token.verify(
            query_value(event, "t"), self.settings.callback_secrets, self.now()
        )
        try:
            job, form = job_in_callback(http_body(event))
            deliver(self.context(process, "callback"), token, job, form)
        except JobServiceFault:  # CI has had its requests of this second: answered with 500
            self.callback.turned_away += 1


class VirtualStore:
    """`Store` for one process: each request takes a moment, and is counted."""

    def __init__(self, cloud: VirtualCloud, process: Process) -> None:
        self._cloud = cloud
        self._process = process

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def ask(name: str, *rest: Any) -> Any:
            folder = "holds" if name.startswith(_HOLDS) else name.split("/", 2)[1]
            asked = call if call == "head_photo" else f"{call} {folder}"
            self._cloud.cos.requests[self._process.kind, asked] += 1
            self._process.wait(self._cloud.random.uniform(0.01, 0.05))
            return getattr(self._cloud.cos, call)(name, *rest)

        return ask


class VirtualJobs:
    """`JobService` for one process."""

    def __init__(self, cloud: VirtualCloud, process: Process) -> None:
        self._cloud = cloud
        self._process = process

    def submit(self, job: NewJob, not_after: float, signed_until: float) -> Submission:
        assert self._cloud.now() < min(not_after, signed_until)
        self._asked("POST")
        answer = self._cloud.ci.take(job)
        self._answered()
        if not isinstance(answer, CiJob):
            return answer
        self._cloud.call_back(answer)
        return Accepted(answer.job_id)

    def describe(self, job_ids: Sequence[str]) -> Described:
        self._allowed("GET")
        jobs = tuple(self._cloud.ci.jobs[job_id].shown(self._cloud.now()) for job_id in job_ids)
        return Described(jobs, frozenset())

    def list_created(self, since: float, next_token: str | None) -> JobPage:
        self._allowed("LIST")
        return self._cloud.ci.page(since, next_token)

    def _allowed(self, call: str) -> None:
        self._asked(call)
        is_allowed = self._cloud.ci.allows()
        self._answered()
        if not is_allowed:
            raise JobServiceFault("GET of jobs", "SlowDown")

    def _asked(self, call: str) -> None:
        self._cloud.ci.requests[self._process.kind, call] += 1
        self._answered()

    def _answered(self) -> None:
        self._process.wait(self._cloud.random.uniform(0.01, 0.05))


class _Strict(Log):
    """A log that is silent, and raises what the pipeline would only have logged as a bug."""

    def unexpected(self, error: BaseException) -> None:
        raise AssertionError("a bug that the pipeline caught") from error

    def _write(self, level: str, event: str, fields: object) -> None:
        pass


def settings_of(**environment: str) -> Settings:
    """The settings of the functions."""
    return load(ENVIRONMENT | environment, submits=True)


def in_seconds(random: random.Random, seconds: float, count: int) -> list[float]:
    """So many moments within so many seconds, in their order."""
    return sorted(random.uniform(0, seconds) for _ in range(count))
