"""`Workers` in the simulation: cooperative threads of one process, each waits at its own calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TypeVar

from tests.simulation.scheduler import Event, Process

T = TypeVar("T")
R = TypeVar("R")


class SimulatedWorkers:
    """`count` threads that share a process: they die with it, and it waits for them."""

    def __init__(self, process: Process, count: int) -> None:
        self._process = process
        self.count = count

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        waiting = list(enumerate(items))
        results: dict[int, R] = {}

        def thread() -> None:
            while waiting:
                position, item = waiting.pop(0)
                results[position] = work(item)

        total = len(waiting)
        threads = [thread] * min(self.count, total)
        self._process.scheduler.side_by_side(self._process, threads)
        return [results[position] for position in range(total)]

    def lock(self) -> AbstractContextManager[object]:
        return _Lock(self._process)


class _Lock:
    """Held by one thread of the process; the others wait for it in their order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._is_held = False
        self._waiting: list[Event] = []

    def __enter__(self) -> None:
        if self._is_held:
            event = self._process.scheduler.event(self._process)
            self._waiting.append(event)
            event.wait()
        self._is_held = True

    def __exit__(self, *_error: object) -> None:
        if self._waiting:  # it stays held, by the next one
            self._waiting.pop(0).set()
        else:
            self._is_held = False
