"""Our own notes may vanish: each state object archived, deleted, denied, empty or garbage."""

from __future__ import annotations

import json
from itertools import product

import pytest

from shared.errors import StorageFault
from shared.pipeline.reconcile import open_pass
from shared.pipeline.state import BUDGET, CANARY, CURSOR, RECONCILE, SINCE, STATUS, since
from shared.times import rfc3339
from tests.support.claims import LoggedWorld
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import HOUR, KEY, SweptWorld

NAMES = (SINCE, CANARY, CURSOR, RECONCILE, STATUS, BUDGET)
BODIES = {
    "empty": b"",
    "garbage": b"\xff\xfe{",
    "an array": b"[]",
    "deep": b"[" * 100_000,
    "of a later version": b'{"schema": "card-ocr.state.v9", "after": 7, "since": {}}',
    "a lone surrogate": b'{"after": "\\ud800", "since": "\\ud800", "until": "\\ud800"}',
}
REFUSALS = {
    "archived": StorageFault("GET of an object", "InvalidObjectState", 403),
    "denied": StorageFault("GET of an object", "AccessDenied", 403),
    "encrypted with another's key": StorageFault("GET of an object", "HTTP400", 400),
}


@pytest.mark.parametrize(("name", "how"), [*product(NAMES, [*BODIES, *REFUSALS, "deleted"])])
def test_a_sweep_goes_on_and_writes_it_again(name: str, how: str) -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="100")
    world.sweep()
    world.pend("submitted")
    world.job()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    open_pass(world.context("sweep"))
    world.pass_time(HOUR)
    path = f"ocr/state/{name}"
    if how == "deleted":
        world.store.objects.pop(path, None)
    elif how in BODIES:
        world.store.objects[path] = BODIES[how]
    else:
        world.store.before = failing_at("read", path, REFUSALS[how])
    assert world.sweep().sending == "yes"
    assert world.result()["outcome"] == "recognised"
    assert [key for key, _ in world.jobs.sent()] == ["uploads/b.jpg"]
    if name in {CURSOR, STATUS, BUDGET}:
        json.loads(world.store.objects[path])


def test_a_fault_of_cos_is_not_taken_for_a_note_that_is_gone() -> None:
    world = SweptWorld()
    fault = StorageFault("GET of an object", "InternalError", 500)
    world.store.before = failing_at("read", "cursor", fault)
    status = world.sweep()
    assert status.is_whole is False
    assert KEY in world.store.photos


@pytest.mark.parametrize("how", [*BODIES, *REFUSALS])
def test_a_since_that_can_not_be_read_counts_as_when_it_was_written(how: str) -> None:
    world = SweptWorld()
    path = f"ocr/state/{SINCE}"
    world.pass_time(HOUR)
    world.store.replace(path, BODIES.get(how, b""))
    if how in REFUSALS:
        world.store.before = failing_at("read", path, REFUSALS[how])
    world.pass_time(HOUR)
    assert since(world.context("sweep")) == rfc3339(START + HOUR)


@pytest.mark.parametrize("folder", [None, "pending", "results"])
def test_a_since_that_is_lost_begins_now_and_is_an_error_if_there_are_cards(
    folder: str | None,
) -> None:
    world = LoggedWorld()
    if folder is not None:
        world.store.replace(f"ocr/{folder}/uploads/a.jpg.e1.0001.json", b"{}")
    world.pass_time(HOUR)
    assert since(world.context("sweep")) == rfc3339(START + HOUR)
    assert since(world.context("sweep")) == rfc3339(START + HOUR)
    assert world.store.document(f"ocr/state/{SINCE}") == {"since": rfc3339(START + HOUR)}
    assert len(world.logged("lost_since")) == (folder is not None)
