"""How a run sends: its pace, where it stops, what it sends in a day, and a pause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from shared.jobs import Accepted, Submission, Waiting
from shared.times import rfc3339
from tests.simulation.results import Wrong
from tests.simulation.scheduler import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

CLAIM_SECONDS = 60.5
_PAUSE_SECONDS = 10 + CLAIM_SECONDS
_IN_A_ROW = 20
_CONCERN_ALL = frozenset({"CIRoleNotExist", "BucketUnBinded", "QueueNotFound", "HTTP301"})


class Sending:
    """What each sweep has sent, and when it was told to stop. Others aren't held to this."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped: dict[str, float] = {}
        self._sent: Counter[tuple[str, str]] = Counter()
        self._sent_at: dict[str, float] = {}
        self._refused: dict[str, set[tuple[str, str]]] = {}
        self._answered: set[str] = set()
        self._under_way: dict[str, int] = {}

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
        if process.kind != "sweep":
            return
        now = self._world.now()
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

    def arrived(self, process: Process, left_at: float) -> Iterator[Wrong]:
        """What is wrong with a POST that arrived, by when it left."""
        if process.kind == "sweep":
            yield from self._days_limit(process, left_at)
            yield from self._pause(process, left_at)

    def _days_limit(self, process: Process, left_at: float) -> Iterator[Wrong]:
        """What a sweep sends in a day, beside what it could know of; two at once can send more."""
        limit = self._world.settings.max_jobs_per_day
        if limit is None:
            return
        day = rfc3339(left_at + process.skew)[:10]
        self._sent[process.name, day] += 1
        known = self._least_known_to_be_sent(f"ocr/state/sent/{day}.json", process.started_at)
        if known + self._sent[process.name, day] > limit:
            yield "MAX_JOBS_PER_DAY", f"{known} were known to be sent"

    def _pause(self, process: Process, left_at: float) -> Iterator[Wrong]:
        """A run asks every ten seconds; what has its claim by then goes out within a minute."""
        paused = self._world.cos.objects.there_since("ocr/state/paused.json", left_at)
        if paused is None:
            return
        late = left_at - paused - process.frozen
        if late > _PAUSE_SECONDS:
            yield "a pause is kept", f"sent {late:.0f} s after it"

    def _least_known_to_be_sent(self, name: str, since: float) -> int:
        """The day's smallest count since then: jobs are counted ahead, and what isn't used goes."""
        objects = self._world.cos.objects
        counts = [objects.as_of(since).get(name)]
        counts += [c.stored for c in objects.past if c.key == name and c.at >= since]
        return min(json.loads(stored.body)["sent"] if stored else 0 for stored in counts)
