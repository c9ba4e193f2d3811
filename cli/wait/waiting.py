"""Cards that somebody waits for: looked at until each has a result.

A card has ended if the content that is at its key has a result, of its highest run. If the photo is
gone, whatever is pending of it has to end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from cli.bucket.cards import HASHED, ListedCard, list_cards
from cli.bucket.documents import result_named
from cli.bucket.listing import CardObject, pending_of, results_of
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import etag_there
from shared.pipeline.context import Context
from shared.store.layout import is_folder, name_of_key

_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS, _GROWTH = 1.0, 30.0, 1.5
GONE, ABSENT, UNREADABLE = "gone", "absent", "unreadable"
"""In place of an outcome: nothing of the card is left; nothing was there; its result can't be read.
"""

CardLook = Callable[[Collection[str] | None], Iterator[ListedCard]]
"""Yields the cards of these names as they are now, or all cards for None."""


class EndedCard(NamedTuple):
    """A card that has ended; `name` is its key as names have it."""

    name: str
    version: str | None
    outcome: str
    needs_review: bool = False

    def __str__(self) -> str:
        """`recognised (needs review)`."""
        return self.outcome + (" (needs review)" if self.needs_review else "")

    @property
    def is_fine(self) -> bool:
        """Return whether it was recognised, and nobody has to look at it."""
        return self.outcome == "recognised" and not self.needs_review


class CardWait:
    """Waits for the cards of some names, or all that `look` finds first if they are None.

    `waiting` has the names of those that have not ended.
    """

    def __init__(self, context: Context, look: CardLook, names: Collection[str] | None) -> None:
        self._context = context
        self._look = look
        self._is_begun = names is not None
        self._nothing = ABSENT  # what a card is of which there is nothing
        self.waiting = set(names or ())

    def ended(self) -> Iterator[EndedCard]:
        """Look once. Yield each card that has ended since the last look.

        Raises:
            StorageFault: COS refused a listing or couldn't be reached.
        """
        gone, left = set(self.waiting), set[str]()
        wanted = self.waiting if self._is_begun else None

        def found() -> Iterator[tuple[ListedCard, CardObject]]:
            for card in self._look(wanted):
                gone.discard(card.name)
                result = _last_result(card)
                if result is None:
                    left.add(card.name)
                else:
                    yield card, result

        for (card, result), (body,) in read_bodies(
            self._context.store, found(), lambda one: [one[1].listed]
        ):
            if body is None:  # deleted since it was listed
                left.add(card.name)
                continue
            document = result_named(self._context, result.listed.key, body)
            if document is None:
                yield EndedCard(card.name, result.version, UNREADABLE)
            else:
                outcome, needs_review = document["outcome"], document["needs_review"]
                yield EndedCard(card.name, result.version, outcome, needs_review)
        yield from (EndedCard(name, None, self._nothing) for name in sorted(gone))
        self.waiting, self._is_begun, self._nothing = left, True, GONE

    def run(self, until: float, sleep: Callable[[float], None]) -> Iterator[EndedCard]:
        """Look until all have ended, or `until` (Unix seconds). Yield each that has ended.

        Raises:
            StorageFault: COS refused a listing or couldn't be reached.
        """
        seconds = _FIRST_WAIT_SECONDS
        yield from self.ended()
        while self.waiting and (left := until - self._context.now()) > 0:
            sleep(min(seconds, left))
            seconds = min(seconds * _GROWTH, _LONGEST_WAIT_SECONDS)
            yield from self.ended()


def named_cards(context: Context, keys: Sequence[str]) -> CardLook:
    """Return how to look at the cards of some keys; one that is gone is left out."""
    store, prefix = context.store, context.settings.output_prefix
    by_name = {name_of_key(key): key for key in keys}

    def look(wanted: Collection[str] | None) -> Iterator[ListedCard]:
        for name in by_name if wanted is None else sorted(wanted):
            card = ListedCard(name)
            card.pending = list(pending_of(store, prefix, name))
            card.results = list(results_of(store, prefix, name))
            listed = store.list_photos(by_name[name], None).objects
            if listed and listed[0].key == by_name[name]:
                card.photo = listed[0]
            # A listing may lag; HEAD doesn't
            if card.photo or card.pending or card.results or etag_there(store, by_name[name]):
                yield card

    return look


def cards_under(context: Context, prefix: str) -> CardLook:
    """Return how to look at the cards whose keys begin so."""

    def look(wanted: Collection[str] | None) -> Iterator[ListedCard]:
        with list_cards(
            context, prefix, lambda _count: None, with_pending=True, with_reviews=False
        ) as cards:
            yield from (card for card in cards if _is_wanted(card, wanted))

    return look


def _is_wanted(card: ListedCard, wanted: Collection[str] | None) -> bool:
    if wanted is not None:
        return card.name in wanted
    if card.photo is None:  # a hashed name doesn't say whether its key is under the prefix
        return not card.name.startswith(HASHED)
    return not is_folder(card.photo.key, card.photo.size)


def _last_result(card: ListedCard) -> CardObject | None:
    """Return the result with which the card has ended; None if it has not."""
    result = card.current_result()
    if result is None:
        return None
    if card.photo is None:
        done = {one.version for one in card.results}
        return None if any(one.version not in done for one in card.pending) else result
    is_last = card.is_there(result.version) and not card.is_rerunning(result.version)
    return result if is_last else None
