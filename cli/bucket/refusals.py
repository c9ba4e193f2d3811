"""If COS refuses one object, a command leaves out only that object.

It may be archived, encrypted with a key of the uploader's, or closed by a policy. Only the request
shows it, and not the storage class, since a restored object keeps its class. A fault of the keys,
the bucket or the network isn't a refusal of one object: it ends the command.
"""

from __future__ import annotations

import re
from threading import Lock

from cli.connect.faults import CONCERN_ALL
from cli.terminal.masking import Masking
from cli.terminal.output import counted, printable, say
from shared.cloud import connect
from shared.errors import ARCHIVED, StorageFault
from shared.pipeline.context import Context
from shared.store import Photo, Store
from shared.store.cos import CosStore
from shared.store.layout import parse_pending_name, parse_result_name, parse_review_name

_SHOWN = 10


class RefusedBody(bytes):
    """An empty body in the place of one that COS refuses; `code` says why."""

    code: str


class Refusals:
    """What COS refused to this call, counted; the first are remembered by name."""

    def __init__(self, context: Context) -> None:
        self._prefix = context.settings.output_prefix
        self._lock = Lock()
        self._seen: set[int] = set()  # digests: names of a whole bucket would not fit
        self._first: list[str] = []
        self._codes: set[str] = set()

    def __len__(self) -> int:
        """Return how many objects COS refused."""
        return len(self._seen)

    def note(self, name: str, fault: StorageFault) -> RefusedBody:
        """Note a refused object by its name, or a photo by its key.

        Raises:
            StorageFault: the fault itself, if it concerns more than the object.
        """
        if _concerns_all(fault.code):
            raise fault
        with self._lock:
            is_new = hash(name) not in self._seen
            self._seen.add(hash(name))
            self._codes.add(fault.code)
            if is_new and len(self._first) < _SHOWN:
                self._first.append(name)
        body = RefusedBody()
        body.code = fault.code
        return body

    def say(self, masking: Masking) -> bool:
        """Name on standard error the objects that were left out. Return whether there were any."""
        if not self:
            return False
        names = ", ".join(printable(self._shown(name, masking)) for name in sorted(self._first))
        more = f" and {len(self) - len(self._first):,} more" if len(self) > _SHOWN else ""
        advice = "; restore what is archived to read it" if ARCHIVED in self._codes else ""
        refused = f"COS refuses {counted(len(self), 'object')} ({', '.join(sorted(self._codes))})"
        say(f"{refused}, left out: {names}{more}{advice}")
        return True

    def _shown(self, name: str, masking: Masking) -> str:
        parsers = (parse_result_name, parse_review_name, parse_pending_name)
        found = next((one for parse in parsers if (one := parse(self._prefix, name))), None)
        return masking.key(name) if found is None else masking.name(name, found.key)


class ReadingStore(CosStore):
    """The store of a command that reads many objects of cards."""

    def __init__(self, context: Context, refusals: Refusals) -> None:
        super().__init__(connect(context.settings), context.settings)
        self._state = f"{context.settings.output_prefix}state/"
        self._refusals = refusals

    def read(self, name: str) -> bytes | None:
        """Read an object of ours; a `RefusedBody` if COS refuses it and it belongs to a card."""
        try:
            return super().read(name)
        except StorageFault as fault:
            if name.startswith(self._state):
                raise
            return self._refusals.note(name, fault)

    def head_photo(self, key: str) -> Photo | None:
        """HEAD the photo; see `Store`.

        Raises:
            ObjectRefused: COS refuses this one.
        """
        try:
            return super().head_photo(key)
        except StorageFault as fault:
            self._refusals.note(key, fault)
            raise ObjectRefused("HEAD of a photo", fault.code) from None


def reading(context: Context) -> tuple[Context, Refusals]:
    """Return a context whose store goes on after a refusal, and the refusals."""
    refusals = Refusals(context)
    return context._replace(store=ReadingStore(context, refusals)), refusals


def etag_there(store: Store, key: str) -> str | None:
    """Return the ETag of the photo at a key; if COS refuses to show it, a listing has it.

    Return None if there is none.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    try:
        photo = store.head_photo(key)
    except ObjectRefused:
        listed = store.list_photos(key, None).objects  # the key itself comes before longer ones
        return listed[0].etag if listed and listed[0].key == key else None
    return photo.etag if photo else None


def _concerns_all(code: str) -> bool:
    return code in CONCERN_ALL or re.fullmatch("HTTP[35]..|HTTP429", code) is not None


class ObjectRefused(StorageFault):
    """COS refuses the HEAD of one photo, which may well be there."""
