"""An upload handed to submit, and what it left."""

from __future__ import annotations

from typing import Any

from shared.pipeline.submit import submit_upload
from tests.support.pipelines import World
from tests.support.schema import validate_pending, validate_result

KEY = "uploads/a.jpg"


def submitted(world: World, key: str = KEY) -> None:
    submit_upload(world.context(), world.gate(), world.created(key))


def only_pending(world: World) -> dict[str, Any]:
    (name,) = world.store.names("pending")
    document = world.store.document(name)
    validate_pending(document)
    return document


def only_result(world: World) -> dict[str, Any]:
    (name,) = world.store.names("results")
    document = world.store.document(name)
    validate_result(document)
    return document
