"""What goes wrong while cards are uploaded, drawn from a seed: refusals, lost replies, kills.

The draws are the same for the same seed. Which request or process a mishap meets is up to real
threads and processes, and differs from run to run.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from coslocal.ci.faults import CallbackFault, Faults, JobFault, RequestFault
from coslocal.cos import CosError, CosRequest
from coslocal.functions import ProcessFunction

_KILL_WITHIN_SECONDS = 2.0
_BUSY_WITHIN_SECONDS = 1.0
_AIM_SECONDS = 0.1
_POLL_SECONDS = 0.005

Mishap = RequestFault | JobFault | CallbackFault
Draw = Callable[[random.Random], Mishap]


def _burst(code: str) -> Draw:
    return lambda rng: RequestFault(code, times=rng.randint(20, 120))


def _fault(code: str | None, *, after: bool = False, most: int = 3) -> Draw:
    return lambda rng: RequestFault(code, after_effect=after, times=rng.randint(1, most))


def _unreadable(code: str) -> Draw:
    return lambda rng: RequestFault(code, method="GET", path=r"/jobs/.+", times=rng.randint(1, 4))


DRAWS: tuple[tuple[str, float, Draw], ...] = (
    ("429 SlowDown", 0.15, _burst("SlowDown")),
    ("403 QueueSaturated", 0.15, _burst("QueueSaturated")),
    ("500 before", 0.3, _fault("InternalError")),
    ("503 before", 0.3, _fault("ServiceUnavailable")),
    ("500 after", 0.3, _fault("InternalError", after=True)),
    ("reset before", 0.15, _fault(None, most=1)),
    ("reset after", 0.15, _fault(None, after=True, most=1)),
    ("503 on re-read", 0.2, _unreadable("ServiceUnavailable")),
    ("job failed", 0.2, lambda _rng: JobFault("InternalError")),
    ("callback dropped", 0.4, lambda rng: CallbackFault("drop", times=rng.randint(1, 5))),
    ("callback doubled", 0.4, lambda rng: CallbackFault("duplicate", times=rng.randint(1, 5))),
    ("callback late", 0.4, lambda rng: CallbackFault("delay", rng.uniform(60, 3000), 5)),
)
"""Name, how probable it is at each step, and what it is."""


@dataclass
class Mishaps:
    """Puts drawn mishaps into CI's faults, and remembers what it put there."""

    faults: Faults
    rng: random.Random
    _given: list[tuple[str, Mishap, int]] = field(default_factory=list)

    def step(self) -> None:
        """Draw once for each kind."""
        for name, probability, draw in DRAWS:
            if self.rng.random() < probability:
                self._give(name, draw(self.rng))

    def end(self) -> None:
        """Nothing more goes wrong."""
        self.faults.requests.clear()
        self.faults.jobs.clear()
        self.faults.callbacks.clear()

    def struck(self) -> Counter[str]:
        """How often each kind struck so far."""
        counts: Counter[str] = Counter()
        for name, mishap, times in self._given:
            counts[name] += times - mishap.times
        return +counts

    def _give(self, name: str, mishap: Mishap) -> None:
        self._given.append((name, mishap, mishap.times))
        if isinstance(mishap, RequestFault):
            self.faults.requests.append(mishap)
        elif isinstance(mishap, JobFault):
            self.faults.jobs.append(mishap)
        else:
            self.faults.callbacks.append(mishap)


class CosMishaps:
    """COS answers 503 to some requests for our own objects, before their effect or after it."""

    def __init__(self, rng: random.Random, probability: float) -> None:
        self._rng = rng
        self._probability = probability
        self._lock = threading.Lock()
        self.struck: Counter[str] = Counter()

    def before(self, request: CosRequest) -> CosError | None:
        """What a request fails with before it is carried out."""
        return self._fail(request, "COS 503 before")

    def after(self, request: CosRequest) -> CosError | None:
        """What a request fails with though it was carried out."""
        return self._fail(request, "COS 503 after")

    def end(self) -> None:
        """Nothing more goes wrong."""
        self._probability = 0.0

    def _fail(self, request: CosRequest, name: str) -> CosError | None:
        if not (request.key or "").startswith("ocr/"):
            return None
        with self._lock:
            if self._rng.random() >= self._probability:
                return None
            self.struck[name] += 1
        return CosError("ServiceUnavailable", "scripted")


class Killer:
    """Kills processes of functions, -9, each at a moment of its own; `killed` counts them."""

    def __init__(
        self, functions: Iterable[ProcessFunction], start_sweep: Callable[[], None]
    ) -> None:
        self._functions = list(functions)
        self._start_sweep = start_sweep
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        self.killed: Counter[str] = Counter()

    def soon(self, rng: random.Random) -> None:
        """Kill a process of a function drawn by lot, at a random moment of the next seconds."""
        delay, aim = rng.uniform(0, _KILL_WITHIN_SECONDS), rng.uniform(0, _AIM_SECONDS)
        drawn = rng.sample(self._functions, len(self._functions))
        thread = threading.Thread(target=self._wait_and_kill, args=(drawn, delay, aim), daemon=True)
        self._threads.append(thread)
        thread.start()

    def finish(self) -> None:
        """Have the kills that are still due done, and wait for them."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._over.clear()

    def _wait_and_kill(self, drawn: Sequence[ProcessFunction], delay: float, aim: float) -> None:
        self._over.wait(delay)
        for function in drawn:  # the first that has a process
            if self._kill(function, aim):
                return

    def _kill(self, function: ProcessFunction, aim: float) -> bool:
        """Kill a process once it is at work, or an idle one if none is; False if none runs."""
        if function.name == "sweep":
            self._start_sweep()
        elif not function.process_ids:
            return False
        tries = int(_BUSY_WITHIN_SECONDS / _POLL_SECONDS)
        for _try in range(tries):
            if function.is_busy:
                break
            time.sleep(_POLL_SECONDS)
        time.sleep(aim)
        was_at = function.kill()
        if was_at is not None:
            self.killed[f"{function.name} {was_at}"] += 1
        return was_at is not None
