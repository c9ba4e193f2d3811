"""What is pending: attempts in a listing, grouped by card, of which the last one counts.

No attempt is deleted before the result exists, so a card can have several. Names are parsed and
grouped, never taken for neighbours: other keys may sort between two attempts of one card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.documents import Pending
from shared.pipeline import Pipeline
from shared.store import Listed
from shared.store.layout import PendingName, parse_pending_name, pending_name
from shared.times import from_rfc3339


class Group(NamedTuple):
    """The attempts of one version of a card on a page; `last` is the newest of them."""

    last: Listed
    attempt: int
    names: tuple[str, ...]


class Attempt(NamedTuple):
    """A card's last attempt as it lies in the bucket. `written_at` and `seen_at` are COS's time.

    `names` are all its attempts on the page, the last one last.
    """

    pending: Pending
    names: tuple[str, ...]
    written_at: float
    seen_at: float

    @property
    def permit_at(self) -> float:
        """When COS gave the permit; a `claimed` object still has the time it was created at."""
        at = self.pending.permit_at
        return from_rfc3339(at) if at else self.written_at

    @property
    def age(self) -> float:
        """Seconds since the card's first permit."""
        first = self.pending.first_permit_at
        return self.seen_at - (from_rfc3339(first) if first else self.written_at)

    @property
    def unchanged_for(self) -> float:
        """Seconds since the object was last written."""
        return self.seen_at - self.written_at


def grouped(prefix: str, listed: Iterable[Listed]) -> Iterator[Group]:
    """The cards on a page of a listing; objects of other names are left alone."""
    cards: dict[tuple[str, str], list[tuple[PendingName, Listed]]] = {}
    for item in listed:
        name = parse_pending_name(prefix, item.key)
        if name is not None:
            cards.setdefault((name.key, name.version), []).append((name, item))
    for attempts in cards.values():
        attempts.sort(key=lambda found: found[0].attempt)
        newest_name, newest = attempts[-1]
        yield Group(newest, newest_name.attempt, tuple(item.key for _, item in attempts))


def forget(pipeline: Pipeline, names: Iterable[str]) -> None:
    """Delete attempts of a card whose result exists: nothing of it is pending any more."""
    for name in names:
        pipeline.store.delete(name)


def name_of(pipeline: Pipeline, pending: Pending) -> str:
    """The name of an attempt's object."""
    prefix, key = pipeline.settings.output_prefix, pending.source.key
    return pending_name(prefix, key, pending.version, pending.attempt)
