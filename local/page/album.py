"""All cards in the local bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from local.cloud import LocalCloud
from local.page.bucket import Bucket, Document
from local.page.cards import Card, cards_of
from local.page.journal import Journal
from local.page.names import OutputName, parse_pending_name, parse_result_name
from local.page.summary import Moments, summary

ParseName = Callable[[str], "OutputName | None"]

DEFAULT_OUTPUT_PREFIX: Final = "ocr/"


class Album:
    """Reads a bucket into cards; `samples` are the ETags of the repository's own specimens."""

    def __init__(
        self, cloud: LocalCloud, bucket: Bucket, journal: Journal, samples: frozenset[str]
    ) -> None:
        output = cloud.environment("submit").get("OUTPUT_PREFIX") or DEFAULT_OUTPUT_PREFIX
        self._cloud = cloud
        self._bucket = bucket
        self._journal = journal
        self._samples = samples
        self._photos = cloud.setup.upload_prefix
        self._pending = f"{output}pending/"
        self._results = f"{output}results/"
        self._changes = 0
        self._read: tuple[int, dict[str, Card]] = (-1, {})

    def forget(self) -> None:
        """Note that the bucket has changed, so that the next call reads it anew."""
        self._changes += 1

    def cards(self) -> dict[str, Card]:
        """Return every card by its identifier."""
        changes = self._changes  # a change while the bucket is read counts for the next call
        read_at, cards = self._read
        if read_at != changes:
            cards = self._read_cards()
            self._read = (changes, cards)
        return cards

    def card(self, identifier: str) -> Card | None:
        """Return one card. Return None if no object of it is there."""
        return self.cards().get(identifier)

    def summaries(self) -> dict[str, dict[str, Any]]:
        """Return what the list shows of every card, by identifier."""
        moments = Moments(
            self._journal.created, {job.job_id: job for job in self._cloud.jobs}, self._pending
        )
        return {
            identifier: summary(card, moments, self._samples)
            for identifier, card in self.cards().items()
        }

    def is_sample(self, card: Card) -> bool:
        """Return whether a card is one of the repository's own specimens."""
        return card.version.etag in self._samples

    def _read_cards(self) -> dict[str, Card]:
        """Read the bucket.

        It lists pending objects before results. A pending object is deleted after the result is
        written, so a card that changes from one to the other is seen at least once.
        """
        photos = [one for one in self._bucket.list(self._photos) if one.name[-1] != "/"]
        pending = list(self._documents(self._pending, parse_pending_name))
        results = self._documents(self._results, parse_result_name)
        return cards_of(photos, pending, results)

    def _documents(self, folder: str, parse: ParseName) -> Iterator[tuple[OutputName, Document]]:
        for entry in self._bucket.list(folder):
            name = parse(entry.name.removeprefix(folder))
            document = self._bucket.document(entry) if name else None
            if name and document:
                yield name, document
