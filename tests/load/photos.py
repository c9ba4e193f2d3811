"""Photos of every kind, each with a content of its own: uploaded, replaced, repeated, deleted.

What is under each key now is remembered, and so what must have become of it. All of it is invented.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from local.recognition.scripted import scripted_card, scripted_error
from tests.load.live import Live
from tests.support.cards import LABELS

RECENT = 40
WANTED: Mapping[str, str] = {
    "card": "recognised",
    "licence": "recognised",
    "no card": "nothing_found",
    "unreadable": "failed",
    "text": "rejected",
    "empty": "rejected",
    "unknown type": "rejected",
    "document": "rejected",
}
"""The kinds of photos, and the outcome of each."""

Version = tuple[str, str]
"""A key and an ETag: one version of a card."""


class Photo(NamedTuple):
    """What is under a key now."""

    kind: str
    number: int
    etag: str


class Photos:
    """Uploads, replaces, repeats and deletes photos of kinds that are drawn.

    Attributes:
        current: what is under each key now.
        names: the name on the card of each version.
        lost: keys of whose uploads no event tells.
        done: how often each thing was done.
    """

    def __init__(self, running: Live, kinds: Sequence[str], rng: random.Random) -> None:
        self._running = running
        self._kinds = kinds
        self._rng = rng
        self._numbers = iter(range(10**6))
        self.current: dict[str, Photo] = {}
        self.names: dict[Version, str] = {}
        self.lost: set[str] = set()
        self.done: Counter[str] = Counter()

    def upload(self) -> None:
        """Upload a photo of some kind under a new key."""
        number, kind = next(self._numbers), self._rng.choice(self._kinds)
        self._put(_key(number, kind), kind, number)

    def probe(self) -> None:
        """Upload one more card.

        That a lost submission made no job is proven by a later job in CI's list, and after the last
        upload there would be none.
        """
        number = next(self._numbers)
        self._put(key_of(number, "probe"), "card", number, "probe")

    def upload_unnoticed(self) -> None:
        """Upload a card of which no event tells."""
        number = next(self._numbers)
        key = key_of(number, "lost")
        self.lost.add(key)
        self._put(key, "card", number, "event lost")

    def change(self) -> None:
        """Replace the content of two cards, upload a third again as it is, and delete a fourth."""
        for _replaced in range(2):
            if key := self._some_card():
                self._put(key, "card", next(self._numbers), "replaced")
        if key := self._some_card():
            self._put(key, "card", self.current[key].number, "same again")
        if key := self._some_card():
            del self.current[key]
            self._running.delete(key)
            self.done["deleted"] += 1

    def _some_card(self) -> str | None:
        cards = [
            key
            for key, photo in self.current.items()
            if photo.kind == "card" and key not in self.lost
        ]
        return self._rng.choice(cards[-RECENT:]) if cards else None

    def _put(self, key: str, kind: str, number: int, what: str = "") -> None:
        etag = self._running.put(key, _content(kind, number), **_headers(kind))
        self.current[key] = Photo(kind, number, etag)
        self.names[key, etag] = name_of(number)
        self.done[what or kind] += 1


def key_of(number: int, folder: str) -> str:
    """A key of the kind that pipelines lose: with blanks, a plus sign and Chinese."""
    return f"uploads/{folder}/样本 {number:05}+.jpg"


def name_of(number: int) -> str:
    """The name on a card; no other card has it."""
    return f"样本{number:05}"


def _key(number: int, kind: str) -> str:
    if kind == "licence":
        return key_of(number, "driver")
    key = key_of(number, "load")
    return {"text": f"{key}.txt", "document": f"{key}.pdf"}.get(kind, key)


def _content(kind: str, number: int) -> bytes:
    if kind == "empty":
        return b""
    if kind == "no card":
        return b"\xff\xd8\xff picture %d of a cat" % number
    if kind == "unreadable":
        return scripted_error() + b" " * number
    return scripted_card({**LABELS, "姓名": name_of(number)})


def _headers(kind: str) -> dict[str, Any]:
    if kind == "text":
        return {"ContentType": "text/plain"}
    if kind == "document":
        return {"ContentType": "application/octet-stream"}
    if kind == "unknown type":
        return {"Metadata": {"x-cos-meta-card-type": "Passport"}}
    return {"ContentType": "image/jpeg"}
