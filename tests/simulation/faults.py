"""What can go wrong with which call, and how often it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from tests.simulation.scheduler import Process

# Of the process that calls, and of the way there and back.
_ALWAYS = (
    "died before",
    "died after",
    "killed at its time-out",
    "paused before",
    "paused after",
    "reply lost",
    "no connection",
    "5xx before",
    "5xx after",
    "throttled",
    "credentials expired",
    "clock refused",
)
_WRITE = ("409 of another code",)
_LISTING = ("truncated reply", "garbage reply", "listing lags", "listing refused")
_REFUSALS = (
    "QueueSaturated",
    "QueuePaused",
    "refused for configuration",
    "refused for another reason",
    "refused for good",
)

CALLS: dict[str, tuple[str, ...]] = {
    "head_photo": (*_ALWAYS, "garbage reply"),
    "list_photos": (*_ALWAYS, *_LISTING),
    "list_objects": (*_ALWAYS, *_LISTING),
    "read": (*_ALWAYS, "truncated reply", "garbage reply"),
    "create_once": (*_ALWAYS, *_WRITE, "garbage reply", "Date missing"),
    "exists": (*_ALWAYS, "garbage reply"),
    "replace": (*_ALWAYS, *_WRITE, "garbage reply"),
    "delete": (*_ALWAYS, *_WRITE),
    "submit": (*_ALWAYS, "truncated reply", "garbage reply", "held up on its way", *_REFUSALS),
    "describe": (*_ALWAYS, "truncated reply", "garbage reply", "listing lags"),
    "list_created": (*_ALWAYS, *_LISTING),
}
# What happens to the rest of the world, decided where it happens.
EVENTS: dict[str, tuple[str, ...]] = {
    "event": ("duplicated", "delayed", "lost"),
    "callback": ("duplicated", "delayed", "reordered", "dropped", "forged", "replayed"),
    "job": (
        "failed, passing",
        "failed",
        "cancelled",
        "paused",
        "vanished",
        "result hidden",
        "content gone",
    ),
    "photo": ("other content", "same content", "deleted", "replaced and back"),
    "sweep": ("two at once", "paused by hand"),
    "delivery": ("URL", "TDMQ", "NONE"),  # the history's CALLBACK_TYPE
}
# The SDK asks again at once: these mostly meet the second request too.
_LASTING = frozenset(
    {"reply lost", "no connection", "5xx before", "5xx after", "409 of another code"}
)
# Few of them in a history, and most depends on them.
_WEIGHT = {"submit": 3.0, "list_created": 4.0, "list_photos": 2.0, "describe": 1.5}
# Rare to matter: it takes both at once to make an absence look proven.
_OFTEN = {"held up on its way": 4, "listing lags": 4}
_DRAWN = {
    call: tuple(kind for kind in kinds for _ in range(_OFTEN.get(kind, 1)))
    for call, kinds in CALLS.items()
}
_BURSTS = {"throttled": 300.0, "QueueSaturated": 1800.0, "QueuePaused": 1800.0}
_COS = frozenset(CALLS) - {"submit", "describe", "list_created"}


class Struck(NamedTuple):
    """A fault that struck: the n-th call of a process."""

    process: str
    number: int
    call: str
    kind: str


class Faults:
    """Decides which call is struck. `rate` is the share of calls; `without` are left out."""

    def __init__(self, rate: float, without: Collection[tuple[str, int]] = ()) -> None:
        self.excluded: frozenset[str] = frozenset()
        self.rate = rate
        self.struck: list[Struck] = []
        self.tally: Counter[tuple[str, str]] = Counter()
        self._without = frozenset(without)
        self._on = True
        self._bursts: dict[tuple[str, str], float] = {}

    def stop(self) -> None:
        """From now on everything goes well."""
        self._on = False

    def of_call(self, process: Process, call: str, before: str | None) -> str | None:
        """The fault that strikes this call; `before` is what struck the same request's first."""
        process.calls += 1
        draw, lasting = process.random.random(), process.random.random()
        kind = process.random.choice(_DRAWN[call])
        if not self._on or (process.name, process.calls) in self._without:
            return None
        burst = self._burst(process, call)
        if before in _LASTING and lasting < 0.6:
            kind = before or ""
        elif burst is not None:
            kind = burst
        elif draw >= self.rate * _WEIGHT.get(call, 1):
            return None
        if kind in self.excluded:
            return None
        self._note(process, call, kind)
        if kind in _BURSTS and kind != burst:
            until = process.scheduler.now + lasting * _BURSTS[kind]
            self._bursts[kind, self._service(kind, call)] = until
        return kind

    def happens(self, process: Process, event: str, kind: str, share: float) -> bool:
        """Whether something else goes wrong, which a `share` of these does at the usual rate."""
        process.calls += 1
        draw = process.random.random()
        without = (process.name, process.calls) in self._without
        if not self._on or without or draw >= min(0.9, share * self.rate / 0.07):
            return False
        self._note(process, event, kind)
        return True

    def refuse_for(self, seconds: float, kind: str, now: float) -> None:
        """From now on, for so long, every POST is refused like this."""
        self._bursts[kind, "submit"] = now + seconds

    def note(self, event: str, kind: str) -> None:
        """Count what the history's plan holds anyway."""
        self.tally[event, kind] += 1

    def _note(self, process: Process, call: str, kind: str) -> None:
        self.tally[call, kind] += 1
        self.struck.append(Struck(process.name, process.calls, call, kind))

    def _burst(self, process: Process, call: str) -> str | None:
        for (kind, service), until in self._bursts.items():
            if process.scheduler.now < until and service == self._service(kind, call):
                return kind
        return None

    @staticmethod
    def _service(kind: str, call: str) -> str:
        if kind != "throttled":
            return call
        return "COS" if call in _COS else "CI"
