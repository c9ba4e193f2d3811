"""The few objects that sweep and operators keep for themselves, below `P state/`.

since.json             {"since"}      uploads before it are backfill's alone
canary.json            {"run"}        created twice: shows that create-once works here
cursor.json            {"after"}      where the next sweep goes on
reconcile.json         {"after"}      where an open reconcile pass goes on; absent without one
                       {"again"}      another one is to follow it
sent/<date>.json       {"sent"}       jobs that sweep sent in that UTC day
status.json            what the last sweep saw
paused.json            {"at", "by", "why"}  while it is there, sweep sends nothing
"""

from __future__ import annotations

from shared.documents import encode, object_in
from shared.pipeline import Pipeline
from shared.times import is_rfc3339, rfc3339

SINCE, CANARY, CURSOR, RECONCILE, STATUS, PAUSED = (
    f"{name}.json" for name in ("since", "canary", "cursor", "reconcile", "status", "paused")
)


def sent_on(day: str) -> str:
    """The name of the count of a day, `2026-01-31`."""
    return f"sent/{day}.json"


def load(pipeline: Pipeline, name: str) -> dict[str, object]:
    """A state object; an empty one where it is absent or can't be read."""
    return object_in(pipeline.store.read(_path(pipeline, name)))


def is_there(pipeline: Pipeline, name: str) -> bool:
    """Whether a state object is there, whatever it holds."""
    return pipeline.store.read(_path(pipeline, name)) is not None


def save(pipeline: Pipeline, name: str, document: dict[str, object]) -> None:
    """Write a state object."""
    pipeline.store.replace(_path(pipeline, name), encode(document))


def drop(pipeline: Pipeline, name: str) -> None:
    """Delete a state object."""
    pipeline.store.delete(_path(pipeline, name))


def creates_once(pipeline: Pipeline) -> bool:
    """Whether create-once holds in the output bucket: it has no effect where versioning ever was.

    Two bodies that differ are created under one name; the second must be refused.
    """
    for _ in range(2):
        body = encode({"run": pipeline.new_owner()})
        created = pipeline.store.create_once(_path(pipeline, CANARY), body)
        if created is not None and created.versioned:
            return False
    return created is None


def since(pipeline: Pipeline) -> str:
    """When this deployment began, RFC 3339: set by the deployment, else by the first sweep.

    Where the object can't be read, it begins now: what came before is left alone.
    """
    found = load(pipeline, SINCE).get("since")
    if is_rfc3339(found):
        return str(found)
    at = rfc3339(pipeline.store.list_objects(_path(pipeline, SINCE), None).at)
    if pipeline.store.create_once(_path(pipeline, SINCE), encode({"since": at})) is None:
        found = load(pipeline, SINCE).get("since")
        pipeline.log.error("unreadable_since", problem="state/since.json holds no time")
    return str(found) if is_rfc3339(found) else at


def _path(pipeline: Pipeline, name: str) -> str:
    return f"{pipeline.settings.output_prefix}state/{name}"
