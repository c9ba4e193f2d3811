"""Delete all that the bucket holds of one card, so that nothing of it comes back.

The photo goes first: from then on no job begins for it. A job that is under way then has
ended five minutes later, so the card's pending objects go, and then its results: if a pending
object stayed without its result, sweep would fetch the result again. Five minutes later everything
is looked at once more. Only a look that finds nothing ends it, and only then is the deletion
recorded.

What has been deleted so far is noted below `P state/forget/`, so that an interrupted or later call
goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from cli.bucket.documents import attempt_in, document_in, note_of
from cli.bucket.input_bucket import InputBucket
from cli.bucket.listing import pending_of, results_of
from cli.bucket.refusals import is_there
from shared.documents import DeletionRecord, PastAttempt
from shared.errors import ConfigurationError, StorageFault
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.store.layout import deletion_name, name_of_key

FIRST_LOOK_SECONDS = 300
SECOND_LOOK_SECONDS = 300
_TEXT_OR_NULL = (str, type(None))
_KINDS = ((int,), _TEXT_OR_NULL, _TEXT_OR_NULL, (str,), _TEXT_OR_NULL)  # of a PastAttempt's members


class StoredData(NamedTuple):
    """How many objects there are of a card.

    `photos` counts the contents that versioning keeps, or the one that is there.
    """

    photos: int
    pending: int
    results: int

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return any(self)


class Remains(NamedTuple):
    """What is left to do: `next_at` is when to look again (Unix seconds), None once it is done."""

    next_at: float | None

    @property
    def is_done(self) -> bool:
        """Return whether nothing of the card is left and its deletion is recorded."""
        return self.next_at is None


class Forgetting:
    """The deletion of one card. `delete_photo` deletes every content of the photo."""

    def __init__(self, context: Context, key: str, delete_photo: Callable[[], None]) -> None:
        self._context = context
        self._key = key
        self._delete_photo = delete_photo
        self._digest = hashlib.sha256(key.encode()).hexdigest()
        self._note_name = f"forget/{self._digest}.json"

    def is_begun(self) -> bool:
        """Return whether an earlier call has begun and not ended. Raises StorageFault."""
        note = note_of(self._context, self._note_name)
        return _next_at(note, self._context.now()) is not None

    def go_on(self) -> Remains:
        """Do what may be done now.

        Raises:
            StorageFault: COS couldn't be asked; the next call goes on.
        """
        note, now = note_of(self._context, self._note_name), self._context.now()
        next_at = _next_at(note, now)
        if next_at is not None and now < next_at:
            return Remains(next_at)
        if next_at is None:
            self._delete_photo()
            return self._wait(note, FIRST_LOOK_SECONDS)
        names = self._names()
        if _is_done(names, note):
            self._record(note)
            drop(self._context, self._note_name)
            return Remains(None)
        self._delete(names, note)
        return self._wait(note, SECOND_LOOK_SECONDS)

    def _names(self) -> list[str]:
        """List the pending objects, then the results; and the photo, if it is there again."""
        pending, results = _objects(self._context, self._key)
        photo = [self._key] if is_there(self._context.store, self._key) else []
        return [*pending, *results, *photo]

    def _delete(self, names: list[str], note: dict[str, object]) -> None:
        """Note the objects that were found, then delete them.

        If this is interrupted, `next_at` is still 0, and the look that follows is not the last one.
        """
        objects, attempts = _noted_objects(note), _noted_attempts(note)
        prefix = self._context.settings.output_prefix
        for name in names:
            kind = "photo" if name == self._key else name.removeprefix(prefix).split("/")[0]
            objects.append((hashlib.sha256(name.encode()).hexdigest(), kind.removesuffix("s")))
            if kind == "pending":
                attempts += self._attempts_in(name)
            elif kind == "results":
                attempts += self._attempts_of_result(name)
        note.update(objects=objects, attempts=attempts, is_begun=True)
        save(self._context, self._note_name, {**note, "next_at": 0})
        for name in names:
            if name == self._key:
                self._delete_photo()
            else:
                self._context.store.delete(name)

    def _attempts_in(self, name: str) -> tuple[PastAttempt, ...]:
        body = self._read(name)
        attempt = attempt_in(body) if body is not None else None
        if attempt is None:
            return ()
        own = (attempt.past(),) if attempt.may_have_job else ()
        return (*attempt.attempts, *own)

    def _attempts_of_result(self, name: str) -> list[PastAttempt]:
        entries = (document_in(self._read(name)) or {}).get("attempts")
        return _attempts_among(
            [entry.get(member) for member in PastAttempt._fields]
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict)
        )

    def _read(self, name: str) -> bytes | None:
        """Read an object of the card; one that COS refuses can be deleted and not read."""
        try:
            return self._context.store.read(name)
        except StorageFault as fault:
            if not fault.is_of_one_object:
                raise
            return None

    def _wait(self, note: dict[str, object], seconds: float) -> Remains:
        next_at = self._context.now() + seconds
        save(self._context, self._note_name, {**note, "next_at": next_at})
        return Remains(next_at)

    def _record(self, note: dict[str, object]) -> None:
        objects = dict(_noted_objects(note))
        if not objects:
            return
        context = self._context
        attempts = dict.fromkeys(_noted_attempts(note))
        record = DeletionRecord(
            by="forget",
            why="Forgotten",
            at=context.at(),
            objects=tuple(objects.items()),
            attempts=tuple(attempts),
        )
        name = deletion_name(context.settings.output_prefix, record.at[:10], list(objects))
        context.store.create_once(name, record.body())


def stored_data(context: Context, bucket: InputBucket, key: str) -> StoredData:
    """Count what the bucket holds of a card now.

    Raises:
        ConfigurationError: no card has the key.
        StorageFault: COS couldn't be asked.
    """
    if not key.startswith(context.settings.input_prefix):
        raise ConfigurationError(
            "KEY", f"only keys under {context.settings.input_prefix} are cards"
        )
    pending, results = _objects(context, key)
    photos = max(bucket.kept_versions(key), int(is_there(context.store, key)))
    return StoredData(photos, len(pending), len(results))


def _objects(context: Context, key: str) -> tuple[list[str], list[str]]:
    """Return the names of a card's pending objects, and of its results."""
    store, prefix, name = context.store, context.settings.output_prefix, name_of_key(key)
    return (
        [one.listed.key for one in pending_of(store, prefix, name)],
        [one.listed.key for one in results_of(store, prefix, name)],
    )


