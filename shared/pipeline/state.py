"""The few objects that sweep and operators keep for themselves, below `P state/`.

`P` is OUTPUT_PREFIX.

since.json             {"since"}      earlier uploads are left to `card-ocr backfill`
canary.json            {"run"}        created twice: shows that create-once has an effect here
cursor.json            {"after"}      the name after which the next sweep goes on
                       {"send_after"} if the circuit opened: it first sends the cards after this
reconcile.json         {"after"}      the key after which a pass goes on; absent if none is open
                       {"again"}      another pass must follow it
                       {"failed"}     the photo that failed last; the next run tries it once more
budget.json            {"date", "jobs", "until"}  how far the day's jobs are counted
status.json            what the last sweep saw
holds/…                {"at", "by", "why"}  while one is there, no job is sent; see gate
forget/<sha256>.json   how far `card-ocr forget` is with a key
purge/<sha256>.json    what `card-ocr purge` is deleting, until it is recorded
seal.json              how far `card-ocr seal` is
"""

from __future__ import annotations

import json

from shared.documents import encode, object_in
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.store.layout import pending_folder, results_folder
from shared.times import is_rfc3339, rfc3339

SINCE, CANARY, CURSOR, RECONCILE, STATUS, BUDGET = (
    f"{name}.json" for name in ("since", "canary", "cursor", "reconcile", "status", "budget")
)


def load(context: Context, name: str) -> dict[str, object]:
    """Return a state object; an empty one if it is absent, archived, or can't be read.

    One that holds a lone surrogate counts as unreadable, since it can't be written again.
    """
    try:
        document = object_in(context.store.read(_path(context, name)))
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        context.log.warning("unreadable_state", problem="it holds a lone surrogate")
        return {}
    except StorageFault as fault:
        if not fault.is_of_one_object:
            raise
        context.log.warning("unreadable_state", problem=str(fault))
        return {}
    return document


def save(context: Context, name: str, document: dict[str, object]) -> None:
    """Write a state object."""
    context.store.replace(_path(context, name), encode(document))


def drop(context: Context, name: str) -> None:
    """Delete a state object."""
    context.store.delete(_path(context, name))


def creates_once(context: Context) -> bool:
    """Return whether create-once has an effect. It has none under versioning, even suspended.

    Create two different bodies under one name: COS must refuse the second.
    """
    for _ in range(2):
        body = encode({"run": context.new_owner()})
        created = context.store.create_once(_path(context, CANARY), body)
        if created is not None and created.versioned:
            return False
    return created is None


def since(context: Context) -> str:
    """Return when this deployment began, RFC 3339: set by the deployment, else by the first sweep.

    If the object can't be read, its Last-Modified counts. If it is lost, the deployment begins
    now, and the functions leave earlier uploads alone.
    """
    found = load(context, SINCE).get("since")
    if is_rfc3339(found):
        return str(found)
    path = _path(context, SINCE)
    page = context.store.list_objects(path, None)
    there = next((listed for listed in page.objects if listed.key == path), None)
    if there is not None:
        context.log.error("unreadable_since", problem="state/since.json holds no time")
        return rfc3339(there.last_modified)
    at = rfc3339(page.at)
    created = context.store.create_once(path, encode({"since": at}))
    if created is not None and _has_cards(context):
        problem = "only `card-ocr backfill` takes uploads from before now"
        context.log.error("lost_since", problem=problem)
    return at


def _has_cards(context: Context) -> bool:
    """Return whether anything is pending or has a result: a first deployment has neither."""
    prefix, store = context.settings.output_prefix, context.store
    folders = (pending_folder(prefix), results_folder(prefix))
    return any(store.list_objects(folder, None).objects for folder in folders)


def _path(context: Context, name: str) -> str:
    return f"{context.settings.output_prefix}state/{name}"
