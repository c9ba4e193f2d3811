"""Which cards await a person: those whose current result needs a word, and has none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import NamedTuple

from cli.bucket.cards import CardListing, ListedCard, list_cards
from cli.bucket.documents import Document, result_named
from cli.bucket.listing import CardObject
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import RefusedBody
from cli.bucket.reviews import awaits_review
from cli.terminal.progress import Advance
from shared.errors import CloudFault
from shared.pipeline.context import Context

AGAIN_SECONDS = 15  # until the cards are looked for again, after a fault of the cloud


class AwaitingCard(NamedTuple):
    """A result that awaits a person. `result_etag` is the result object's.

    `failed_checks` and `code` say why; `written_at` is the result's, RFC 3339.
    """

    key: str
    version: str
    result_etag: str
    card_type: str | None
    outcome: str
    needs_review: bool
    failed_checks: tuple[str, ...]
    code: str | None
    written_at: str


class AwaitingCards:
    """The cards that await a person, found in another thread while the first are shown.

    Attributes:
        looked: How many cards with a result were looked at.
        total: How many will be, None until they are listed.
        unreadable: How many objects couldn't be read as results.
        refused: How many results COS refused to show.
        is_complete: Whether no look goes on and none follows.
        fault: What ended the last look, None if nothing did.
    """

    def __init__(self) -> None:
        self._cards: list[AwaitingCard] = []
        self._found: set[AwaitingCard] = set()
        self._lock = threading.Lock()
        self.looked = 0
        self.total: int | None = None
        self.unreadable = 0
        self.refused = 0
        self.is_complete = False
        self.fault: Exception | None = None

    def cards(self) -> list[AwaitingCard]:
        """Return those found so far, in the order of finding: each keeps its place."""
        with self._lock:
            return list(self._cards)

    def look(
        self,
        context: Context,
        prefix: str | None,
        advance: Advance = lambda _count: None,
        *,
        again: bool = False,
    ) -> None:
        """Find all under a prefix (None: all); `fault` keeps what ended it.

        With `again`, look again after a fault of the cloud. No card is found twice.
        """
        self._try(context, prefix, advance)
        while again and isinstance(self.fault, CloudFault):
            context.sleep(AGAIN_SECONDS)
            self._try(context, prefix, advance)
        self.is_complete = True

    def _try(self, context: Context, prefix: str | None, advance: Advance) -> None:
        try:
            self._look(context, prefix, advance)
            self.fault = None
        except Exception as error:  # noqa: BLE001 — whoever waits for the cards is told
            self.fault = error

    def _look(self, context: Context, prefix: str | None, advance: Advance) -> None:
        self.looked, self.total, self.unreadable, self.refused = 0, None, 0, 0
        listing = list_cards(context, prefix, advance, with_pending=True, with_reviews=True)
        with listing as cards:
            self.total = cards.count(every=False)
            candidates = self._candidates(cards)
            for one, (body,) in read_bodies(context.store, candidates, lambda one: [one.listed]):
                document = result_named(context, one.listed.key, body)
                if document is None:
                    self.unreadable += not isinstance(body, RefusedBody | None)
                    self.refused += isinstance(body, RefusedBody)
                elif document["source"]["key"].startswith(prefix or "") and awaits_review(
                    document["outcome"], needs_review=document["needs_review"]
                ):
                    self._add(_awaiting(one, document))

    def _add(self, card: AwaitingCard) -> None:
        with self._lock:
            if card not in self._found:
                self._found.add(card)
                self._cards.append(card)

    def _candidates(self, cards: CardListing) -> Iterator[CardObject]:
        for card in cards:
            self.looked += bool(card.results)
            if (one := candidate(card)) is not None:
                yield one


def oldest_first(cards: list[AwaitingCard]) -> list[AwaitingCard]:
    """Return the cards as they are to be looked at."""
    return sorted(cards, key=lambda one: (one.written_at, one.key, one.version))


def candidate(card: ListedCard) -> CardObject | None:
    """Return the result that may await a person, as far as names tell.

    Return None if it has a review, or another result is on its way: the photo was replaced, or a
    rerun is pending.
    """
    current = card.current_result()
    if current is None or card.last_review(current.version) is not None:
        return None
    is_superseded = card.is_replaced(current.version) or card.is_rerunning(current.version)
    return None if is_superseded else current


def _awaiting(one: CardObject, document: Document) -> AwaitingCard:
    error = document["error"]
    return AwaitingCard(
        key=document["source"]["key"],
        version=one.version,
        result_etag=one.listed.etag,
        card_type=document["card_type"],
        outcome=document["outcome"],
        needs_review=document["needs_review"],
        failed_checks=tuple(one["name"] for one in document["checks"] if not one["passed"]),
        code=error["code"] if error else None,
        written_at=document["written_at"],
    )
