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
from shared.times import from_rfc3339, rfc3339


class Group(NamedTuple):
    """The attempts of one version of a card on a page; `last` is the newest of them."""

    last: Listed
    attempt: int
    names: tuple[str, ...]


class Attempt(NamedTuple):
    """A card's last attempt, `dated`, as it lies in the bucket. Both times are COS's.

    `names` are all its attempts on the page, the last one last.
    """

    pending: Pending
    names: tuple[str, ...]
    written_at: float
    seen_at: float

    @property
    def permit_at(self) -> float:
        """When COS gave the permit."""
        return from_rfc3339(self.pending.permit_at or "")

    @property
    def age(self) -> float:
        """Seconds since the card's first permit."""
        return self.seen_at - from_rfc3339(self.pending.first_permit_at or "")

    @property
    def permit_age(self) -> float:
        """Seconds since this attempt's own permit."""
        return self.seen_at - self.permit_at

    @property
    def unchanged_for(self) -> float:
        """Seconds since the object was last written."""
        return self.seen_at - self.written_at


def dated(pending: Pending, written_at: float) -> Pending:
    """The attempt with the times of its permit, which its creator may not have written down.

    A `claimed` object still has the time it was created at; whoever rewrites it or goes on with
    the next attempt would lose it.
    """
    permit_at = pending.permit_at or rfc3339(written_at)
    first_permit_at = pending.first_permit_at or permit_at
    return pending._replace(permit_at=permit_at, first_permit_at=first_permit_at)


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
