"""Makes cards of the bucket's listings and documents, one `Card` for each version. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from local.page.bucket import Document, Entry
from local.page.names import OutputName, Version, identifier, version_in_names


@dataclass
class Card:
    """One version of a photo, and all objects about it.

    Attributes:
        photo: The object itself; None if it is gone or has been replaced.
        pending: Its pending objects, by run and attempt.
        results: Its results, by run.
    """

    version: Version
    photo: Entry | None = None
    pending: dict[tuple[int, int], Document] = field(default_factory=dict)
    results: dict[int, Document] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """The card's name in the page's URLs."""
        return identifier(self.version)

    @property
    def has_ended(self) -> bool:
        """Whether it has a result, and no newer run is pending."""
        return self.newest_pending is None and self.newest_result is not None

    @property
    def latest(self) -> dict[str, Any] | None:
        """The newest body: the newest pending object's, else the newest result's."""
        document = self.newest_pending or self.newest_result
        return document.body if document else None

    @property
    def newest_result(self) -> Document | None:
        """The result of the highest run."""
        return self.results[max(self.results)] if self.results else None

    @property
    def newest_pending(self) -> Document | None:
        """The pending object of a run that has no result, its last attempt."""
        waiting = [place for place in self.pending if place[0] not in self.results]
        return self.pending[max(waiting)] if waiting else None

    @property
    def key(self) -> str:
        """The photo's key; if no object tells it, the form that names have."""
        if self.photo is not None:
            return self.photo.name
        source = (self.latest or {}).get("source") or {}
        return str(source.get("key") or self.version.key)


def cards_of(
    photos: Iterable[Entry],
    pending: Iterable[tuple[OutputName, Document]],
    results: Iterable[tuple[OutputName, Document]],
) -> dict[str, Card]:
    """Return every card by its identifier, with those of its objects that are there."""
    cards: dict[Version, Card] = {}

    def card(version: Version) -> Card:
        return cards.setdefault(version, Card(version))

    for entry in photos:
        card(version_in_names(entry.name, entry.etag)).photo = entry
    for name, document in pending:
        card(name.version).pending[name.run, name.attempt] = document
    for name, document in results:
        card(name.version).results[name.run] = document
    return {one.identifier: one for one in cards.values()}
