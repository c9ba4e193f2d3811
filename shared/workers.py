"""Works on one card at a time, or on several in threads that don't outlive the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from types import TracebackType
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_MOST = 64  # the number of connections that the session keeps


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of `size`; the last list may be shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


class Workers(Protocol):
    """Calls a function for each item, for `count` items at once."""

    @property
    def count(self) -> int:
        """How many items are worked on at once."""

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Call `work` for each item. Return the results in the order of the items."""

    def lock(self) -> AbstractContextManager[object]:
        """Return a lock. Only one worker holds it at a time; a worker that sleeps keeps it."""


class OneByOne:
    """Works on one item after another."""

    count = 1

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """See `Workers`."""
        return [work(item) for item in items]

    def lock(self) -> AbstractContextManager[object]:
        """See `Workers`: none is needed."""
        return nullcontext()


class Threads:
    """Works in threads. Use it in a `with`: at its end no thread is left.

    `count` is how many jobs may be sent in two seconds, at least 4 and at most 64. More threads
    would only hold claims and wait.
    """

    def __init__(self, requests_per_second: int) -> None:
        self.count = max(4, min(_MOST, 2 * requests_per_second))
        self._pool = ThreadPoolExecutor(self.count)

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """See `Workers`."""
        futures = [self._pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def lock(self) -> AbstractContextManager[object]:
        """See `Workers`."""
        return threading.Lock()

    def __enter__(self) -> Threads:  # noqa: PYI034 — typing.Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
