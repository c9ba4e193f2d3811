"""The photos that have neither a result nor anything pending, and how they get in line.

It is gone through twice: to count, before anybody is asked, and to put in line. Both times listings
say what is there; a claim is create-once, so what they don't show yet does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import Enum

from cli.card_objects import Content, with_pending, with_results
from cli.cursor import Cursor, CursorPlace
from cli.enqueue import Enqueued, enqueue
from cli.errors import ObjectRefused
from cli.lining_up import EnqueuePlan
from cli.output import counted
from cli.photos import Batch, PhotoChoice
from cli.progress import Advance
from shared.card import CardType
from shared.pipeline.attempt import NOT_AN_IMAGE, rejection
from shared.pipeline.context import Context
from shared.store import Listed, Photo
from shared.store.layout import name_of_key
from shared.workers import Workers, batches


class Standing(Enum):
    """How a photo stands: with whichever run of it, as audit counts them."""

    MISSING = "without a result"
    UNUSABLE = "unusable"
    DONE = "with a result"
    PENDING = "pending"
    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    ARCHIVED = "archived"
    REFUSED = "that COS refuses to show"


_WANTED = frozenset({Standing.MISSING, Standing.UNUSABLE})
_ARCHIVING = {"ARCHIVE", "DEEP_ARCHIVE"}
_Counts = Counter[Standing]


class Backlog:
    """A choice of photos as `Cards`; at most `limit` of them are to be put in line."""

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

    def look(self, place: CursorPlace, heard: Advance) -> EnqueuePlan:
        """How many photos stand how, until the limit is found; see `Cards`."""
        counts = self._count(place, heard)
        stand = ", ".join(f"{counts[one]:,} {one.value}" for one in Standing if counts[one])
        lines = [f"{counted(counts.total(), 'photo')}: {stand or 'none'}."]
        if counts[Standing.UNUSABLE]:
            lines.append("What is unusable makes no job: sweep gives it the result `rejected`.")
        if counts[Standing.ARCHIVED]:
            lines.append("What is archived makes no job: restored, it is sent with --keys.")
        document = {"photos": {one.name.lower(): counts[one] for one in Standing}}
        return EnqueuePlan(_in_line(counts), counts[Standing.MISSING], lines, document)

    def _count(self, place: CursorPlace, heard: Advance) -> _Counts:
        counts = _Counts()
        for batch in self._photos.batches(place.after):
            for standing in self._standings(batch):
                counts[standing] += 1
                if self._limit is not None and _in_line(counts) >= self._limit:
                    return counts
            counts[Standing.GONE] += batch.gone
            counts[Standing.OUTSIDE] += batch.outside
            counts[Standing.REFUSED] += batch.refused
            heard(len(batch.photos))
        return counts

    def put_in_line(
        self, place: CursorPlace, most: int, cursor: Cursor, heard: Advance
    ) -> Iterator[Enqueued | None]:
        """See `Cards`."""
        left = most
        for batch in self._photos.batches(place.after):
            standings = zip(batch.photos, self._standings(batch), strict=True)
            missing = [photo for photo, found in standings if found in _WANTED]
            for some in batches(missing[:left], self._workers.count):
                yield from self._workers.map(self._enqueue, some)
                heard(len(some))
            if len(missing) > left:
                return  # the rest of this batch is for the next run
            left -= len(missing)
            if batch.after is None:
                break
            place = place._replace(after=batch.after)
            cursor.keep(place)
        cursor.forget()

    def _standings(self, batch: Batch) -> list[Standing]:
        """How each photo of a batch stands."""
        prefix, store = self._context.settings.output_prefix, self._context.store
        contents = {one: Content(name_of_key(one.key), one.etag) for one in batch.photos}
        done = with_results(store, prefix, contents.values())
        pending = with_pending(store, prefix, contents.values())

        def standing(one: Listed) -> Standing:
            if contents[one] in done:
                return Standing.DONE
            if contents[one] in pending:
                return Standing.PENDING
            return self._usable(one)

        return self._workers.map(standing, batch.photos)

    def _usable(self, listed: Listed) -> Standing:
        """Whether it can be a photo of a card, as far as that is to be seen cheaply.

        A listing shows size and key. Only an extension that says it is none makes its Content-Type
        worth a HEAD, which can speak for it.
        """
        if listed.storage_class in _ARCHIVING:
            return Standing.ARCHIVED
        settings = self._context.settings
        listed_alone = Photo(listed.key, listed.etag, listed.size, None, "", None)
        reason = rejection(settings, listed_alone)
        if reason is not None and reason.code == NOT_AN_IMAGE:
            try:
                photo = self._context.store.head_photo(listed.key)
            except ObjectRefused:
                return Standing.REFUSED
            if photo is None:
                return Standing.GONE
            reason = rejection(settings, photo)
        return Standing.MISSING if reason is None else Standing.UNUSABLE

    def _enqueue(self, listed: Listed) -> Enqueued | None:
        try:
            photo = self._context.store.head_photo(listed.key)
        except ObjectRefused:
            return None
        if photo is None:
            return None
        return enqueue(self._context, photo, card_type=self._card_type)


def _in_line(counts: _Counts) -> int:
    """How many of them are to be put in line."""
    return sum(counts[standing] for standing in _WANTED)
