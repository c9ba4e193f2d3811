"""A pending object that isn't as we wrote it is none: one such object must not stop a sweep."""

from __future__ import annotations

import json
from typing import Any

from shared.documents import read_attempt
from tests.support.sweeps import SweptWorld, refusal


def written(**changes: Any) -> bytes:
    world = SweptWorld()
    name = world.pend("waiting", error=refusal("SlowDown", "capacity"))
    document = json.loads(world.store.objects[name])
    return json.dumps(document | changes).encode()


def test_what_was_written_is_read() -> None:
    body = written()
    pending = read_attempt(body)
    assert pending is not None
    assert pending.body() == body


def test_a_pending_object_whose_key_is_no_text_costs_no_other_card() -> None:
    world = SweptWorld()
    broken = world.pend("waiting")
    world.pend("waiting", key="uploads/b.jpg")
    document = json.loads(written())
    document["source"]["key"] = "\ud800"
    world.store.objects[broken] = json.dumps(document).encode()
    world.pass_time(3600)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == ["uploads/b.jpg"]
