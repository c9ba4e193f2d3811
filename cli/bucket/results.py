"""The results of a bucket with their bodies, for a report or an export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from cli.bucket.cards import CardListing, ListedCard, list_cards
from cli.bucket.documents import Document, result_named
from cli.bucket.listing import CardObject
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import RefusedBody
from cli.bucket.reviews import ReviewObject, awaits_review, review_in
from cli.terminal.output import counted
from cli.terminal.period import Period
from cli.terminal.progress import progress
from shared.pipeline.context import Context
from shared.store import Listed
from shared.store.layout import etag_of, run_of


class WantedResults(NamedTuple):
    """Whose keys begin with `prefix` (None: all), and that were written in a period.

    With `every`, it is all contents and runs of a card. `with_reviews`: with the review that counts
    of each.
    """

    prefix: str | None = None
    every: bool = False
    period: Period = Period()
    with_reviews: bool = False


class CardResult(NamedTuple):
    """A result with its body, whose used members fit docs/result.schema.json.

    `is_current`: the content that it was read from is at the key now. `review` is the highest one,
    None if there is none that can be shown, or nobody wanted it.
    """

    version: str
    is_current: bool
    document: Document
    review: Document | None = None

    @property
    def awaits_review(self) -> bool:
        """Return whether it needs a person's word and has none."""
        document = self.document
        awaits = awaits_review(document["outcome"], needs_review=document["needs_review"])
        return awaits and self.review is None


class _Found(NamedTuple):
    result: CardObject
    review: ReviewObject | None
    is_current: bool

    def listed(self) -> list[Listed]:
        """Return the objects to be read."""
        return [self.result.listed, *([self.review.listed] if self.review else [])]


class ResultReader:
    """Reads the wanted results of a listing once, by key.

    Afterwards `unreadable` is how many objects were no results, or no reviews. A result that COS
    refuses is left out, and `Refusals` counts it.
    """

    def __init__(self, context: Context, listing: CardListing, wanted: WantedResults) -> None:
        self._context = context
        self._listing = listing
        self._wanted = wanted
        self.unreadable = 0

    def __len__(self) -> int:
        """Return how many results are listed, with those that turn out to be none."""
        return self._listing.count(every=self._wanted.every)

    def __iter__(self) -> Iterator[CardResult]:
        """Yield each result that can be shown.

        Raises:
            StorageFault: COS refused one or couldn't be reached.
        """
        prefix, period = self._wanted.prefix or "", self._wanted.period
        wanted = (found for card in self._listing for found in self._wanted_of(card))
        for found, (body, *others) in read_bodies(self._context.store, wanted, _Found.listed):
            document = result_named(self._context, found.result.listed.key, body)
            is_under = document is not None and document["source"]["key"].startswith(prefix)
            if document is not None and is_under and period.contains(document["written_at"]):
                review = self._review_in(*others)
                yield CardResult(found.result.version, found.is_current, document, review)
            self.unreadable += document is None and not isinstance(body, RefusedBody | None)

    def _review_in(self, body: bytes | None = None) -> Document | None:
        review = review_in(body)
        self.unreadable += review is None and not isinstance(body, RefusedBody | None)
        return review

    def _wanted_of(self, card: ListedCard) -> Iterator[_Found]:
        if self._wanted.every:
            results = sorted(card.results, key=_content_and_run)
        else:
            current = card.current_result()
            results = [] if current is None else [current]
        for one in results:
            if self._wanted.period.may_contain(one.listed.last_modified):
                yield _Found(one, card.last_review(one.version), card.is_there(one.version))


@contextmanager
def open_results(context: Context, wanted: WantedResults) -> Iterator[ResultReader]:
    """List the wanted results, to be read in the block.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    with ExitStack() as stack:
        with progress("listed") as advance:
            listing = stack.enter_context(
                list_cards(
                    context,
                    wanted.prefix,
                    advance,
                    with_pending=False,
                    with_reviews=wanted.with_reviews,
                )
            )
        yield ResultReader(context, listing, wanted)


def unreadable_text(count: int) -> str:
    """Write a sentence about objects in the folder of results that are not results."""
    return f"Left out as no result: {counted(count, 'object')}; audit --deep names them"


def lowest_score(document: Document) -> float | None:
    """Return the lowest score of the items that fill a field; None if none has one."""
    scores = [item["score"] for item in document["items"] if item["field"]]
    return min((score for score in scores if score is not None), default=None)


def _content_and_run(result: CardObject) -> tuple[str, int]:
    return etag_of(result.version), run_of(result.version)
