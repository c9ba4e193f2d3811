"""Another run of a card beside the results it has: which run that is, and when there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from cli.card_objects import pending_of, results_of
from cli.documents import document_in
from cli.errors import ObjectRefused
from cli.output import printable
from cli.refusals import RefusedBody
from shared.pipeline.context import Context
from shared.store import Listed, Photo, Store
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339


class Wish(NamedTuple):
    """A card that is to run again; if `version` is given, only if that is its last run."""

    key: str
    version: str | None = None


class WantedFailures(NamedTuple):
    """Which failed cards are to run again: those with one of these Codes, or all without any.

    Those with one of `left_out` are not.
    """

    codes: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


class Rerun(NamedTuple):
    """The run that a card is to have; where only failed ones are, the Code of its last result."""

    photo: Photo
    run: int
    code: str | None = None


class LeftOut(NamedTuple):
    """A card that failed with a Code that would come again."""

    code: str


class NoRerun(Enum):
    """Why there is none."""

    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    NO_RESULT = "without a result, which is backfill's"
    PENDING = "pending"
    NOT_FAILED = "not failed"
    OTHER_CODE = "with another Code"
    SUPERSEDED = "not their photo's last run"
    RERAN = "ran again since"
    REFUSED = "that COS refuses to show"


class _Ran(NamedTuple):
    run: int
    listed: Listed


def plan(  # noqa: PLR0911 — one reason each
    context: Context, wish: Wish, began: str, failures: WantedFailures | None
) -> Rerun | NoRerun | LeftOut:
    """The next run of the photo that lies there now, if its last run has a result.

    Args:
        context: where to look.
        wish: the card.
        began: a rerun's result from then on (RFC 3339, COS's clock) is of this very wish.
        failures: only if the last result is `failed` so.

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
    if failures is None:
        return Rerun(photo, last.run + 1)
    code = _failed_with(context, last.listed.key)
    if isinstance(code, NoRerun):
        return code
    if failures.codes and code not in failures.codes:
        return NoRerun.OTHER_CODE
    return LeftOut(code) if code in failures.left_out else Rerun(photo, last.run + 1, code)


def _photo(context: Context, wish: Wish) -> Photo | NoRerun:
    if not wish.key.startswith(context.settings.input_prefix):
        return NoRerun.OUTSIDE
    try:
        return context.store.head_photo(wish.key) or NoRerun.GONE
    except ObjectRefused:
        return NoRerun.REFUSED


def _failed_with(context: Context, name: str) -> str | NoRerun:
    """The Code of a result that is `failed`; one that is gone or unreadable isn't known to be."""
    body = context.store.read(name)
    if isinstance(body, RefusedBody):
        return NoRerun.REFUSED
    document = document_in(body) or {}
    error = document.get("error")
    if document.get("outcome") != "failed":
        return NoRerun.NOT_FAILED
    return printable(str(error.get("code"))) if isinstance(error, Mapping) else "without a Code"


def document_of(context: Context, name: str) -> dict[str, object]:
    """The body of a result; empty if it is gone or can't be read."""
    return document_in(context.store.read(name)) or {}


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