def _is_done(names: list[str], note: dict[str, object]) -> bool:
    """Return whether a look that came five minutes after the deletion found nothing."""
    has_waited = note.get("next_at") != 0
    return not names and note.get("is_begun") is True and has_waited


def _next_at(note: dict[str, object], now: float) -> float | None:
    """Return when to look again; None if the note has no time that a call could have written."""
    found = note.get("next_at")
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return found if found <= now + max(FIRST_LOOK_SECONDS, SECOND_LOOK_SECONDS) else None


def _noted_objects(note: dict[str, object]) -> list[tuple[str, str]]:
    """Return the notes about objects: the SHA-256 of each name, and its kind."""
    return [
        (entry[0], entry[1])
        for entry in _list(note, "objects")
        if isinstance(entry, list) and list(map(type, entry)) == [str, str]
    ]


def _noted_attempts(note: dict[str, object]) -> list[PastAttempt]:
    return _attempts_among(_list(note, "attempts"))


def _attempts_among(entries: Iterable[object]) -> list[PastAttempt]:
    """Return those of the entries that a deletion record can hold."""
    return [
        PastAttempt(*entry)
        for entry in entries
        if isinstance(entry, list)
        and len(entry) == len(_KINDS)
        and all(isinstance(value, kind) for value, kind in zip(entry, _KINDS, strict=True))
    ]


def _list(note: dict[str, object], name: str) -> list[object]:
    found = note.get(name)
    return found if isinstance(found, list) else []
