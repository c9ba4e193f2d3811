"""Another run of a card beside the results it has: which run that is, and when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from cli.card_objects import pending_of, results_of
from cli.errors import ObjectRefused
from cli.refusals import RefusedBody
from shared.documents import object_in
from shared.pipeline.context import Context
from shared.store import Listed, Photo, Store
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339


class Wish(NamedTuple):
    """A card that is to run again; where `version` is given, only if that is its last run."""

    key: str
    version: str | None = None


class Rerun(NamedTuple):
    """The run that a card is to have."""

    photo: Photo
    run: int


class NoRerun(Enum):
    """Why there is none."""

    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    NO_RESULT = "without a result, which is backfill's"
    PENDING = "pending"
    NOT_FAILED = "not failed"
    SUPERSEDED = "not their photo's last run"
    RERAN = "ran again since"
    REFUSED = "that COS refuses to show"


class _Ran(NamedTuple):
    run: int
    listed: Listed


def plan(context: Context, wish: Wish, began: str, *, failed: bool) -> Rerun | NoRerun:
    """The next run of the photo that lies there now, if its last run has a result.

    Args:
        context: where to look.
        wish: the card.
        began: a rerun's result from then on (RFC 3339, COS's clock) is of this very wish.
        failed: only where the last result is `failed`.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    photo = _photo(context, wish)
    if isinstance(photo, NoRerun):
        return photo
    last = max(_results(context, photo), default=None)
    if max(_pending(context, photo), default=0) > (last.run if last else 0):
        return NoRerun.PENDING
    if last is None:
        return NoRerun.NO_RESULT
    if wish.version is not None and _other(wish.version, photo, last.run):
        return NoRerun.SUPERSEDED
    # Both are whole seconds of COS's clock: within the same one, not paying twice comes first.
    if last.run > 1 and last.listed.last_modified >= from_rfc3339(began):
        return NoRerun.RERAN
    unwanted = _unwanted(context, last.listed.key) if failed else None
    return unwanted or Rerun(photo, last.run + 1)


def _photo(context: Context, wish: Wish) -> Photo | NoRerun:
    if not wish.key.startswith(context.settings.input_prefix):
        return NoRerun.OUTSIDE
    try:
        return context.store.head_photo(wish.key) or NoRerun.GONE
    except ObjectRefused:
        return NoRerun.REFUSED


def _unwanted(context: Context, name: str) -> NoRerun | None:
    """Why a result isn't `failed`; one that is gone or can't be read isn't known to be."""
    body = context.store.read(name)
    if isinstance(body, RefusedBody):
        return NoRerun.REFUSED
    return None if object_in(body).get("outcome") == "failed" else NoRerun.NOT_FAILED


def document_of(context: Context, name: str) -> dict[str, object]:
    """The body of a result; empty where it is gone or can't be read."""
    return object_in(context.store.read(name))


def _results(context: Context, photo: Photo) -> Iterator[_Ran]:
    for one in results_of(*_of(context, photo)):
        if etag_of(one.version) == photo.etag:
            yield _Ran(run_of(one.version), one.listed)


def _pending(context: Context, photo: Photo) -> Iterator[int]:
    for one in pending_of(*_of(context, photo)):
        if etag_of(one.version) == photo.etag:
            yield run_of(one.version)


def _of(context: Context, photo: Photo) -> tuple[Store, str, str, str]:
    prefix = context.settings.output_prefix
    return context.store, prefix, name_of_key(photo.key), photo.etag


def _other(version: str, photo: Photo, run: int) -> bool:
    return (etag_of(version), run_of(version)) != (photo.etag, run)
