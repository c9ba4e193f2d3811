"""Delete results that are old enough with their reviews, and their photos if asked.

A card that is pending keeps all its results. A result also stays if its photo was uploaded again
since: reconcile would take the photo for one that never had a result, and send it. And it stays as
long as a younger run of its photo: they go together.

What is about to go is noted below `P state/purge/`, a hundred results at a time. If a call is
interrupted, the next one records what it deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from cli.bucket.documents import note_of, read_document
from cli.bucket.input_bucket import InputBucket
from cli.bucket.listing import listed_under, pages, pending_of, results_of
from cli.bucket.refusals import ObjectRefused, Refusals, etag_there
from cli.bucket.reviews import reviews_of
from cli.delete.record import NotedDeletion, attempts_of_result, noted_in
from shared.cloud import connect
from shared.documents import PastAttempt
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.store import Listed, Photo
from shared.store.cos import CosStore
from shared.store.layout import (
    ResultName,
    etag_of,
    name_sha256,
    parse_result_name,
    results_folder,
)
from shared.times import from_rfc3339
from shared.workers import Workers, batches

_AT_ONCE = 100
NOTES = "purge/"
_ABANDONED_SECONDS = 120  # a hundred deletions take seconds


class ExpiredResult(NamedTuple):
    """A result to delete with its reviews.

    `photo` is the key of the photo that goes with it, None if that stays.
    """

    name: str
    photo: str | None


class Deleted(NamedTuple):
    """What was deleted of an expired result: nothing, or some of it. `reviews` are names."""

    result: bool = False
    photo: bool = False
    reviews: tuple[str, ...] = ()


class _NotedCard(NamedTuple):
    """An expired result as it is noted before it goes, with the attempts that it names."""

    name: str
    photo: str | None
    reviews: tuple[str, ...]
    attempts: tuple[PastAttempt, ...]

    def objects(self, gone: Deleted) -> Iterator[tuple[str, str]]:
        """Yield the SHA-256 of the name of what is gone, and its kind."""
        if self.photo is not None and gone.photo:
            yield name_sha256(self.photo), "photo"
        for review in gone.reviews:
            yield name_sha256(review), "review"
        if gone.result:
            yield name_sha256(self.name), "result"

    def all_objects(self) -> Iterator[tuple[str, str]]:
        """Yield the same of all that is to go."""
        return self.objects(Deleted(result=True, photo=True, reviews=self.reviews))


class Kept(Enum):
    """Why an old result stays."""

    PENDING = "pending"
    UPLOADED_AGAIN = "uploaded again since"
    YOUNGER_RUN = "beside a younger run"
    UNREADABLE = "unreadable"


class Purge:
    """Goes through the results that were written before a moment (Unix seconds, COS's clock)."""

    def __init__(
        self,
        context: Context,
        refusals: Refusals,
        workers: Workers,
        before: float,
        why: str,
        *,
        photos: bool,
    ) -> None:
        self._context = context
        self._refusals = refusals
        self._workers = workers
        self._fault: StorageFault | None = None
        self._before = before
        self._why = why
        self._photos = photos
        self._bucket = InputBucket(context.settings)
        self._bodies = CosStore(connect(context.settings), context.settings)

    def look(self) -> Iterator[ExpiredResult | Kept]:
        """Yield what happens to each old result."""
        folder = results_folder(self._context.settings.output_prefix)
        listed = listed_under(self._context.store, folder)
        old = (one for one in listed if one.last_modified < self._before)
        for some in batches(old, _AT_ONCE):
            yield from (one for one in self._workers.map(self._judge, some) if one is not None)

    def delete(self, most: int) -> Iterator[Deleted]:
        """Delete up to so many results, each after its photo, and record it.

        What COS refuses stays, with its result; `Refusals` counts it.

        Raises:
            StorageFault: COS couldn't be asked. What went before was given.
        """
        old = (one for one in self.look() if isinstance(one, ExpiredResult))
        for some in batches(old, _AT_ONCE):
            left = some[:most]
            most -= len(left)
            yield from self._delete_all(left)
            if self._fault is not None:
                raise self._fault
            if most == 0:
                return

    def _delete_all(self, old: list[ExpiredResult]) -> list[Deleted]:
        """Note what goes, delete it, and record what is gone."""
        cards = self._workers.map(self._card, old)
        note = f"{NOTES}{name_sha256(old[0].name)}.json"
        objects = [entry for card in cards for entry in card.all_objects()]
        noted = {"objects": objects, "cards": [list(card) for card in cards], "why": self._why}
        save(self._context, note, noted)
        deleted = self._workers.map(self._delete, cards)
        self._record(zip(cards, deleted, strict=True), self._why)
        drop(self._context, note)
        return deleted

    def _card(self, old: ExpiredResult) -> _NotedCard:
        """List a result's reviews, and read which attempts it names.

        One that COS refuses to show can still be deleted.
        """
        try:
            body = self._bodies.read(old.name)
        except StorageFault as fault:
            if not fault.is_of_one_object:
                raise
            body = None
        store, prefix = self._context.store, self._context.settings.output_prefix
        name = parse_result_name(prefix, old.name)
        found = reviews_of(store, prefix, name.key, name.version) if name else ()
        reviews = tuple(one.listed.key for one in found)
        return _NotedCard(old.name, old.photo, reviews, tuple(attempts_of_result(body)))

    def _record(self, cards: Iterable[tuple[_NotedCard, Deleted]], why: str) -> None:
        objects: list[tuple[str, str]] = []
        attempts: list[PastAttempt] = []
        for card, gone in cards:
            objects += card.objects(gone)
            attempts += card.attempts if gone.result else ()
        NotedDeletion(tuple(objects), tuple(attempts)).record(self._context, "purge", why)

    def record_abandoned(self) -> None:
        """Record what a call deleted that was interrupted before it could record it.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        folder = f"{self._context.settings.output_prefix}state/{NOTES}"
        for page in pages(self._context.store.list_objects, folder):
            for listed in page.objects:
                if page.at - listed.last_modified >= _ABANDONED_SECONDS:
                    note = f"{NOTES}{listed.key.removeprefix(folder)}"
                    found = note_of(self._context, note)
                    cards = _noted_cards(found)
                    why = found.get("why")
                    gone = self._workers.map(self._gone, cards)
                    self._record(zip(cards, gone, strict=True), why if isinstance(why, str) else "")
                    drop(self._context, note)

    def _gone(self, card: _NotedCard) -> Deleted:
        store = self._context.store
        photo = card.photo is not None and etag_there(store, card.photo) is None
        reviews = tuple(one for one in card.reviews if not store.exists(one))
        return Deleted(not store.exists(card.name), photo, reviews)

    def _delete(self, card: _NotedCard) -> Deleted:
        photo = card.photo is not None and self._is_deleted(card.photo, self._bucket.delete)
        if card.photo is not None and not photo:
            return Deleted()
        # The reviews go first: a result that stays is found again, and its reviews with it.
        delete = self._context.store.delete
        reviews = tuple(one for one in card.reviews if self._is_deleted(one, delete))
        if len(reviews) < len(card.reviews):
            return Deleted(photo=photo, reviews=reviews)
        return Deleted(self._is_deleted(card.name, delete), photo, reviews)

    def _is_deleted(self, name: str, delete: Callable[[str], None]) -> bool:
        """Delete an object; whether it is gone. After a fault nothing more is."""
        if self._fault is not None:
            return False
        try:
            delete(name)
        except StorageFault as fault:
            try:
                self._refusals.note(name, fault)
            except StorageFault:
                self._fault = fault
            return False
        return True

    def _judge(self, listed: Listed) -> ExpiredResult | Kept | None:
        name = parse_result_name(self._context.settings.output_prefix, listed.key)
        if name is None:
            return None
        prefix, store = self._context.settings.output_prefix, self._context.store
        if any(pending_of(store, prefix, name.key)):
            return Kept.PENDING
        key = self._key(name, listed)
        if key is None:
            return Kept.UNREADABLE
        try:
            photo = self._context.store.head_photo(key)
        except ObjectRefused:
            return Kept.UNREADABLE
        if photo is None or photo.etag != etag_of(name.version):
            return ExpiredResult(listed.key, None)
        goes = ExpiredResult(listed.key, key if self._photos else None)
        return self._kept_with(name, photo) or goes

    def _kept_with(self, name: ResultName, photo: Photo) -> Kept | None:
        """Return why a result stays whose photo is still there; None if it can go."""
        if photo.last_modified is None or from_rfc3339(photo.last_modified) >= self._before:
            return Kept.UPLOADED_AGAIN
        prefix, store = self._context.settings.output_prefix, self._context.store
        runs = results_of(store, prefix, name.key, photo.etag)
        is_old = all(run.listed.last_modified < self._before for run in runs)
        return None if is_old else Kept.YOUNGER_RUN

    def _key(self, name: ResultName, listed: Listed) -> str | None:
        """Return the photo's key. If names have it hashed, the body tells it."""
        if not name.key.startswith("~/"):
            return name.key
        source = read_document(self._context, listed.key).get("source")
        key = source.get("key") if isinstance(source, dict) else None
        return key if isinstance(key, str) else None


def _noted_cards(note: Mapping[str, object]) -> list[_NotedCard]:
    """Return the cards that a note names. What no call of ours could have written is left out."""
    cards = note.get("cards")
    noted = [card for card in (cards if isinstance(cards, list) else ()) if isinstance(card, list)]
    return [
        _NotedCard(card[0], card[1], tuple(card[2]), noted_in({"attempts": card[3]}).attempts)
        for card in noted
        if len(card) == len(_NotedCard._fields)
        and isinstance(card[0], str)
        and isinstance(card[1], str | None)
        and isinstance(card[2], list)
        and all(isinstance(review, str) for review in card[2])
    ]


def noted_jobs(note: Mapping[str, object]) -> list[PastAttempt]:
    """Return the attempts with a JobId that the results of a note of `NOTES` name."""
    attempts = (past for card in _noted_cards(note) for past in card.attempts)
    return [past for past in attempts if past.job_id is not None]
