"""Delete all that the bucket holds of one card, so that nothing of it comes back.

The photo goes first: from then on no job begins for it. A job that is under way then has ended
five minutes later, so the card's pending objects go, and then its results and reviews: if a pending
object stayed without its result, sweep would fetch the result again. Five minutes later everything
is looked at once more. Only a look that finds nothing ends it, and only then is the deletion
recorded. COS's listings may lag behind what was just written, so a look also HEADs each name that
the card's next object would have.

What has been deleted so far is noted below `P state/forget/`, so that an interrupted or later call
goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, Protocol

from cli.bucket.documents import attempt_in, document_in
from cli.bucket.listing import pending_of, results_of
from cli.bucket.refusals import etag_there
from cli.bucket.reviews import reviews_of
from cli.connect.faults import CONCERN_ALL
from cli.delete.record import attempts_of_result, checked_why, noted_in
from shared.callback_token import VERSION_PATTERN
from shared.documents import PastAttempt
from shared.errors import ARCHIVED, ConfigurationError, StorageFault
from shared.pipeline.context import Context
from shared.pipeline.state import drop, save
from shared.store.layout import (
    MAX_ATTEMPT,
    etag_of,
    name_of_key,
    name_sha256,
    parse_pending_name,
    parse_result_name,
    parse_review_name,
    pending_name,
    result_name,
    review_name,
    run_of,
    version_of_run,
)
from shared.times import rfc3339

FIRST_LOOK_SECONDS = 300
SECOND_LOOK_SECONDS = 300
NOTES = "forget/"  # below state/: what is being deleted, until its record is written
_WHY = "Forgotten"
_LAST = 20
_VERSION = re.compile(VERSION_PATTERN)

# Version to the highest attempt and the highest number of a review that were seen.
_Seen = dict[str, tuple[int, int]]


class StoredData(NamedTuple):
    """How many objects there are of a card.

    `photos` counts the contents that versioning keeps, or the one that is there.
    """

    photos: int
    pending: int
    results: int
    reviews: int

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return any(self)


class Photos(Protocol):
    """The photos of one key in the input bucket, those that versioning keeps among them."""

    def kept_versions(self, key: str) -> int:
        """Count the contents and delete markers that versioning has kept of a key."""

    def delete_every_version(self, key: str) -> None:
        """Delete the photo, with all that versioning kept of it."""


class Forgetting:
    """The deletion of one card, whose photos lie in `photos`.

    `why` goes into the record; None if this call gives no reason, and an earlier one's counts.
    """

    def __init__(
        self,
        context: Context,
        key: str,
        photos: Photos,
        why: str | None = None,
    ) -> None:
        self._context = context
        self._key = key
        self._photos = photos
        self._why = why
        self._note_name = _note_name(key)

    def is_begun(self) -> bool:
        """Return whether an earlier call has begun and not ended. Raises StorageFault."""
        note = self._read_note()
        return _next_at(note, self._context.now()) is not None

    def go_on(self) -> float | None:
        """Do what may be done now. Return when to look again, Unix seconds.

        Return None once nothing of the card is left and its deletion is recorded.

        Raises:
            StorageFault: COS couldn't be asked; the next call goes on.
        """
        note, now = self._read_note(), self._context.now()
        next_at = _next_at(note, now)
        if self._why is not None:
            note["why"] = self._why
        if next_at is not None and now < next_at:
            if self._why is not None:
                save(self._context, self._note_name, note)
            return next_at
        if next_at is None:
            if self._has_photo(seen := _seen_in(note)):
                photo = (name_sha256(self._key), "photo")
                note["objects"] = [*noted_in(note).objects, photo]
                note["seen"] = seen
            save(self._context, self._note_name, {**note, "next_at": now + FIRST_LOOK_SECONDS})
            self._photos.delete_every_version(self._key)
            return self._wait(note, FIRST_LOOK_SECONDS)
        names = self._names(note)
        if _is_done(names, note):
            noted_in(note).record(self._context, "forget", self._noted_why(note))
            drop(self._context, self._note_name)
            return None
        self._delete(names, note)
        return self._wait(note, SECOND_LOOK_SECONDS)

    def _read_note(self) -> dict[str, object]:
        """Return the note; an empty one if there is none, or if it is archived.

        Raises:
            StorageFault: COS didn't show it. Without it, what was deleted would go unrecorded.
        """
        name = f"{self._context.settings.output_prefix}state/{self._note_name}"
        try:
            return document_in(self._context.store.read(name)) or {}
        except StorageFault as fault:
            if fault.code != ARCHIVED:
                raise
            return {}

    def _names(self, note: dict[str, object]) -> dict[str, float]:
        """Find the pending objects, the photo, if it is back, the results, and the reviews.

        Each has its Last-Modified, Unix seconds; one that no listing shows has the time of this
        look, and the photo has 0. What was seen goes into the note.
        """
        store, prefix = self._context.store, self._context.settings.output_prefix
        names = {
            name: at for kind in _objects(self._context, self._key) for name, at in kind.items()
        }
        seen = _seen_in(note)
        for name in names:
            _see_name(seen, prefix, name)
        now = self._context.now()
        for name in _possible_names(prefix, self._key, seen):
            if name not in names and store.exists(name):
                names[name] = now
        if self._has_photo(seen):
            names[self._key] = 0.0
        note["seen"] = seen
        return dict(sorted(names.items(), key=lambda entry: self._kind(entry[0])))

    def _has_photo(self, seen: _Seen) -> bool:
        """Return whether any content of the photo is left. See the one that is there now."""
        if etag := etag_there(self._context.store, self._key):
            _see(seen, etag)
        return etag is not None or self._photos.kept_versions(self._key) > 0

    def _noted_why(self, note: Mapping[str, object]) -> str:
        """Return the noted reason, if it is one that a call of ours could have noted."""
        why = note.get("why")
        try:
            return checked_why(why if isinstance(why, str) else None, self._key) or _WHY
        except ConfigurationError:
            return _WHY

    def _delete(self, names: dict[str, float], note: dict[str, object]) -> None:
        """Delete what was found, after noting what goes.

        If this is interrupted, `next_at` is still 0, and the look that follows is not the last one.
        """
        noted = noted_in(note)
        objects, attempts = [*noted.objects], [*noted.attempts]
        for name, written_at in names.items():
            kind = self._kind(name)
            objects.append((name_sha256(name), kind))
            if kind == "pending":
                attempts += self._attempts_in(name, written_at)
            elif kind == "result":
                attempts += attempts_of_result(self._read(name))
        note.update(objects=objects, attempts=attempts, is_begun=True)
        save(self._context, self._note_name, {**note, "next_at": 0})
        for name in names:
            if name == self._key:
                self._photos.delete_every_version(self._key)
            else:
                self._context.store.delete(name)

    def _kind(self, name: str) -> str:
        """Return what a record calls it; in this order they go."""
        folder = name.removeprefix(self._context.settings.output_prefix).split("/")[0]
        return "photo" if name == self._key else folder.removesuffix("s")

    def _attempts_in(self, name: str, written_at: float) -> tuple[PastAttempt, ...]:
        """Return the attempts that a pending object names.

        One that can't be read may have had a job: its name tells the attempt.
        """
        body, at = self._read(name), rfc3339(written_at)
        attempt = attempt_in(body) if body is not None else None
        if attempt is None:
            found = parse_pending_name(self._context.settings.output_prefix, name)
            if found is None or body is None:
                return ()
            return (PastAttempt(found.attempt, at, None, "unknown", None),)
        own = (attempt.dated(at).past(),) if attempt.may_have_job else ()
        return (*attempt.attempts, *own)

    def _read(self, name: str) -> bytes | None:
        """Read an object of the card; one that COS refuses can be deleted and not read."""
        try:
            return self._context.store.read(name)
        except StorageFault as fault:
            if not fault.is_of_one_object or fault.code in CONCERN_ALL:
                raise
            return b""

    def _wait(self, note: dict[str, object], seconds: float) -> float:
        next_at = self._context.now() + seconds
        save(self._context, self._note_name, {**note, "next_at": next_at})
        return next_at


def is_being_forgotten(context: Context, key: str) -> bool:
    """Return whether a call has begun to delete the card and hasn't ended. Raises StorageFault."""
    return context.store.exists(f"{context.settings.output_prefix}state/{_note_name(key)}")


