"""Bodies of many objects, read several at a time and given in order, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_THREADS = 8
_AHEAD = 4 * _THREADS

T = TypeVar("T")
U = TypeVar("U")


def in_order(read: Callable[[T], U], wanted: Iterable[T]) -> Iterator[tuple[T, U]]:
    """Each wanted thing with what `read` gives for it, in the order they are wanted.

    At most `_AHEAD` are read before they are asked for. What `read` raises ends it; if the
    caller stops, so does the reading.
    """
    remaining = iter(wanted)
    readers = ThreadPoolExecutor(_THREADS)
    waiting: deque[tuple[T, Future[U]]] = deque()

    def begin(count: int) -> None:
        for one in islice(remaining, count):
            waiting.append((one, readers.submit(read, one)))

    try:
        begin(_AHEAD)
        while waiting:
            one, future = waiting.popleft()
            found = future.result()
            begin(1)
            yield one, found
    finally:
        readers.shutdown(wait=False, cancel_futures=True)
