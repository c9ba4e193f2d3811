"""Everything a history has: the clock, COS, CI, the faults, the rules, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple

from shared.documents import Deliverer
from shared.log import Log
from shared.pipeline.context import Context
from shared.settings.load import Settings, load
from shared.store.layout import name_of_key
from tests.simulation.ci import Ci, CiJob
from tests.simulation.clients import SimulatedJobs, SimulatedStore
from tests.simulation.cos import Cos
from tests.simulation.faults import Faults
from tests.simulation.oracle import Oracle
from tests.simulation.scheduler import Process, Scheduler, seeded
from tests.support.environment import ENVIRONMENT

KEYS = (
    "uploads/img.jpg",
    "uploads/img-1.jpg",
    "uploads/driver/甲.jpg",
    "uploads/a b&<c>.jpg",
    "uploads/img.jpg.0123456789abcdef0123456789abcdef.0001.json.jpg",
    f"uploads/{'long' * 180}.jpg",
    "uploads/x.jpg",
)
START = 1_767_323_045.0
_TOPIC = {
    "CALLBACK_MQ_REGION": "gz",
    "CALLBACK_MQ_MODE": "Topic",
    "CALLBACK_MQ_NAME": "cards",
}


class Call(NamedTuple):
    """A line of a history: who asked for what, and what struck."""

    at: float
    process: str
    call: str
    subject: str
    fault: str | None


class World:
    """One history's world. `without` are faults left out, to see whether it still fails."""

    def __init__(self, seed: int, without: Collection[tuple[str, int]] = ()) -> None:
        self.seed = seed
        self.random = seeded(f"{seed}/world")
        self.archived: set[str] = set()  # names and keys that ever were
        self.refused: dict[str, int] = {}  # the status with which COS refuses to show an object
        self.ever_refused: set[str] = set()
        # What CI's replies and callbacks begin with, before the document.
        self.before_xml = seeded(f"{seed}/bytes").choice((b"", b"", b"\n", b"\xef\xbb\xbf\r\n"))
        self.scheduler = Scheduler(str(seed), START)
        self.settings = _settings(*self._choices())
        self.faults = Faults(self.random.choice((0.04, 0.07, 0.12)), without)
        self.cos = Cos(
            self.now,
            skew=self.random.uniform(-0.5, 0.5),
            versioned=self.random.choices((None, "enabled", "suspended"), (96, 2, 2))[0],
            page_size=self.random.choice((2, 5, 1000)),
        )
        self.ci = Ci(
            self.now,
            skew=self.random.uniform(-0.5, 0.5),
            shows_user_data=self.random.random() < 0.9,
            page_size=self.random.choice((2, 100)),
        )
        self.oracle = Oracle(self)
        self.calls: list[Call] = []
        self.topic: list[str] = []  # messages that nobody has been brought yet
        self.run_job: Callable[[CiJob], None] = lambda _job: None
        # A card that CI fails whenever it is asked, for a reason that should pass.
        self.cursed = self.random.choice(KEYS) if self.random.random() < 0.15 else None
        self.owners = 0
        # Cards that CI refuses, whoever asks; a test of what keeps others from their turn.
        self.denied: frozenset[str] = frozenset()
        self.denied_with, self.denied_status = "AccessDenied", 403

    def _choices(self) -> tuple[tuple[str, str], ...]:
        """The settings that matter here."""
        verify = self.random.choices(("prefer", "require", "off"), (6, 3, 1))[0]
        return (
            ("CALLBACK_VERIFY", verify),
            ("CALLBACK_FORMAT", self.random.choice(("JSON", "XML"))),
            ("CALLBACK_TYPE", self.random.choices(("URL", "TDMQ", "NONE"), (14, 5, 1))[0]),
            ("REQUESTS_PER_SECOND", self.random.choice(("40", "40", "2"))),
            ("GIVE_UP_AFTER_SECONDS", self.random.choice(("86400", "5400"))),
            ("MAX_JOBS_PER_DAY", self.random.choices(("", "6"), (9, 1))[0]),
        )

    def now(self) -> float:
        """True time, Unix seconds."""
        return self.scheduler.now

    def context(self, process: Process, deliverer: Deliverer) -> Context:
        """The real pipeline, on this world, for one process."""
        return Context(
            deliverer=deliverer,
            settings=self.settings,
            store=SimulatedStore(self, process),
            jobs=SimulatedJobs(self, process, self.settings),
            log=_Watched(self, process),
            now=process.clock,
            monotonic=lambda: process.scheduler.now,
            sleep=process.wait,
            new_owner=self._new_owner,
        )

    def had_archived(self, key: str, version: str) -> bool:
        """Whether a pending object of the card was archived, so that what it said is lost."""
        folder = f"{self.settings.output_prefix}pending/{name_of_key(key)}.{version}."
        return any(name.startswith(folder) for name in self.archived)

    def take_job(self, process: Process, request: bytes) -> CiJob:
        """CI accepts."""
        job = self.ci.accept(request)
        self.oracle.accepted(process, job)
        self.run_job(job)
        return job

    def note(self, process: Process, call: str, subject: str, fault: str | None) -> None:
        """Remember a call, or something else that happened."""
        self.calls.append(Call(self.now() - START, process.name, call, subject, fault))

    def is_broken(self) -> bool:
        """Whether an invariant has been broken."""
        return bool(self.oracle.broken)

    def _new_owner(self) -> str:
        self.owners += 1
        return f"owner{self.owners}"


class _Watched(Log):
    """A log that is silent, but for what must never be: a bug that the pipeline caught."""

    def __init__(self, world: World, process: Process) -> None:
        super().__init__("simulation", {}, "ERROR")
        self._world = world
        self._process = process

    def unexpected(self, error: BaseException) -> None:
        self._world.oracle.crashed(self._process, error)

    def _write(self, level: str, event: str, fields: object) -> None:
        pass


@lru_cache
def _settings(*choices: tuple[str, str]) -> Settings:
    return load(ENVIRONMENT | _TOPIC | dict(choices), submits=True)
