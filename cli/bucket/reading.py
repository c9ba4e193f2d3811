"""Read the bodies of many objects, several at a time, and give them in order in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from shared.store import Listed, Store

_THREADS = 8
_AHEAD = 4 * _THREADS

T = TypeVar("T")
U = TypeVar("U")

Bodies = list[bytes | None]


def in_order(read: Callable[[T], U], wanted: Iterable[T]) -> Iterator[tuple[T, U]]:
    """Yield each wanted thing with what `read` returns for it, in the order they are wanted.

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


def read_bodies(
    store: Store, items: Iterable[T], objects_of: Callable[[T], Sequence[Listed]]
) -> Iterator[tuple[T, Bodies]]:
    """Yield each item with the bodies of its objects, in the order of the items.

    A body is None if the object is gone meanwhile, and a `RefusedBody` if COS refuses it.

    Raises:
        CloudFault: COS couldn't be asked.
    """
    return in_order(lambda item: [store.read(one.key) for one in objects_of(item)], items)
