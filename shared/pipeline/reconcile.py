"""Reconcile: finds what never became pending, because its event was lost.

A daily timer opens a pass; sweeps continue it in the time they have left, card by card, from a
cursor. Uploads from before this deployment, or older than RECONCILE_DAYS, are backfill's alone.
"""

from __future__ import annotations

from shared.errors import CardOcrError
from shared.events import CreatedObject
from shared.pipeline import Pipeline
from shared.pipeline.sender import Sender
from shared.pipeline.state import RECONCILE, drop, load, save, since
from shared.pipeline.submit import submit_upload
from shared.store import Listed, Page
from shared.store.layout import pending_name, result_name
from shared.times import from_rfc3339

_YOUNGEST_SECONDS = 3600
_DAY_SECONDS = 86_400


def open_pass(pipeline: Pipeline) -> None:
    """Have the next sweeps go through all photographs, unless a pass is open already."""
    if "after" not in load(pipeline, RECONCILE):
        save(pipeline, RECONCILE, {"after": None})


def reconcile(pipeline: Pipeline, sender: Sender, until: float) -> bool:
    """Go on with an open pass until its end, the end of the time, or the end of sending.

    Returns whether no pass is open any more.
    """
    started = from_rfc3339(since(pipeline))
    cursor = load(pipeline, RECONCILE)
    if "after" not in cursor:
        return True
    after = cursor["after"] if isinstance(cursor["after"], str) else None
    failed = cursor.get("failed")
    while pipeline.now() < until and sender.is_sending():
        page = pipeline.store.list_sources(pipeline.settings.input_prefix, after)
        for listed in page.objects:
            looked_at = not _is_due(pipeline, listed, page, started) or _submit_if_missing(
                pipeline, sender, listed
            )
            if not sender.is_sending():
                break  # this one is looked at again
            if not looked_at and listed.key != failed:
                save(pipeline, RECONCILE, {"after": after, "failed": listed.key})
                return False  # by the next run, once more
            after = listed.key
            if pipeline.now() >= until:
                break
        else:
            if page.next is None:
                drop(pipeline, RECONCILE)
                return True
            after = page.next
        save(pipeline, RECONCILE, {"after": after})
    return False


def _is_due(pipeline: Pipeline, listed: Listed, page: Page, started: float) -> bool:
    """Whether the photograph is of the age that reconcile looks at; a folder marker is none."""
    oldest = max(started, page.at - pipeline.settings.reconcile_days * _DAY_SECONDS)
    is_folder = listed.key.endswith("/") and listed.size == 0
    return not is_folder and oldest <= listed.last_modified <= page.at - _YOUNGEST_SECONDS


def _submit_if_missing(pipeline: Pipeline, sender: Sender, listed: Listed) -> bool:
    """Whether the photograph was looked at; COS may have failed."""
    prefix = pipeline.settings.output_prefix
    key = pipeline.log.key(listed.key)
    try:
        if pipeline.store.exists(result_name(prefix, listed.key, listed.etag)):
            return True
        if pipeline.store.exists(pending_name(prefix, listed.key, listed.etag, 1)):
            return True
        if sender.may_send():
            upload = CreatedObject(pipeline.settings.input_bucket, listed.key)
            sent = submit_upload(pipeline, upload, "reconcile")
            if sent is not None:
                pipeline.log.warning("event_lost", key=key, version=listed.etag)
                sender.heed(sent)
    except CardOcrError as error:
        pipeline.log.warning("card_left", key=key, problem=str(error))
        return False
    except Exception as error:  # noqa: BLE001 — one photograph is no reason to stop
        pipeline.log.unexpected(error)
    return True
