"""Delete results that are old enough, and their photos if asked.

A card that is pending keeps all its results. A result also stays if its photo was uploaded again
since: reconcile would take the photo for one that never had a result, and send it. And it stays as
long as a younger run of its photo: they go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from cli.bucket.documents import read_document
from cli.bucket.input_bucket import InputBucket
from cli.bucket.listing import listed_under, pending_of, results_of
from cli.bucket.refusals import ObjectRefused, Refusals
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import ResultName, etag_of, parse_result_name, results_folder
from shared.times import from_rfc3339
from shared.workers import Workers, batches

_AT_ONCE = 100


class ExpiredResult(NamedTuple):
    """A result to delete; `photo` is the key of the photo that goes with it, None if that stays."""

    name: str
    photo: str | None


class Deleted(NamedTuple):
    """What was deleted of an expired result: nothing, its photo, or both."""

    result: bool = False
    photo: bool = False


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
        *,
        photos: bool,
    ) -> None:
        self._context = context
        self._refusals = refusals
        self._workers = workers
        self._fault: StorageFault | None = None
        self._before = before
        self._photos = photos
        self._bucket = InputBucket(context.settings)

    def look(self) -> Iterator[ExpiredResult | Kept]:
        """Yield what happens to each old result."""
        folder = results_folder(self._context.settings.output_prefix)
        listed = listed_under(self._context.store, folder)
        old = (one for one in listed if one.last_modified < self._before)
        for some in batches(old, _AT_ONCE):
            yield from (one for one in self._workers.map(self._judge, some) if one is not None)

    def delete(self, most: int) -> Iterator[Deleted]:
        """Delete up to so many results, each after its photo.

        What COS refuses stays, with its result; `Refusals` counts it.

        Raises:
            StorageFault: COS couldn't be asked. What went before was given.
        """
        old = (one for one in self.look() if isinstance(one, ExpiredResult))
        for some in batches(old, _AT_ONCE):
            left = some[:most]
            most -= len(left)
            yield from self._workers.map(self._delete, left)
            if self._fault is not None:
                raise self._fault
            if most == 0:
                return

    def _delete(self, old: ExpiredResult) -> Deleted:
        photo = old.photo is not None and self._is_deleted(old.photo, self._bucket.delete)
        if old.photo is not None and not photo:
            return Deleted()
        return Deleted(self._is_deleted(old.name, self._context.store.delete), photo)

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
        return None if self._all_old(name, photo) else Kept.YOUNGER_RUN

    def _key(self, name: ResultName, listed: Listed) -> str | None:
        """Return the photo's key. If names have it hashed, the body tells it."""
        if not name.key.startswith("~/"):
            return name.key
        source = read_document(self._context, listed.key).get("source")
        key = source.get("key") if isinstance(source, dict) else None
        return key if isinstance(key, str) else None

    def _all_old(self, name: ResultName, photo: Photo) -> bool:
        """Return whether every result of this photo is old enough to go."""
        prefix, store = self._context.settings.output_prefix, self._context.store
        runs = results_of(store, prefix, name.key, photo.etag)
        return all(run.listed.last_modified < self._before for run in runs)
