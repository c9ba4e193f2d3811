"""One seeded scheduler: cooperative processes, virtual time, one call a step.

Every process runs until it waits; only virtual time decides who goes on, and all waits come
from random numbers that the seed and the process's name decide. So a seed replays exactly, and
leaving one fault out of one process leaves the random numbers of all others as they were.
"""

from __future__ import annotations

import contextlib
import heapq
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn

import greenlet


class Died(BaseException):
    """The process is gone: nothing of it runs any more, no handler either."""


def seeded(seed: str) -> random.Random:
    """Random numbers that a text decides."""
    return random.Random(seed)  # noqa: S311 — they have to repeat


class Process:
    """Something that runs: a function's invocation, CI at work on a job, an uploader.

    `kind` is what it is, `skew` what its clock is ahead of true time, `deadline` when it is killed,
    `frozen` how long it stood still in all.
    """

    def __init__(self, scheduler: Scheduler, name: str, time_out: float | None) -> None:
        self.scheduler = scheduler
        self.name = name
        self.kind = name.partition(" ")[0]
        self.random = seeded(f"{scheduler.seed}/{name}")
        self.skew = _skew(self.random)
        self.deadline = None if time_out is None else scheduler.now + time_out
        self.started_at = scheduler.now
        self.frozen = 0.0
        self.calls = 0
        self.dead = False

    def clock(self) -> float:
        """Unix seconds as this process sees them."""
        return self.scheduler.now + self.skew

    def wait(self, seconds: float) -> None:
        """Let time pass; a function past its time-out dies instead."""
        wake_at = self.scheduler.now + seconds
        if self.deadline is not None and wake_at >= self.deadline:
            self.scheduler.resume_at(self, self.deadline)
            self.die()
        self.scheduler.resume_at(self, wake_at)

    def pause(self, seconds: float) -> None:
        """Stand still: the time-out does not count the time of a frozen process."""
        self.frozen += seconds
        if self.deadline is not None:
            self.deadline += seconds
        self.scheduler.resume_at(self, self.scheduler.now + seconds)

    def wait_to_be_killed(self) -> None:
        """Hang until the time-out, and die of it."""
        if self.deadline is not None:
            self.scheduler.resume_at(self, max(self.deadline, self.scheduler.now))
        self.die()

    def die(self) -> NoReturn:
        """End the whole process, whichever of its threads runs."""
        self.dead = True
        raise Died


def _skew(random: random.Random) -> float:
    """Mostly seconds; now and then a clock that only a signature still puts up with."""
    return random.uniform(-50, 50) if random.random() < 0.1 else random.uniform(-5, 5)


class Event:
    """One thread of a process waits until another one sets it."""

    def __init__(self, scheduler: Scheduler, process: Process) -> None:
        self._scheduler = scheduler
        self._process = process
        self._thread: greenlet.greenlet | None = None

    def wait(self) -> None:
        """Wait until it is set."""
        self._thread = greenlet.getcurrent()
        self._scheduler.give_way(self._process)

    def set(self) -> None:
        """Let the thread that waits go on."""
        if self._thread is not None:
            self._scheduler.wake(self._thread)


class Scheduler:
    """Runs processes, each until it waits, in the order of their waking."""

    def __init__(self, seed: str, now: float) -> None:
        self.seed = seed
        self.now = now
        self.steps = 0
        self._order = 0
        self._waiting: list[tuple[float, int, greenlet.greenlet]] = []
        self._main = greenlet.getcurrent()

    def spawn(
        self,
        name: str,
        work: Callable[[Process], None],
        *,
        after: float = 0,
        time_out: float | None = None,
    ) -> None:
        """Start a process `after` seconds from now."""

        def run() -> None:
            with contextlib.suppress(Died):
                work(Process(self, name, time_out))

        self._push(self.now + after, greenlet.greenlet(run, parent=self._main))

    def resume_at(self, process: Process, moment: float) -> None:
        """Give way until then. Only the process that runs may call it."""
        self._push(moment, greenlet.getcurrent())
        self._main.switch()
        if process.dead:
            raise Died

    def event(self, process: Process) -> Event:
        """Something that the process can wait for."""
        return Event(self, process)

    def wake(self, thread: greenlet.greenlet) -> None:
        """Let a thread that gave way without a time go on."""
        self._push(self.now, thread)

    def give_way(self, process: Process) -> None:
        """Stop until somebody wakes this thread."""
        self._main.switch()
        if process.dead:
            raise Died

    def side_by_side(self, process: Process, works: Sequence[Callable[[], None]]) -> None:
        """Let the process do several things at once, and wait for all of them."""
        waiting, caller = len(works), greenlet.getcurrent()

        def run(work: Callable[[], None]) -> None:
            nonlocal waiting
            with contextlib.suppress(Died):
                work()
            waiting -= 1
            if waiting == 0:
                self._push(self.now, caller)

        for work in works:
            thread = greenlet.greenlet(partial(run, work), parent=self._main)
            self._push(self.now, thread)
        if works:
            self._main.switch()
        if process.dead:
            raise Died

    def run(self, until: float, *, stop: Callable[[], bool]) -> None:
        """Run everything that is due before `until`; `stop` is asked after every step."""
        while self._waiting and self._waiting[0][0] <= until and not stop():
            moment, _, process = heapq.heappop(self._waiting)
            self.now = max(self.now, moment)
            self.steps += 1
            process.switch()
        if not stop():
            self.now = max(self.now, until)

    def is_idle(self) -> bool:
        """Whether nothing is left to run."""
        return not self._waiting

    def next_at(self) -> float:
        """When the next process goes on."""
        return self._waiting[0][0]

    def _push(self, moment: float, process: greenlet.greenlet) -> None:
        self._order += 1
        heapq.heappush(self._waiting, (moment, self._order, process))
