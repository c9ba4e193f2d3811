"""How a run sends: its pace, where it stops, what it sends in a day, and holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from shared.jobs import Accepted, JobPage, Submission, Waiting
from shared.store import Page
from shared.times import rfc3339
from tests.simulation.results import Wrong
from tests.simulation.scheduler import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

CLAIM_SECONDS = 60.5
_HOLDS_COUNT_SECONDS = 10.5
_IN_A_ROW = 20
_CONCERN_ALL = frozenset({"CIRoleNotExist", "BucketUnBinded", "QueueNotFound", "HTTP301"})


class HoldsSeen(NamedTuple):
    """What a process was told of holds, when, and how long it had been frozen by then."""

    at: float
    frozen: float
    is_held: bool


class Sending:
    """What each sweep has sent, and when it was told to stop. Others aren't held to this."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped: dict[str, float] = {}
        self._sent: Counter[str] = Counter()
        self._sent_at: dict[str, float] = {}
        self._refused: dict[str, set[tuple[str, str]]] = {}
        self._answered: set[str] = set()
        self._under_way: dict[str, int] = {}
        self._holds: dict[str, HoldsSeen] = {}
        self._jobs_seen: dict[str, set[str]] = {}
        self._counted: set[str] = set()

    def holds_listed(self, process: Process, prefix: str, page: Page) -> None:
        """COS told a process what holds there are."""
        names = [one.key[len(prefix) :] for one in page.objects if one.key[-1] != "/"]
        others = [f"budget.{rfc3339(page.at + days * 86_400)[:10]}.json" for days in (-1, 1)]
        held = [name for name in names if name not in others]
        self._holds[process.name] = HoldsSeen(self._world.now(), process.frozen, bool(held))
        if process.name in self._jobs_seen:  # a run asks again once it has counted
            self._counted.add(process.name)

    def jobs_listed(self, process: Process, since: float, page: JobPage) -> None:
        """CI told a process of jobs while it counted: what a lookup shows later isn't counted."""
        if process.name in self._counted or process.name in self._sent_at:
            return
        today = rfc3339(self._world.cos.clock())[:10]
        made = [
            (job.job_id, rfc3339(job.created))
            for job in self._world.ci.jobs.values()
            if int(job.created) < since and not job.vanished
        ]
        made += [(job.job_id or "", job.created_at or "") for job in page.jobs if job.user_data]
        seen = self._jobs_seen.setdefault(process.name, set())
        if self._world.ci.shows_user_data:
            seen |= {job_id for job_id, created in made if created[:10] == today}

    def answered(
        self, process: Process, about: tuple[str, str, int], submission: Submission
    ) -> None:
        """CI's answer reached the process."""
        self._answered.add(process.name)
        self._under_way[process.name] = self._under_way.get(process.name, 1) - 1
        refused = self._refused.setdefault(process.name, set())
        if isinstance(submission, Accepted):
            refused.clear()
        if not isinstance(submission, Waiting) or submission.refusal in {"other", "held"}:
            return
        refused.add(about[:2])
        concerns_all = submission.refusal == "capacity" or submission.code in _CONCERN_ALL
        if concerns_all or len(refused) >= _IN_A_ROW:
            self._stopped.setdefault(process.name, self._world.now())

    def unanswered(self, process: Process) -> None:
        """No answer came to the process."""
        self._under_way[process.name] = self._under_way.get(process.name, 1) - 1

    def left(self, process: Process, _about: tuple[str, str, int]) -> Iterator[Wrong]:
        """What is wrong with a POST that leaves, whatever CI makes of it."""
        now = self._world.now()
        yield from self._hold(process, now)
        if process.kind != "sweep":
            return
        if now > self._stopped.get(process.name, now):
            yield "a run stops at a refusal", "it sent another job"
        under_way = self._under_way.get(process.name, 0)
        if under_way > 0 and process.name not in self._answered:
            yield "the first job of a run goes alone", "another one left beside it"
        self._under_way[process.name] = under_way + 1
        before = self._sent_at.get(process.name, 0)
        if 0 <= now - before < 1 / self._world.settings.requests_per_second - 0.001:
            yield "sending is paced", f"{now - before:.3f} s apart"
        self._sent_at[process.name] = now

    def arrived(self, process: Process) -> Iterator[Wrong]:
        """What is wrong with a POST that arrived."""
        limit = self._world.settings.max_jobs_per_day
        if process.kind != "sweep" or limit is None:
            return
        self._sent[process.name] += 1
        if process.name not in self._jobs_seen:
            yield "MAX_JOBS_PER_DAY", "nobody counted the day's jobs"
        known = len(self._jobs_seen.get(process.name, ()))
        if known + self._sent[process.name] > limit:
            yield "MAX_JOBS_PER_DAY", f"{known} were known to be made"

    def _hold(self, process: Process, now: float) -> Iterator[Wrong]:
        """Whoever sends has been told within ten seconds that nothing holds it."""
        seen = self._holds.get(process.name)
        if seen is None:
            yield "a hold is kept", "nobody asked for holds"
        elif seen.is_held:
            yield "a hold is kept", "sent although one was there"
        elif now - seen.at - (process.frozen - seen.frozen) > _HOLDS_COUNT_SECONDS:
            yield "a hold is kept", f"asked {now - seen.at:.0f} s before"