def _note_name(key: str) -> str:
    return f"{NOTES}{hashlib.sha256(key.encode()).hexdigest()}.json"


def stored_data(context: Context, photos_of: Photos, key: str) -> StoredData:
    """Count what the bucket holds of a card now.

    Raises:
        ConfigurationError: the key is no card's.
        StorageFault: COS couldn't be asked.
    """
    if not key.startswith(context.settings.input_prefix):
        raise ConfigurationError(
            "KEY", f"only keys under {context.settings.input_prefix} are cards"
        )
    pending, results, reviews = _objects(context, key)
    photos = max(photos_of.kept_versions(key), int(etag_there(context.store, key) is not None))
    return StoredData(photos, len(pending), len(results), len(reviews))


def _objects(context: Context, key: str) -> tuple[dict[str, float], ...]:
    """Return a card's pending objects, its results, and its reviews.

    Each is name to Last-Modified, Unix seconds.
    """
    store, prefix, name = context.store, context.settings.output_prefix, name_of_key(key)
    return tuple(
        {one.listed.key: one.listed.last_modified for one in kind(store, prefix, name)}
        for kind in (pending_of, results_of, reviews_of)
    )


def _seen_in(note: Mapping[str, object]) -> _Seen:
    """Return what earlier looks saw. What no call of ours could have written is left out."""
    found = note.get("seen")
    return {
        version: (entry[0], entry[1])
        for version, entry in (found.items() if isinstance(found, dict) else ())
        if _VERSION.fullmatch(version) and _are_numbers(entry)
    }


