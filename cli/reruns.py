"""Another run of a card beside the results it has: which run that is, and when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from cli.card_objects import pending_of, results_of
from shared.documents import object_in
from shared.pipeline import Pipeline
from shared.store import Listed, Source, Store
from shared.store.layout import etag_of, name_of_key, run_of
from shared.times import from_rfc3339


class Wish(NamedTuple):
    """A card that is to run again; where `version` is given, only if that is its last run."""

    key: str
    version: str | None = None


class Rerun(NamedTuple):
    """The run that a card is to have."""

    source: Source
    run: int


class NoRerun(Enum):
    """Why there is none."""

    GONE = "gone"
    OUTSIDE = "outside of INPUT_PREFIX"
    NO_RESULT = "without a result, which is backfill's"
    PENDING = "pending"
    NOT_FAILED = "not failed"
    SUPERSEDED = "not their photograph's last run"
    RERAN = "ran again since"


class _Ran(NamedTuple):
    run: int
    listed: Listed


def plan(pipeline: Pipeline, wish: Wish, began: str, *, failed: bool) -> Rerun | NoRerun:
    """The next run of the photograph that lies there now, if its last run has a result.

    Args:
        pipeline: where to look.
        wish: the card.
        began: a rerun's result from then on (RFC 3339, COS's clock) is of this very wish.
        failed: only where the last result is `failed`.

    Raises:
        StorageFault: COS couldn't be asked.
    """
    source = _source(pipeline, wish)
    if isinstance(source, NoRerun):
        return source
    last = max(_results(pipeline, source), default=None)
    if max(_pending(pipeline, source), default=0) > (last.run if last else 0):
        return NoRerun.PENDING
    if last is None:
        return NoRerun.NO_RESULT
    if wish.version is not None and _other(wish.version, source, last.run):
        return NoRerun.SUPERSEDED
    # Both are whole seconds of COS's clock: within the same one, not paying twice comes first.
    if last.run > 1 and last.listed.last_modified >= from_rfc3339(began):
        return NoRerun.RERAN
    wanted = not failed or is_failed(pipeline, last.listed.key)
    return Rerun(source, last.run + 1) if wanted else NoRerun.NOT_FAILED


def _source(pipeline: Pipeline, wish: Wish) -> Source | NoRerun:
    if not wish.key.startswith(pipeline.settings.input_prefix):
        return NoRerun.OUTSIDE
    return pipeline.store.head_source(wish.key) or NoRerun.GONE


def is_failed(pipeline: Pipeline, name: str) -> bool:
    """Whether a result is `failed`; one that is gone or can't be read isn't known to be."""
    return document_of(pipeline, name).get("outcome") == "failed"


def document_of(pipeline: Pipeline, name: str) -> dict[str, object]:
    """The body of a result; empty where it is gone or can't be read."""
    return object_in(pipeline.store.read(name))


def _results(pipeline: Pipeline, source: Source) -> Iterator[_Ran]:
    for one in results_of(*_of(pipeline, source)):
        if etag_of(one.version) == source.etag:
            yield _Ran(run_of(one.version), one.listed)


def _pending(pipeline: Pipeline, source: Source) -> Iterator[int]:
    for one in pending_of(*_of(pipeline, source)):
        if etag_of(one.version) == source.etag:
            yield run_of(one.version)


def _of(pipeline: Pipeline, source: Source) -> tuple[Store, str, str, str]:
    prefix = pipeline.settings.output_prefix
    return pipeline.store, prefix, name_of_key(source.key), source.etag


def _other(version: str, source: Source, run: int) -> bool:
    return (etag_of(version), run_of(version)) != (source.etag, run)
