"""Deleting all that the bucket holds of one card, so that nothing of it comes back.

The photo goes first: from then on nobody begins a job for it. What is under way then has ended five
minutes later, so its pending objects go, and then its results: a pending object without its result
would have sweep fetch it again. Five minutes later everything is looked at once more. Only a look
that finds nothing ends it, and only then is the deletion recorded.

What has been deleted so far is noted below `P state/forget/`, so that an interrupted or later call
goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from cli.card_objects import pending_of, results_of
from cli.refusals import is_there
from shared.documents import DeletionRecord, PastAttempt, object_in, read_attempt
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.pipeline.state import drop, load, save
from shared.store.layout import deletion_name, name_of_key

FIRST_LOOK_SECONDS = 300
SECOND_LOOK_SECONDS = 300


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
        return "next_at" in load(self._context, self._note_name)

    def go_on(self) -> Remains:
        """Do what may be done now.

        Raises:
            StorageFault: COS couldn't be asked; the next call goes on.
        """
        note, now = load(self._context, self._note_name), self._context.now()
        next_at = note.get("next_at")
        if isinstance(next_at, int | float) and now < next_at:
            return Remains(next_at)
        if not isinstance(next_at, int | float):
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
        store, prefix = self._context.store, self._context.settings.output_prefix
        name = name_of_key(self._key)
        pending = [one.listed.key for one in pending_of(store, prefix, name)]
        results = [one.listed.key for one in results_of(store, prefix, name)]
        photo = [self._key] if is_there(store, self._key) else []
        return [*pending, *results, *photo]

    def _delete(self, names: list[str], note: dict[str, object]) -> None:
        """Delete what was found, after noting what goes.

        If this is interrupted, `next_at` is still 0, and the look that follows is not the last one.
        """
        objects, attempts = _noted(note, "objects"), _noted(note, "attempts")
        prefix = self._context.settings.output_prefix
        for name in names:
            kind = "photo" if name == self._key else name.removeprefix(prefix).split("/")[0]
            objects.append([hashlib.sha256(name.encode()).hexdigest(), kind.removesuffix("s")])
            if kind == "pending":
                attempts += [list(past) for past in self._attempts_in(name)]
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
        attempt = read_attempt(body) if body is not None else None
        if attempt is None:
            return ()
        own = (attempt.past(),) if attempt.may_have_job else ()
        return (*attempt.attempts, *own)

    def _attempts_of_result(self, name: str) -> list[list[object]]:
        entries = object_in(self._read(name)).get("attempts")
        members = PastAttempt._fields
        return [
            [entry[member] for member in members]
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict) and entry.keys() >= set(members)
        ]

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
        objects = dict(pair for pair in _noted(note, "objects"))
        if not objects:
            return
        context = self._context
        attempts = dict.fromkeys(PastAttempt(*entry) for entry in _noted(note, "attempts"))
        record = DeletionRecord(
            by="forget",
            why="Forgotten",
            at=context.at(),
            objects=tuple(objects.items()),
            attempts=tuple(attempts),
        )
        name = deletion_name(context.settings.output_prefix, record.at[:10], list(objects))
        context.store.create_once(name, record.body())


def _is_done(names: list[str], note: dict[str, object]) -> bool:
    """Return whether a look that came five minutes after the deletion found nothing."""
    has_waited = note.get("next_at") != 0
    return not names and note.get("is_begun") is True and has_waited


def _noted(note: dict[str, object], name: str) -> list[Any]:
    found = note.get(name)
    return list(found) if isinstance(found, list) else []
