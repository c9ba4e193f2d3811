"""Which of our objects are there, by listing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from shared.store import Listed, Store


def existing(store: Store, folder: str, wanted: Iterable[str]) -> set[str]:
    """Those of the names wanted, all under `folder`, that are there.

    Each listing begins just before the next name in question: a thousand names that lie together
    take one request or two, a few that lie far apart one each.
    """
    names = sorted(wanted)
    found: set[str] = set()
    position = 0
    while position < len(names):
        page = store.list_objects(folder, names[position][:-1])
        found.update(listed.key for listed in page.objects)
        if page.next is None:
            break
        position = max(position + 1, bisect_right(names, page.next))
    return found.intersection(names)


def listed_under(store: Store, beginning: str) -> Iterator[Listed]:
    """All of our objects whose names begin so, page by page."""
    after: str | None = None
    while True:
        page = store.list_objects(beginning, after)
        yield from page.objects
        after = page.next
        if after is None:
            return
