"""Listings, page by page: of a prefix, and of the objects that belong to one card.

Other keys may begin with a card's key, so names are parsed and never compared by how they begin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from shared.errors import ConfigurationError
from shared.settings.load import Settings
from shared.store import Listed, Page, Store
from shared.store.layout import (
    ResultName,
    etag_of,
    parse_pending_name,
    parse_result_name,
    parse_review_name,
    pending_folder,
    results_folder,
    reviews_folder,
)


class CardObject(NamedTuple):
    """A result, or a pending object if it has an `attempt` (from 1), as its listing shows it.

    `at` is COS's time then, Unix seconds, if only the objects of one card were listed.
    """

    version: str
    attempt: int
    listed: Listed
    at: float = 0


class Content(NamedTuple):
    """A content that is or once was at a key; `name` is the key as names have it."""

    name: str
    etag: str


NameAndVersion = TypeVar("NameAndVersion", Content, ResultName)


def results_of(store: Store, prefix: str, name: str, etag: str = "") -> Iterator[CardObject]:
    """Yield a card's results in the order of names; with an ETag, those of that content.

    Args:
        store: where to look.
        prefix: OUTPUT_PREFIX.
        name: the card's key as names have it (`layout.name_of_key`).
        etag: of a photo.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    for page in pages(store.list_objects, f"{results_folder(prefix)}{name}.{etag}"):
        for listed in page.objects:
            found = parse_result_name(prefix, listed.key)
            if found and found.key == name and etag in {"", etag_of(found.version)}:
                yield CardObject(found.version, 0, listed, page.at)


def pending_of(store: Store, prefix: str, name: str, etag: str = "") -> Iterator[CardObject]:
    """Yield a card's pending objects in the order of names; see `results_of`."""
    for page in pages(store.list_objects, f"{pending_folder(prefix)}{name}.{etag}"):
        for listed in page.objects:
            found = parse_pending_name(prefix, listed.key)
            if found and found.key == name and etag in {"", etag_of(found.version)}:
                yield CardObject(found.version, found.attempt, listed, page.at)


def with_results(store: Store, prefix: str, wanted: Iterable[Content]) -> set[Content]:
    """Return those of the contents that have a result, of any run; see `_present`."""

    def content_of(name: str) -> Content | None:
        found = parse_result_name(prefix, name)
        return found and Content(found.key, etag_of(found.version))

    return _present(store, results_folder(prefix), content_of, wanted)


def with_pending(store: Store, prefix: str, wanted: Iterable[Content]) -> set[Content]:
    """Return those of the contents that are pending, in any run; see `_present`."""

    def content_of(name: str) -> Content | None:
        found = parse_pending_name(prefix, name)
        return found and Content(found.key, etag_of(found.version))

    return _present(store, pending_folder(prefix), content_of, wanted)


def with_reviews(store: Store, prefix: str, wanted: Iterable[ResultName]) -> set[ResultName]:
    """Return those of the results that have a review; see `_present`."""

    def result_of(name: str) -> ResultName | None:
        found = parse_review_name(prefix, name)
        return found and ResultName(found.key, found.version)

    return _present(store, reviews_folder(prefix), result_of, wanted)


def _present(
    store: Store,
    folder: str,
    one_of: Callable[[str], NameAndVersion | None],
    wanted: Iterable[NameAndVersion],
) -> set[NameAndVersion]:
    """Return those of the contents, or of the results, that have an object in the folder.

    Each listing begins just before the next content that is asked for. A thousand contents with
    neighbouring names take one or two requests; a few with distant names take one each. The names
    of a content's objects follow each other, and can go on behind the end of a page.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    beginnings = {f"{folder}{one[0]}.{one[1]}": one for one in wanted}
    found: set[NameAndVersion | None] = set()
    left, after = sorted(beginnings), ""
    while left:
        page = store.list_objects(folder, max(after, left[0][:-1]))
        found.update(one_of(listed.key) for listed in page.objects)
        if page.next is None:
            break
        after = page.next
        left = [
            one
            for one in left
            if (one > after or after.startswith(one)) and beginnings[one] not in found
        ]
    return {one for one in beginnings.values() if one in found}


def pages(
    listing: Callable[[str, str | None], Page], prefix: str, after: str | None = None
) -> Iterator[Page]:
    """Yield the pages of a listing, `Store.list_photos` or `Store.list_objects`, from a place on.

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
    """Yield all of our objects whose names begin so."""
    for page in pages(store.list_objects, beginning):
        yield from page.objects


def sources_under(store: Store, prefix: str) -> Iterator[Listed]:
    """Yield all photos whose keys begin so."""
    for page in pages(store.list_photos, prefix):
        yield from page.objects


def checked_prefix(settings: Settings, prefix: str | None) -> str:
    """Return the prefix that a call is about; INPUT_PREFIX if it names none.

    Raises:
        ConfigurationError: no card of this deployment has such a key.
    """
    if prefix is None:
        return settings.input_prefix
    must_be_text("--prefix", prefix)
    if not prefix.startswith(settings.input_prefix):
        raise ConfigurationError(
            "--prefix",
            f"only keys under INPUT_PREFIX are cards: begin it with {settings.input_prefix}",
        )
    return prefix


def must_be_text(subject: str, text: str) -> None:
    """Check that COS can have a key with this text.

    Raises:
        ConfigurationError: it isn't UTF-8, as bytes of another encoding on the command line.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(subject, "is not UTF-8, and every key in COS is") from None