def _are_numbers(entry: object) -> bool:
    if not isinstance(entry, list) or list(map(type, entry)) != [int, int]:
        return False
    return all(0 <= number <= MAX_ATTEMPT for number in entry)


def _see(seen: _Seen, version: str, attempt: int = 0, review: int = 0) -> None:
    attempts, reviews = seen.get(version, (0, 0))
    seen[version] = (max(attempts, attempt), max(reviews, review))


def _see_name(seen: _Seen, prefix: str, name: str) -> None:
    if pending := parse_pending_name(prefix, name):
        _see(seen, pending.version, attempt=pending.attempt)
    elif review := parse_review_name(prefix, name):
        _see(seen, review.version, review=review.number)
    elif result := parse_result_name(prefix, name):
        _see(seen, result.version)


def _possible_names(prefix: str, key: str, seen: _Seen) -> Iterator[str]:
    """Yield the names of what was seen, and of the attempt, the review and the run that come next.

    Of the attempts and reviews of a version only the last ones can be younger than a listing.
    """
    runs: dict[str, int] = {}
    for version in seen:
        etag = etag_of(version)
        runs[etag] = max(runs.get(etag, 0), run_of(version))
    following = {version_of_run(etag, run + 1): (0, 0) for etag, run in runs.items()}
    for version, (attempts, reviews) in {**seen, **following}.items():
        for attempt in range(max(1, attempts - _LAST), attempts + 2):
            yield pending_name(prefix, key, version, attempt)
        yield result_name(prefix, key, version)
        for number in range(max(1, reviews - _LAST), reviews + 2):
            yield review_name(prefix, key, version, number)


def _is_done(names: Collection[str], note: dict[str, object]) -> bool:
    """Return whether a look that came five minutes after the deletion found nothing."""
    has_waited = note.get("next_at") != 0
    return not names and note.get("is_begun") is True and has_waited


def _next_at(note: dict[str, object], now: float) -> float | None:
    """Return when to look again; None if the note has no time that a call could have written."""
    found = note.get("next_at")
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return found if found <= now + max(FIRST_LOOK_SECONDS, SECOND_LOOK_SECONDS) else None
