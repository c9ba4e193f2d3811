"""Reconcile: finds what never became pending, because its event was lost.

A daily timer opens a pass; sweeps continue it in the time they have left, photo by photo, from a
cursor. Uploads from before this deployment, or older than RECONCILE_DAYS, are left to `card-ocr
backfill`. A closed gate doesn't stop reconcile: it claims the photos, and their cards wait. It only
claims if create-once has an effect.
"""

from __future__ import annotations

from enum import Enum
from functools import partial

from shared.errors import CardOcrError
from shared.pipeline.context import Context
from shared.pipeline.perform import Performer, head_photo
from shared.pipeline.scan import Run
from shared.pipeline.state import RECONCILE, drop, load, save, since
from shared.store import Listed, Page
from shared.store.layout import is_folder, pending_name, result_name
from shared.times import from_rfc3339
from shared.workers import batches

YOUNGEST_SECONDS = 3600
_DAY_SECONDS = 86_400
_LEAST_SECONDS = 129_600  # from one daily pass to the next, and time for a pass that takes long


def open_pass(context: Context) -> None:
    """Open a pass, in which the next sweeps go through all photos.

    If a pass is open already, it goes on to its end. Another pass then follows, for photos that
    were too young when the first one looked at them.
    """
    cursor = load(context, RECONCILE)
    if "after" not in cursor:
        save(context, RECONCILE, {"after": None})
    elif cursor["after"] is not None:
        save(context, RECONCILE, {**cursor, "again": True})


class _Look(Enum):
    """How a look at a photo ended."""

    DONE = "nothing more to do for the photo"
    LEFT = "the time is over"
    FAILED = "COS or CI failed"


def reconcile(run: Run, performer: Performer) -> bool:
    """Go on with an open pass. Return whether there is nothing more to do in this run."""
    context = run.context
    started = from_rfc3339(since(context))
    cursor = load(context, RECONCILE)
    if "after" not in cursor or not run.gate.creates_once:
        return True
    after = cursor["after"] if isinstance(cursor["after"], str) else None
    failed, again = cursor.get("failed"), cursor.get("again") is True
    while not run.is_over():
        page = context.store.list_photos(context.settings.input_prefix, after)
        look = partial(_look_at, run, performer, page, started)
        for batch in batches(page.objects, run.cards_at_once):
            for listed, came in zip(batch, run.workers.map(look, batch), strict=True):
                if came is _Look.FAILED and listed.key != failed:
                    _save_cursor(context, after, again=again, failed=listed.key)
                    return False  # the next run tries it once more
                if came is _Look.LEFT:
                    _save_cursor(context, after, again=again)
                    return False
                after = listed.key
        if page.next is None and not again:
            drop(context, RECONCILE)
            return True
        again = again and page.next is not None
        after = page.next
        _save_cursor(context, after, again=again)
    return False


def _save_cursor(
    context: Context, after: str | None, *, again: bool, failed: str | None = None
) -> None:
    """Write down where the pass goes on."""
    cursor: dict[str, object] = {"after": after}
    if again:
        cursor["again"] = True
    if failed is not None:
        cursor["failed"] = failed
    save(context, RECONCILE, cursor)


def _look_at(run: Run, performer: Performer, page: Page, started: float, listed: Listed) -> _Look:
    """Submit a photo of the right age that has neither a result nor anything pending."""
    if run.is_over():
        return _Look.LEFT
    context = run.context
    if not _is_due(context, listed, page, started):
        return _Look.DONE
    try:
        _submit_if_missing(context, performer, listed)
    except CardOcrError as error:
        key = context.log.key(listed.key)
        context.log.warning("card_left", key=key, problem=str(error))
        return _Look.FAILED
    except Exception as error:  # noqa: BLE001 — one photo is no reason to stop
        context.log.unexpected(error)
    return _Look.DONE


def _is_due(context: Context, listed: Listed, page: Page, started: float) -> bool:
    """Return whether the photo has the age that reconcile looks at, and is no folder marker."""
    reach = max(context.settings.reconcile_days * _DAY_SECONDS, _LEAST_SECONDS)
    oldest = max(started, page.at - reach)
    return (
        not is_folder(listed.key, listed.size)
        and oldest <= listed.last_modified <= page.at - YOUNGEST_SECONDS
    )


def _submit_if_missing(context: Context, performer: Performer, listed: Listed) -> None:
    prefix = context.settings.output_prefix
    if context.store.exists(result_name(prefix, listed.key, listed.etag)):
        return
    if context.store.exists(pending_name(prefix, listed.key, listed.etag, 1)):
        return
    photo = head_photo(context, listed.key)
    if photo is None or photo.etag != listed.etag:
        return  # it was replaced a moment ago, and the new version has its own event
    if performer.begin(photo, "reconcile") is not None:
        key = context.log.key(listed.key)
        context.log.warning("event_lost", key=key, version=photo.etag)
