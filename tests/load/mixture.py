"""A mixed load: photos of every kind, replaced, uploaded again, deleted, their events lost.

It remembers what lies under each key, and so what must have become of it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coslocal.cos import ObjectCreated
from local.recognition.scripted import scripted_error
from tests.load import specimens
from tests.load.live import Live

OFTEN = 7  # times as many cards as of any other kind
DOUBLED = 0.1
RECENT = 40
# CI failed three jobs of the card in a row, or an operator cancelled its job.
EXCUSES = frozenset({"Cancelled", "AttemptsExhausted"})
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
KINDS = ("card",) * (OFTEN - 1) + tuple(WANTED)


@dataclass
class Events:
    """Passes uploads on to the trigger: most once, some twice, some not at all."""

    trigger: Callable[[ObjectCreated], None]
    rng: random.Random
    lost: set[str] = field(default_factory=set)

    def __call__(self, upload: ObjectCreated) -> None:
        """Take note of an upload."""
        if upload.key in self.lost:
            return
        self.trigger(upload)
        if self.rng.random() < DOUBLED:
            self.trigger(upload)


@dataclass(frozen=True)
class Photo:
    """What lies under a key now."""

    kind: str
    number: int
    etag: str


class Mixture:
    """Uploads, replaces, deletes; `names` has what stands on the card of each version."""

    def __init__(self, running: Live, events: Events, rng: random.Random) -> None:
        self._running = running
        self._events = events
        self._rng = rng
        self._numbers = iter(range(10**6))
        self.current: dict[str, Photo] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.done: Counter[str] = Counter()

    def upload(self) -> None:
        """Upload a photo of some kind under a new key."""
        number, kind = next(self._numbers), self._rng.choice(KINDS)
        self._put(_key(number, kind), kind, number)

    def upload_unnoticed(self) -> None:
        """Upload a card of which no event tells."""
        number = next(self._numbers)
        key = specimens.key(number, "lost")
        self._events.lost.add(key)
        self._put(key, "card", number, "event lost")

    def replace(self) -> None:
        """Upload another content under the key of a card."""
        key = self._some_card()
        if key is not None:
            self._put(key, "card", next(self._numbers), "replaced")

    def repeat(self) -> None:
        """Upload the same content under the same key."""
        key = self._some_card()
        if key is not None:
            self._put(key, "card", self.current[key].number, "same again")

    def delete(self) -> None:
        """Delete a card."""
        key = self._some_card()
        if key is not None:
            del self.current[key]
            self._running.delete(key)
            self.done["deleted"] += 1

    def _some_card(self) -> str | None:
        cards = [
            key
            for key, photo in self.current.items()
            if photo.kind == "card" and key not in self._events.lost
        ]
        return self._rng.choice(cards[-RECENT:]) if cards else None

    def _put(self, key: str, kind: str, number: int, what: str = "") -> None:
        etag = self._running.put(key, _content(kind, number), **_headers(kind))
        self.current[key] = Photo(kind, number, etag)
        self.names[key, etag] = specimens.name(number)
        self.done[what or kind] += 1


def wrong_results(
    current: Mapping[str, Photo], results: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Counter[str]:
    """What photos that lie there still have come to, other than they must: how often each.

    `results` are by key and version.
    """
    wrong: Counter[str] = Counter()
    for key, photo in current.items():
        result = results.get((key, photo.etag))
        if result is None:
            wrong[f"{photo.kind}: no result"] += 1
        elif not _as_wanted(photo, result):
            code = (result["error"] or {}).get("code")
            wrong[f"{photo.kind}: {result['outcome']} {code}"] += 1
    return wrong


def unmarked_foreign(
    names: Mapping[tuple[str, str], str], results: Mapping[tuple[str, str], Mapping[str, Any]]
) -> int:
    """How many results show another version's name and don't say that it may be another's."""
    return sum(
        result["outcome"] == "recognised"
        and card in names
        and result["fields"]["name"] != names[card]
        and not _is_marked(result)
        for card, result in results.items()
    )


def _is_marked(result: Mapping[str, Any]) -> bool:
    doubtful = {"name": "source.unchanged", "passed": False}
    return result["needs_review"] and any(
        doubtful.items() <= check.items() for check in result["checks"]
    )


def _as_wanted(photo: Photo, result: Mapping[str, Any]) -> bool:
    if result["outcome"] == WANTED[photo.kind]:
        return True
    excused = WANTED[photo.kind] in ("recognised", "nothing_found")
    return excused and (result["error"] or {}).get("code") in EXCUSES


def _key(number: int, kind: str) -> str:
    if kind == "licence":
        return specimens.key(number, "driver")
    key = specimens.key(number, "soak")
    return {"text": f"{key}.txt", "document": f"{key}.pdf"}.get(kind, key)


def _content(kind: str, number: int) -> bytes:
    if kind == "empty":
        return b""
    if kind == "no card":
        return b"\xff\xd8\xff picture %d of a cat" % number
    if kind == "unreadable":
        return scripted_error() + b" " * number
    return specimens.content(number)


def _headers(kind: str) -> dict[str, Any]:
    if kind == "text":
        return {"ContentType": "text/plain"}
    if kind == "document":
        return {"ContentType": "application/octet-stream"}
    if kind == "unknown type":
        return {"Metadata": {"x-cos-meta-card-type": "Passport"}}
    return {"ContentType": "image/jpeg"}
