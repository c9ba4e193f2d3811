"""The objects of all cards of a bucket, listed and grouped by card.

A listing is in the order of names, which doesn't group them: `img.<etag>.json` comes after
`img-1.<etag>.json`, and the objects of a hashed key are not beside its photo. SQLite
sorts them in a temporary database, which goes to disk if it grows and ends with the process: a
bucket of any size takes the same memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from cli.bucket.listing import CardObject, pages, pending_of, results_of
from cli.bucket.refusals import ObjectRefused
from cli.bucket.reviews import ReviewObject, reviews_of
from cli.terminal.progress import Advance
from shared.pipeline.context import Context
from shared.store import Listed, Page
from shared.store.layout import (
    etag_of,
    name_of_key,
    parse_pending_name,
    parse_result_name,
    parse_review_name,
    pending_folder,
    results_folder,
    reviews_folder,
    run_of,
)
from shared.times import from_rfc3339

if TYPE_CHECKING:
    import sqlite3

HASHED = "~/"
"""What a hashed key begins with in names. No other key does."""

_PHOTO, _RESULT, _REVIEW, _PENDING = range(4)
"""The kinds of a card's objects."""

_TABLE = """
CREATE TABLE object (
    card TEXT, kind INTEGER, number INTEGER, version TEXT,
    key TEXT, etag TEXT, size INTEGER, last_modified REAL, storage_class TEXT
)
"""
_ADD = "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ALL = "SELECT * FROM object ORDER BY card, kind, number, key"

_Row = tuple[str, int, int, str, str, str, int, float, str]


@dataclass(slots=True)
class ListedCard:
    """A key with its photo, results, reviews and pending objects.

    `name` is the key as names have it.
    """

    name: str
    photo: Listed | None = None
    results: list[CardObject] = field(default_factory=list)
    pending: list[CardObject] = field(default_factory=list)
    reviews: list[ReviewObject] = field(default_factory=list)

    def is_there(self, version: str) -> bool:
        """Return whether the content of a version is the photo that is at the key now."""
        return self.photo is not None and self.photo.etag == etag_of(version)

    def is_replaced(self, version: str) -> bool:
        """Return whether another content than the version's is at the key now."""
        return self.photo is not None and not self.is_there(version)

    def is_rerunning(self, version: str) -> bool:
        """Return whether a later run of the same content is pending."""
        return any(
            etag_of(one.version) == etag_of(version) and run_of(one.version) > run_of(version)
            for one in self.pending
        )

    def last_review(self, version: str) -> ReviewObject | None:
        """Return the highest review of a version's result."""
        reviews = (one for one in self.reviews if one.version == version)
        return max(reviews, key=lambda one: one.number, default=None)

    def current_result(self) -> CardObject | None:
        """Return the result that counts: the highest run of the photo that is there now.

        Without one, it is the highest run of the content that was first read last.
        """
        first_read: dict[str, float] = {}
        for one in self.results:
            etag, at = etag_of(one.version), one.listed.last_modified
            first_read[etag] = min(at, first_read.get(etag, at))

        def rank(one: CardObject) -> tuple[bool, float, int]:
            version = one.version
            return self.is_there(version), first_read[etag_of(version)], run_of(version)

        return max(self.results, key=rank, default=None)


