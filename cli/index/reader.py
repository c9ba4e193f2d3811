"""Bodies from the index, else from COS, several at a time and in the order they are asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cli.index.bodies import Index
from shared.store import Listed, Store

T = TypeVar("T")

_WORKERS = 8  # within the ten connections that requests keeps open
_AHEAD = 64  # items whose objects are being read before they are asked for

Bodies = list[bytes | None]


def read_ahead(
    store: Store,
    index: Index | None,
    items: Iterable[T],
    objects_of: Callable[[T], Sequence[Listed]],
) -> Generator[tuple[T, Bodies], None, None]:
    """Give each item with the bodies of its objects; None for one that is gone meanwhile.

    The index is used by this thread alone; others only wait for COS.

    Raises:
        CloudFault: COS couldn't be asked; what was read before is in the index.
    """
    waiting: deque[tuple[T, list[_Reading]]] = deque()
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="read")
    try:
        for item in items:
            waiting.append((item, [_Reading(pool, store, index, one) for one in objects_of(item)]))
            if len(waiting) > _AHEAD:
                yield _taken(*waiting.popleft())
        while waiting:
            yield _taken(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _taken(item: T, readings: list[_Reading]) -> tuple[T, Bodies]:
    return item, [reading.body() for reading in readings]


class _Reading:
    """A body that is there, or on its way."""

    def __init__(
        self, pool: ThreadPoolExecutor, store: Store, index: Index | None, listed: Listed
    ) -> None:
        self._index = index
        self._listed = listed
        self._known = index.body(listed) if index else None
        self._asked: Future[bytes | None] | None = None
        if self._known is None:
            self._asked = pool.submit(store.read, listed.key)

    def body(self) -> bytes | None:
        if self._asked is None:
            return self._known
        found = self._asked.result()
        if found is not None and self._index:
            self._index.keep(self._listed, found)
        return found
