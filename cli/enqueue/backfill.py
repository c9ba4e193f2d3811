"""Put photos in line that have neither a result nor a pending object.

They are gone through twice: to count them, before anybody is asked, and to put them in line. Both
times listings say what is there. What a listing doesn't show yet does no harm, since a claim is
create-once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum

from cli.bucket.listing import Content, with_pending, with_results
from cli.bucket.refusals import ObjectRefused
from cli.enqueue.card import Enqueued, enqueue
from cli.enqueue.cursor import Cursor, CursorPlace
from cli.enqueue.flow import EnqueuePlan
from cli.enqueue.photos import PhotoBatch, PhotoChoice
from cli.terminal.output import counted
from cli.terminal.progress import Advance
from shared.card import CardType
from shared.pipeline.attempt import NOT_AN_IMAGE, rejection
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import name_of_key
from shared.workers import Workers, batches


class PhotoStatus(Enum):
    """The state of a photo, over all its runs, as audit counts it."""

    MISSING = "without a result"
    UNUSABLE = "unusable"
    DONE = "with a result"
    PENDING = "pending"
    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    ARCHIVED = "archived"
    REFUSED = "that COS refuses to show"


_WANTED = frozenset({PhotoStatus.MISSING, PhotoStatus.UNUSABLE})
_ARCHIVING = {"ARCHIVE", "DEEP_ARCHIVE"}
_Counts = Counter[PhotoStatus]


class BackfillCards:
    """The chosen photos, as a `CardChoice`; at most `limit` of them are put in line."""

    def __init__(
        self,
        context: Context,
        photos: PhotoChoice,
        workers: Workers,
        card_type: CardType | None,
        limit: int | None,
    ) -> None:
        self._context = context
        self._photos = photos
        self._workers = workers
        self._card_type = card_type
        self._limit = limit

    def plan(self, place: CursorPlace, advance: Advance) -> EnqueuePlan:
        """Count the photos by status, until the limit is found; see `CardChoice`."""
        counts = self._count(place, advance)
        stand = ", ".join(f"{counts[one]:,} {one.value}" for one in PhotoStatus if counts[one])
        lines = [f"{counted(counts.total(), 'photo')}: {stand or 'none'}."]
        if counts[PhotoStatus.UNUSABLE]:
            lines.append("What is unusable makes no job: sweep gives it the result `rejected`.")
        if counts[PhotoStatus.ARCHIVED]:
            lines.append("What is archived makes no job: restored, it is sent with --keys.")
        document = {"photos": {one.name.lower(): counts[one] for one in PhotoStatus}}
        return EnqueuePlan(_in_line(counts), counts[PhotoStatus.MISSING], lines, document)

    def _count(self, place: CursorPlace, advance: Advance) -> _Counts:
        counts = _Counts()
        for batch in self._photos.batches(place.after):
            for status in self._statuses(batch):
                counts[status] += 1
                if self._limit is not None and _in_line(counts) >= self._limit:
                    return counts
            counts[PhotoStatus.GONE] += batch.gone
            counts[PhotoStatus.OUTSIDE] += batch.outside
            counts[PhotoStatus.REFUSED] += batch.refused
            advance(len(batch.photos))
        return counts

    def enqueue(
        self, place: CursorPlace, most: int, cursor: Cursor, advance: Advance
    ) -> Iterator[Enqueued | None]:
        """Put them in line; see `CardChoice`."""
        left = most
        for batch in self._photos.batches(place.after):
            statuses = zip(batch.photos, self._statuses(batch), strict=True)
            missing = [photo for photo, found in statuses if found in _WANTED]
            for some in batches(missing[:left], self._workers.count):
                yield from self._workers.map(self._enqueue, some)
                advance(len(some))
            if len(missing) > left:
                return  # the rest of this batch is for the next run
            left -= len(missing)
            if batch.after is None:
                break
            place = place._replace(after=batch.after)
            cursor.keep(place)
        cursor.forget()

    def _statuses(self, batch: PhotoBatch) -> list[PhotoStatus]:
        """Return the status of each photo of a batch."""
        prefix, store = self._context.settings.output_prefix, self._context.store
        contents = {one: Content(name_of_key(one.key), one.etag) for one in batch.photos}
        done = with_results(store, prefix, contents.values())
        pending = with_pending(store, prefix, contents.values())

        def status(one: Listed) -> PhotoStatus:
            if contents[one] in done:
                return PhotoStatus.DONE
            if contents[one] in pending:
                return PhotoStatus.PENDING
            return self._usable(one)

        return self._workers.map(status, batch.photos)

    def _usable(self, listed: Listed) -> PhotoStatus:
        """Return whether it can be a photo of a card, as far as that costs little to see.

        A listing shows size and key. Only if the extension says that it isn't an image, a HEAD
        asks for its Content-Type, which counts more.
        """
        if listed.storage_class in _ARCHIVING:
            return PhotoStatus.ARCHIVED
        settings = self._context.settings
        only_listed = Photo(listed.key, listed.etag, listed.size, None, "", None)
        reason = rejection(settings, only_listed)
        if reason is not None and reason.code == NOT_AN_IMAGE:
            try:
                photo = self._context.store.head_photo(listed.key)
            except ObjectRefused:
                return PhotoStatus.REFUSED
            if photo is None:
                return PhotoStatus.GONE
            reason = rejection(settings, photo)
        return PhotoStatus.MISSING if reason is None else PhotoStatus.UNUSABLE

    def _enqueue(self, listed: Listed) -> Enqueued | None:
        try:
            photo = self._context.store.head_photo(listed.key)
        except ObjectRefused:
            return None
        if photo is None:
            return None
        return enqueue(self._context, photo, card_type=self._card_type)


def _in_line(counts: _Counts) -> int:
    """Return how many of them are to be put in line."""
    return sum(counts[status] for status in _WANTED)
