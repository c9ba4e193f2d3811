"""The three listings as one stream of cards, in memory that doesn't grow with them.

The listings are sorted, but not alike: `img` sorts before `img-1`, `img.<etag>.json` after
`img-1.<etag>.json`, and if both `a` and `a.b` are keys, the objects of `a` lie on both sides of
those of `a.b`. So equal places in two listings are not equal cards. What holds is this:

* All objects of a card lie in one stretch of names: those that begin with its key and a dot. Two
  such stretches lie one inside the other or apart. So the cards that are open at a place in the
  names are a chain, each key beginning with the one before: a stack, no longer than a key. A card
  ends where the first name after its stretch comes, and can't come back.
* A photo is put at the start of its stretch, `key.`. Sorted so, a photo moves only behind
  those whose keys go on from its own with a character before the dot (`img` behind `img-1`): again
  a chain, held in a stack no longer than a key, until a key comes that doesn't go on so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from typing import NamedTuple

from cli.audit.listings import ObjectRow
from shared.store import Listed


class Placed(NamedTuple):
    """A photo at its place among the names: `name` is its key as objects' names have it."""

    place: str
    kind: int  # sorts beside an object's attempt, which is no less
    name: str
    source: Listed


@dataclass(slots=True)
class AuditedCard:
    """Everything that goes by one key: the photo, its results and its pending objects."""

    name: str
    source: Listed | None = None
    results: list[ObjectRow] = field(default_factory=list)
    pending: list[ObjectRow] = field(default_factory=list)


def joined(
    sources: Iterable[Placed], results: Iterable[ObjectRow], pending: Iterable[ObjectRow]
) -> Iterator[AuditedCard]:
    """Every card once, when its last object has been seen."""
    open_cards: list[AuditedCard] = []
    stretch = ""  # of the last one
    listings: tuple[Iterable[Placed | ObjectRow], ...] = (sources, results, pending)
    for row in merge(*listings):
        place = row[0]
        while open_cards and not place.startswith(stretch):
            yield open_cards.pop()
            stretch = f"{open_cards[-1].name}." if open_cards else ""
        card = _opened(open_cards, row[2])
        stretch = f"{open_cards[-1].name}."
        if isinstance(row, Placed):
            card.source = row.source
        elif row.attempt:
            card.pending.append(row)
        else:
            card.results.append(row)
    yield from reversed(open_cards)


def _opened(open_cards: list[AuditedCard], name: str) -> AuditedCard:
    """The open card of that name, or a new one at its place in the chain."""
    place = len(open_cards)
    while place and len(open_cards[place - 1].name) >= len(name):
        place -= 1
        if open_cards[place].name == name:
            return open_cards[place]
    card = AuditedCard(name)
    open_cards.insert(place, card)
    return card


def placed(sources: Iterable[Listed]) -> Iterator[Placed]:
    """Photos in the order of keys, put into the order of their places among the names."""
    chain: list[Placed] = []
    for source in sources:
        while chain and source.key >= chain[-1].place:
            yield chain.pop()
        chain.append(Placed(f"{source.key}.", -1, source.key, source))
    yield from reversed(chain)
