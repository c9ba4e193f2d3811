"""All cards in the local bucket, and which of them are the repository's specimens.

The journal notes when objects were first written: Last-Modified would have only whole seconds.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coslocal.cos.events import creation
from coslocal.cos.requests import CosRequest
from local.cloud import LocalCloud
from local.page.bucket import PENDING_NAME, RESULT_NAME, Bucket, Document, OutputName, parse_name
from local.page.cards import Card, Moments, cards_of, summary
from local.recognition.truth import read_truths


class Journal:
    """Notes every request that changed a bucket; times are Unix seconds."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._created: dict[str, float] = {}
        self._living: set[str] = set()
        self._lock = threading.Lock()

    def note(self, request: CosRequest, now: float) -> None:
        """Note one request that was carried out."""
        if request.bucket != self._bucket:
            return
        with self._lock:
            if request.key is None:  # several were deleted: take the next write of any as new
                self._living.clear()
            elif request.method == "DELETE":
                self._living.discard(request.key)
            elif creation(request) is not None and request.key not in self._living:
                self._living.add(request.key)
                self._created[request.key] = now

    def created(self, name: str) -> float | None:
        """Return when the object with this name was created; if it is deleted, the last one."""
        with self._lock:
            return self._created.get(name)


_FIRST: Final = ("id/straight.jpg", "driver/straight.jpg", "id/angle.jpg")


@dataclass(frozen=True)
class Sample:
    """One specimen: its name below the folder, and the ETag that it has in the bucket."""

    name: str
    card_type: str
    content: bytes
    etag: str


def read_samples(folder: Path) -> dict[str, Sample]:
    """Return every sample under `folder` by its name. Those that show most come first."""
    found = {}
    for path, truth in read_truths(folder):
        content, name = path.read_bytes(), path.relative_to(folder).as_posix()
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        found[name] = Sample(name, truth.card_type, content, etag)
    first = [name for name in _FIRST if name in found]
    return {name: found[name] for name in dict.fromkeys((*first, *found))}


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
        pending = list(self._documents(self._pending, PENDING_NAME))
        results = self._documents(self._results, RESULT_NAME)
        return cards_of(photos, pending, results)

    def _documents(
        self, folder: str, form: re.Pattern[str]
    ) -> Iterator[tuple[OutputName, Document]]:
        for entry in self._bucket.list(folder):
            name = parse_name(form, entry.name.removeprefix(folder))
            document = self._bucket.document(entry) if name else None
            if name and document:
                yield name, document
