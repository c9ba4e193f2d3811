"""Listings, page by page, and which objects are there by them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from shared.errors import ConfigurationError
from shared.settings.load import Settings
from shared.store import Listed, Page, Store


def pages(listing: Callable[[str, str | None], Page], prefix: str) -> Iterator[Page]:
    """Every page of a listing: of `Store.list_sources` or `Store.list_objects`.

    Raises:
        StorageFault: COS refused a page or couldn't be reached.
    """
    after: str | None = None
    while True:
        page = listing(prefix, after)
        yield page
        after = page.next
        if after is None:
            return


def listed_under(store: Store, beginning: str) -> Iterator[Listed]:
    """All of our objects whose names begin so."""
    for page in pages(store.list_objects, beginning):
        yield from page.objects


def sources_under(store: Store, prefix: str) -> Iterator[Listed]:
    """All photographs whose keys begin so."""
    for page in pages(store.list_sources, prefix):
        yield from page.objects


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


def checked_prefix(settings: Settings, prefix: str | None) -> str:
    """What `--prefix` narrows a call to; INPUT_PREFIX where it isn't given.

    Raises:
        ConfigurationError: no card of this deployment has such a key.
    """
    if prefix is None:
        return settings.input_prefix
    if not prefix.startswith(settings.input_prefix):
        raise ConfigurationError(
            "--prefix",
            f"only keys under INPUT_PREFIX are cards: begin it with {settings.input_prefix}",
        )
    return prefix
