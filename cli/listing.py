"""Listings, page by page, and the prefixes that they can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.errors import ConfigurationError
from shared.settings.load import Settings
from shared.store import Listed, Page, Store


def pages(
    listing: Callable[[str, str | None], Page], prefix: str, after: str | None = None
) -> Iterator[Page]:
    """Every page of a listing, `Store.list_photos` or `Store.list_objects`, from a place on.

    Raises:
        StorageFault: COS refused a page or couldn't be reached.
    """
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
    """All photos whose keys begin so."""
    for page in pages(store.list_photos, prefix):
        yield from page.objects


def is_folder(photo: Listed) -> bool:
    """Whether it is a console's folder marker and no photo."""
    return photo.size == 0 and photo.key.endswith("/")


def checked_prefix(settings: Settings, prefix: str | None) -> str:
    """What `--prefix` narrows a call to; INPUT_PREFIX if it isn't given.

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
