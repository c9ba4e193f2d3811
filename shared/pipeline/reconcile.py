"""Reconcile: finds what never became pending, because its event was lost.

A daily timer opens a pass; sweeps continue it in the time they have left, card by card, from a
cursor. Uploads from before this deployment, or older than RECONCILE_DAYS, are backfill's alone.
"""

from __future__ import annotations

from enum import Enum
from functools import partial

from shared.errors import CardOcrError
from shared.events import CreatedObject
from shared.pipeline import Pipeline
from shared.pipeline.sender import Sender
from shared.pipeline.settle import Run
from shared.pipeline.state import RECONCILE, drop, load, save, since
from shared.pipeline.submit import submit_upload
from shared.pipeline.workers import batches
from shared.store import Listed, Page
from shared.store.layout import pending_name, result_name
from shared.times import from_rfc3339

_YOUNGEST_SECONDS = 3600
_DAY_SECONDS = 86_400


def open_pass(pipeline: Pipeline) -> None:
    """Have the next sweeps go through all photographs.

    A pass that is open already goes on to its end; what it has gone past, when that was too young,
    is looked at by another one right after.
    """
    cursor = load(pipeline, RECONCILE)
    if "after" not in cursor:
        save(pipeline, RECONCILE, {"after": None})
    elif cursor["after"] is not None:
        save(pipeline, RECONCILE, {**cursor, "again": True})


class _Look(Enum):
    """What came of looking at a photograph."""

    DONE = "it has what it needs, or got it"
    LEFT = "the time is over, or nothing is sent any more"
    FAILED = "COS or CI failed"


def reconcile(run: Run) -> bool:
    """Go on with an open pass until its end, the end of the time, or the end of sending.

    Returns whether no pass is open any more.
    """
    pipeline = run.pipeline
    started = from_rfc3339(since(pipeline))
    cursor = load(pipeline, RECONCILE)
    if "after" not in cursor:
        return True
    after = cursor["after"] if isinstance(cursor["after"], str) else None
    failed, again = cursor.get("failed"), cursor.get("again") is True
    while not run.is_over() and run.sender.is_sending():
        page = pipeline.store.list_sources(pipeline.settings.input_prefix, after)
        look = partial(_look_at, run, page, started)
        for batch in batches(page.objects, run.at_once):
            for listed, came in zip(batch, run.workers.map(look, batch), strict=True):
                if came is _Look.FAILED and listed.key != failed:
                    _keep(pipeline, after, again=again, failed=listed.key)
                    return False  # by the next run, once more
                if came is _Look.LEFT:
                    _keep(pipeline, after, again=again)
                    return False
                after = listed.key
        if page.next is None and not again:
            drop(pipeline, RECONCILE)
            return True
        again = again and page.next is not None
        after = page.next
        _keep(pipeline, after, again=again)
    return False


def _keep(pipeline: Pipeline, after: str | None, *, again: bool, failed: str | None = None) -> None:
    """Write down where the pass goes on."""
    cursor: dict[str, object] = {"after": after}
    if again:
        cursor["again"] = True
    if failed is not None:
        cursor["failed"] = failed
    save(pipeline, RECONCILE, cursor)


def _look_at(run: Run, page: Page, started: float, listed: Listed) -> _Look:
    """Submit a photograph of the right age that has neither a result nor anything pending."""
    if run.is_over() or not run.sender.is_sending():
        return _Look.LEFT
    pipeline = run.pipeline
    if not _is_due(pipeline, listed, page, started):
        return _Look.DONE
    try:
        return _submit_if_missing(pipeline, run.sender, listed)
    except CardOcrError as error:
        key = pipeline.log.key(listed.key)
        pipeline.log.warning("card_left", key=key, problem=str(error))
        return _Look.FAILED
    except Exception as error:  # noqa: BLE001 — one photograph is no reason to stop
        pipeline.log.unexpected(error)
        return _Look.DONE


def _is_due(pipeline: Pipeline, listed: Listed, page: Page, started: float) -> bool:
    """Whether the photograph is of the age that reconcile looks at; a folder marker is none."""
    oldest = max(started, page.at - pipeline.settings.reconcile_days * _DAY_SECONDS)
    is_folder = listed.key.endswith("/") and listed.size == 0
    return not is_folder and oldest <= listed.last_modified <= page.at - _YOUNGEST_SECONDS


def _submit_if_missing(pipeline: Pipeline, sender: Sender, listed: Listed) -> _Look:
    prefix = pipeline.settings.output_prefix
    if pipeline.store.exists(result_name(prefix, listed.key, listed.etag)):
        return _Look.DONE
    if pipeline.store.exists(pending_name(prefix, listed.key, listed.etag, 1)):
        return _Look.DONE
    with sender.turn() as turn:
        if turn is None:
            return _Look.LEFT
        upload = CreatedObject(pipeline.settings.input_bucket, listed.key)
        sent = submit_upload(pipeline, upload, "reconcile", turn)
    if sent is not None:
        key = pipeline.log.key(listed.key)
        pipeline.log.warning("event_lost", key=key, version=listed.etag)
    return _Look.DONE
