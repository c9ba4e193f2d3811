"""The cards of a deployment, with hashed keys, in an order of listings that no card slips through.

Pending objects are listed first, and whole: a card that ends meanwhile is then pending, or has its
result, or both. Listed later, it could be neither. They are few, and set aside on disk where not.

A key over 700 bytes, or one that begins with `~/`, stands in the names as `~/<sha256>`: elsewhere
than the key, and in another order. Both sides of these cards are set aside, the photos sorted
by their hash, and joined when all else is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from cli.audit.joined import AuditedCard, Placed, joined, placed
from cli.audit.listings import HASHED, Listings, ObjectRow
from cli.audit.spool import SortedSources, Spool
from shared.store import Listed
from shared.store.layout import name_of_key


def all_cards(listings: Listings, input_prefix: str) -> Iterator[AuditedCard]:
    """Every card of the deployment, and every object without a photo.

    Raises:
        CloudFault: COS couldn't be asked.
    """
    with ExitStack() as stack:
        hashed = SortedSources(stack)
        pending, hashed_pending, hashed_results = (Spool[ObjectRow](stack) for _ in range(3))
        for row in _apart(listings.pending(""), hashed_pending):
            pending.append(row)
        sources = placed(_plain(listings.sources(input_prefix), hashed))
        yield from joined(sources, _apart(listings.results(""), hashed_results), pending)
        yield from joined(_at_their_hash(hashed), hashed_results, hashed_pending)


def cards_under(listings: Listings, prefix: str) -> Iterator[AuditedCard]:
    """The cards whose keys begin with `prefix`.

    A hashed name doesn't say where its photo lay: of hashed keys, only those with a photo
    under the prefix are seen.

    Raises:
        CloudFault: COS couldn't be asked.
    """
    with ExitStack() as stack:
        hashed = SortedSources(stack)
        pending, hashed_pending = (Spool[ObjectRow](stack) for _ in range(2))
        for row in listings.pending(prefix):
            if not _is_hashed(row):
                pending.append(row)
        sources = placed(_plain(listings.sources(prefix), hashed))
        results = (row for row in listings.results(prefix) if not _is_hashed(row))
        yield from joined(sources, results, pending)
        if not hashed.count:
            return
        for row in listings.pending(HASHED):
            hashed_pending.append(row)
        cards = joined(_at_their_hash(hashed), listings.results(HASHED), hashed_pending)
        yield from (card for card in cards if card.source is not None)


def _plain(sources: Iterable[Listed], hashed: SortedSources) -> Iterator[Listed]:
    """The photos that go by their own key; the others are set aside."""
    for source in sources:
        name = name_of_key(source.key)
        if name == source.key:
            yield source
        else:
            hashed.add(name, source)


def _at_their_hash(hashed: SortedSources) -> Iterator[Placed]:
    return (Placed(f"{name}.", -1, name, source) for name, source in hashed)


def _apart(rows: Iterable[ObjectRow], hashed: Spool[ObjectRow]) -> Iterator[ObjectRow]:
    for row in rows:
        if _is_hashed(row):
            hashed.append(row)
        else:
            yield row


def _is_hashed(row: ObjectRow) -> bool:
    return row.name.startswith(HASHED)