class CardListing:
    """Listings of photos and of a card's objects; iterate it for the cards, by name.

    `strange` counts objects whose names are none of ours, `at` is COS's time when the first page
    came, Unix seconds.
    """

    def __init__(self, database: sqlite3.Connection, output_prefix: str) -> None:
        self._database = database
        self._output_prefix = output_prefix
        self.at: float | None = None
        self.strange = 0
        database.execute(_TABLE)

    def __iter__(self) -> Iterator[ListedCard]:
        rows = self._database.execute(_ALL)
        for name, group in groupby(rows, key=lambda row: row[0]):
            yield _card(name, group)

    def count(self, *, every: bool) -> int:
        """Return how many cards have results, or with `every` how many results there are."""
        counted = "*" if every else "DISTINCT card"
        query = f"SELECT count({counted}) FROM object WHERE kind = {_RESULT}"  # noqa: S608 — ours
        found = self._database.execute(query)
        return int(found.fetchone()[0])

    def add_photos(self, page: Page) -> None:
        """Add a page of the photos' listing."""
        self._add(page, ((name_of_key(one.key), _PHOTO, 0, "", *one) for one in page.objects))

    def add_objects(self, page: Page, prefix: str) -> None:
        """Add the objects of ours on a page whose keys are hashed or under `prefix`."""
        self._add(page, self._rows(page, prefix))

    def _rows(self, page: Page, prefix: str) -> Iterator[_Row]:
        for listed in page.objects:
            found = self._parsed(listed.key)
            if found is None:
                self.strange += 1
            elif found[0].startswith((prefix, HASHED)):
                yield *found, *listed

    def _parsed(self, name: str) -> tuple[str, int, int, str] | None:
        """Return the card, the kind, the number and the version that an object's name says."""
        if result := parse_result_name(self._output_prefix, name):
            return result.key, _RESULT, 0, result.version
        if review := parse_review_name(self._output_prefix, name):
            return review.key, _REVIEW, review.number, review.version
        pending = parse_pending_name(self._output_prefix, name)
        if pending is None or not pending.attempt:
            return None
        return pending.key, _PENDING, pending.attempt, pending.version

    def _add(self, page: Page, rows: Iterable[_Row]) -> None:
        self.at = page.at if self.at is None else self.at
        self._database.executemany(_ADD, rows)


@contextmanager
def list_cards(
    context: Context,
    prefix: str | None,
    advance: Advance,
    *,
    with_pending: bool,
    with_reviews: bool,
    see_results: Callable[[Page], None] = lambda _page: None,
) -> Iterator[CardListing]:
    """List the cards whose keys begin with `prefix` (None: all, and the objects of no card).

    A hashed name doesn't say how its key begins, so all of those are listed. Pending objects come
    first and photos last: a card that ends meanwhile is pending, or has its result, or both, and
    one that is deleted meanwhile has no photo. Reviews come before the results that they are about.

    Args:
        context: where to look.
        prefix: under INPUT_PREFIX.
        advance: is told how many objects each page brought.
        with_pending: whether pending objects are listed as well.
        with_reviews: whether reviews are.
        see_results: is given each page of the results.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    import sqlite3  # noqa: PLC0415 — what shows one card needs none

    settings, store = context.settings, context.store
    output_prefix = settings.output_prefix
    results = results_folder(output_prefix)
    folders = [
        *([pending_folder(output_prefix)] if with_pending else []),
        *([reviews_folder(output_prefix)] if with_reviews else []),
        results,
    ]
    beginnings = [""]
    if prefix is not None:
        beginnings = [HASHED] if prefix.startswith(HASHED) else [prefix, HASHED]
    with closing(sqlite3.connect("")) as database:
        found = CardListing(database, output_prefix)
        for folder in folders:
            for beginning in beginnings:
                for page in pages(store.list_objects, folder + beginning):
                    found.add_objects(page, prefix or "")
                    if folder == results:
                        see_results(page)
                    advance(len(page.objects))
        for page in pages(store.list_photos, prefix or settings.input_prefix):
            found.add_photos(page)
            advance(len(page.objects))
        yield found


def _card(name: str, rows: Iterable[_Row]) -> ListedCard:
    card = ListedCard(name)
    for _, kind, number, version, *of_listing in rows:
        listed = Listed(*of_listing)  # type: ignore[arg-type]  # as they were added
        if kind == _PHOTO:
            card.photo = listed
        elif kind == _RESULT:
            card.results.append(CardObject(version, 0, listed))
        elif kind == _REVIEW:
            card.reviews.append(ReviewObject(version, number, listed))
        else:
            card.pending.append(CardObject(version, number, listed))
    return card


def card_now(context: Context, key: str) -> ListedCard:
    """List what there is of one card now. A photo that COS refuses to show counts as gone.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    store, prefix, name = context.store, context.settings.output_prefix, name_of_key(key)
    return ListedCard(
        name,
        photo=_photo(context, key),
        reviews=list(reviews_of(store, prefix, name)),
        results=list(results_of(store, prefix, name)),
        pending=list(pending_of(store, prefix, name)),
    )


def _photo(context: Context, key: str) -> Listed | None:
    try:
        photo = context.store.head_photo(key)
    except ObjectRefused:
        return None
    if photo is None:
        return None
    at = from_rfc3339(photo.last_modified) if photo.last_modified else 0
    return Listed(key, photo.etag, photo.size, at)
