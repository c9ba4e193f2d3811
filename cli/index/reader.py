"""Bodies from the index, else from COS, several at a time and in the order they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TypeVar

from cli.in_order import in_order
from cli.index.bodies import Index
from cli.refusals import RefusedBody
from shared.store import Listed, Store

T = TypeVar("T")

Bodies = list[bytes | None]
_Looked = tuple[T, list[tuple[Listed, bytes | None]]]  # an item, and what is known of its objects


def read_ahead(
    store: Store,
    index: Index | None,
    items: Iterable[T],
    objects_of: Callable[[T], Sequence[Listed]],
) -> Generator[tuple[T, Bodies], None, None]:
    """Give each item with the bodies of its objects.

    It is None for one that is gone meanwhile, a `RefusedBody` for one that COS refuses.
    The index is used by this thread alone; others only wait for COS.

    Raises:
        CloudFault: COS couldn't be asked; what was read before is in the index.
    """

    def looked_up() -> Iterator[_Looked[T]]:
        for item in items:
            yield item, [(one, index.body(one) if index else None) for one in objects_of(item)]

    def read(looked: _Looked[T]) -> Bodies:
        _, objects = looked
        return [store.read(one.key) if known is None else known for one, known in objects]

    for (item, objects), bodies in in_order(read, looked_up()):
        for (listed, known), body in zip(objects, bodies, strict=True):
            if index and known is None and not isinstance(body, RefusedBody | None):
                index.keep(listed, body)
        yield item, bodies
