from __future__ import annotations

import pytest

from shared.errors import StorageFault
from shared.events import CreatedObject
from shared.pipeline.gate import PAUSE_UNKNOWN, pause, resume
from shared.pipeline.reconcile import open_pass
from shared.pipeline.submit import submit_upload
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.sweeps import HOUR, KEY, SweptWorld

PAUSED = "ocr/state/paused.json"


@pytest.fixture
def world() -> SweptWorld:
    """A card is in line."""
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(200)
    return world


def unaskable(world: SweptWorld) -> None:
    world.store.before = failing_at(
        "read", PAUSED, StorageFault("GET of an object", "AccessDenied")
    )


def test_nothing_is_sent_while_it_is_paused(world: SweptWorld) -> None:
    pause(world.context(), "somebody", None)
    assert world.sweep().sending == "paused"
    assert not world.jobs.requests
    assert world.states() == {"waiting": 1}


def test_it_is_sent_after_that(world: SweptWorld) -> None:
    pause(world.context(), "somebody", None)
    world.sweep()
    resume(world.context())
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"])
def test_an_object_that_cannot_be_read_pauses(world: SweptWorld, body: bytes) -> None:
    world.store.objects[PAUSED] = body
    assert world.sweep().sending == "paused"
    assert not world.jobs.requests


def test_nothing_is_sent_where_nobody_can_say(world: SweptWorld) -> None:
    unaskable(world)
    assert world.sweep().sending == PAUSE_UNKNOWN
    assert not world.jobs.requests


def test_a_run_notices_a_pause_within_ten_seconds() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    for number in range(60):
        world.pend("waiting", key=f"uploads/{number:02}.jpg")
    world.pass_time(200)
    began = world.clock()

    def before(call: str, _name: str) -> None:
        if call == "submit" and len(world.jobs.requests) == 20:
            world.store.objects[PAUSED] = b"{}"

    world.jobs.before = before
    assert world.sweep(300).sending == "paused"
    assert 20 < len(world.jobs.requests) <= 31
    assert world.clock() - began < 60


def test_a_run_asks_once_in_ten_seconds() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="10")
    for number in range(60):
        world.pend("waiting", key=f"uploads/{number:02}.jpg")
    world.pass_time(200)
    world.store.calls.clear()
    world.sweep()
    assert len(world.jobs.requests) == 60
    assert world.store.calls.count(("read", PAUSED)) == 1


def test_results_are_still_written(world: SweptWorld) -> None:
    world.pend("submitted", key="uploads/b.jpg")
    world.job(key="uploads/b.jpg")
    pause(world.context(), "somebody", None)
    world.pass_time(200)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "recognised"


def test_reconcile_sends_nothing_either(world: SweptWorld) -> None:
    world.sweep()
    world.store.upload("uploads/lost.jpg")
    world.pass_time(2 * HOUR)
    pause(world.context(), "somebody", None)
    open_pass(world.context())
    before = len(world.jobs.requests)
    world.sweep()
    assert len(world.jobs.requests) == before


def test_an_upload_is_sent_all_the_same(world: SweptWorld) -> None:
    pause(world.context(), "somebody", None)
    world.store.upload("uploads/new.jpg")
    submit_upload(world.context(), world.gate(), CreatedObject(BUCKET, "uploads/new.jpg"))
    assert len(world.jobs.requests) == 1
    assert KEY in world.store.photos
