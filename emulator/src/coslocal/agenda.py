"""What is still to be done, and when: event deliveries, jobs, callbacks, retries, timers.

Everything asynchronous in the emulator is an item on one agenda. It is driven in one of two
ways: step by step in the caller's thread, with a clock that only moves when told to (tests), or by
worker threads in real time (a server).
"""

from __future__ import annotations

import heapq
import itertools
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Final

Clock = Callable[[], float]
Action = Callable[[], None]

_IDLE_SECONDS: Final = 1.0


class ManualClock:
    """A clock that stands still: `clock()` is Unix time in seconds, `set` moves it."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now

    def __call__(self) -> float:
        """Return the time it stands at."""
        return self._now

    def set(self, now: float) -> None:
        """Move to `now`.

        Raises:
            ValueError: That would be backwards.
        """
        if now < self._now:
            raise ValueError(f"the clock can't go back from {self._now} to {now}")
        self._now = now


class MovableClock:
    """The machine's clock, and what it was moved on by: it runs by itself, `move` adds to it."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Return Unix time in seconds."""
        return time.time() + self._ahead

    def move(self, seconds: float) -> None:
        """Move on by `seconds`.

        Raises:
            ValueError: That would be backwards.
        """
        if seconds < 0:
            raise ValueError(f"the clock can't go back by {-seconds} seconds")
        self._ahead += seconds


class Agenda:
    """Actions in the order of their due times; of equal times, in the order they were added."""

    def __init__(self, clock: Clock = time.time) -> None:
        self.clock = clock
        self._items: list[tuple[float, int, Action]] = []
        self._numbers = itertools.count()
        lock = threading.RLock()
        self._changed = threading.Condition(lock)
        self._rested = threading.Condition(lock)
        self._busy = 0
        self._stopping = False
        self._workers: list[threading.Thread] = []

    def add(self, action: Action, *, after: float = 0.0) -> None:
        """Have `action` run `after` seconds from now."""
        with self._changed:
            heapq.heappush(self._items, (self.clock() + after, next(self._numbers), action))
            self._changed.notify()

    def next_due(self) -> float | None:
        """Return the Unix time of the next item, None if there is none."""
        with self._changed:
            return self._items[0][0] if self._items else None

    def clear(self) -> None:
        """Forget everything still to be done."""
        with self._changed:
            self._items.clear()

    def run_until_idle(self) -> int:
        """Run in this thread whatever is due, and what becomes due by it; return how many items.

        An exception of an item passes to the caller.
        """
        done = 0
        while (action := self._take_due()) is not None:
            action()
            done += 1
        return done

    def advance(self, seconds: float) -> int:
        """Move the manual clock on by `seconds`, running every item at its own time.

        Raises:
            TypeError: The clock is no `ManualClock`.
        """
        if not isinstance(self.clock, ManualClock):
            raise TypeError("only a ManualClock can be advanced")
        until = self.clock() + seconds
        done = self.run_until_idle()
        while (due := self.next_due()) is not None and due <= until:
            self.clock.set(due)
            done += self.run_until_idle()
        self.clock.set(until)
        return done

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until nothing is due and no thread is at work; tell whether that came in time."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._changed.notify_all()  # the clock may have been moved while they slept
            while self._busy or (self._items and self._items[0][0] <= self.clock()):
                if not self._rested.wait(deadline - time.monotonic()):
                    return False
            return True

    def start(self, workers: int) -> None:
        """Have `workers` threads run the items in real time, until `stop`."""
        self._stopping = False
        self._workers = [
            threading.Thread(target=self._work, name=f"agenda-{number}", daemon=True)
            for number in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    def stop(self, timeout: float = 30.0) -> None:
        """End the threads once their present items are done, waiting at most `timeout` seconds."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        deadline = time.monotonic() + timeout
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        self._workers = []

    def _work(self) -> None:
        while (action := self._wait_for_due()) is not None:
            _run_shown(action)
            with self._changed:
                self._busy -= 1
                self._rested.notify_all()

    def _take_due(self) -> Action | None:
        with self._changed:
            if not self._items or self._items[0][0] > self.clock():
                return None
            return heapq.heappop(self._items)[2]

    def _wait_for_due(self) -> Action | None:
        with self._changed:
            while not self._stopping:
                wait = self._items[0][0] - self.clock() if self._items else _IDLE_SECONDS
                if self._items and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._items)[2]
                self._changed.wait(min(wait, _IDLE_SECONDS))
            return None


def _run_shown(action: Action) -> None:
    """Run an item; a worker outlives a faulty one, and shows it."""
    try:
        action()
    except Exception:  # noqa: BLE001 - whatever it is
        traceback.print_exc(file=sys.stderr)
