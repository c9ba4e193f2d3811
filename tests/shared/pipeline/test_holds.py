from __future__ import annotations

import pytest

from shared.errors import StorageFault
from shared.events import CreatedObject
from shared.pipeline.gate import HOLDS_UNKNOWN
from shared.pipeline.reconcile import open_pass
from shared.pipeline.submit import submit_upload
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.sweeps import HOUR, KEY, SweptWorld

HOLDS = "ocr/state/holds/"


@pytest.fixture
def world() -> SweptWorld:
    """A card is in line."""
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(200)
    return world


def unaskable(world: SweptWorld) -> None:
    world.store.before = failing_at(
        "list_objects", HOLDS, StorageFault("GET of a listing", "AccessDenied")
    )


def test_nothing_is_sent_while_it_is_held(world: SweptWorld) -> None:
    world.hold()
    assert world.sweep().sending == "held"
    assert not world.jobs.requests
    assert world.states() == {"waiting": 1}


def test_it_is_sent_after_that(world: SweptWorld) -> None:
    world.hold()
    world.sweep()
    world.lift()
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"])
def test_whatever_stands_in_it_an_object_holds(world: SweptWorld, body: bytes) -> None:
    world.hold(body=body)
    assert world.sweep().sending == "held"
    assert not world.jobs.requests


def test_nothing_is_sent_if_nobody_can_say(world: SweptWorld) -> None:
    unaskable(world)
    assert world.sweep().sending == HOLDS_UNKNOWN
    assert not world.jobs.requests


def test_a_run_notices_a_hold_within_ten_seconds() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    for number in range(60):
        world.pend("waiting", key=f"uploads/{number:02}.jpg")
    world.pass_time(200)
    began = world.clock()

    def before(call: str, _name: str) -> None:
        if call == "submit" and len(world.jobs.requests) == 20:
            world.hold()

    world.jobs.before = before
    assert world.sweep(300).sending == "held"
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
    assert world.store.calls.count(("list_objects", HOLDS)) == 1


def test_results_are_still_written(world: SweptWorld) -> None:
    world.pend("submitted", key="uploads/b.jpg")
    world.job(key="uploads/b.jpg")
    world.hold()
    world.pass_time(200)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "recognised"


def test_reconcile_sends_nothing_either(world: SweptWorld) -> None:
    world.sweep()
    world.store.upload("uploads/lost.jpg")
    world.pass_time(2 * HOUR)
    world.hold()
    open_pass(world.context())
    before = len(world.jobs.requests)
    world.sweep()
    assert len(world.jobs.requests) == before


def test_an_upload_waits_visibly_and_goes_by_itself_afterwards(world: SweptWorld) -> None:
    world.hold()
    world.store.upload("uploads/new.jpg")
    submit_upload(world.context(), world.gate(), CreatedObject(BUCKET, "uploads/new.jpg"))
    assert not world.jobs.requests
    (attempt,) = [one for one in world.pending().values() if one["trigger"] == "upload"][-1:]
    assert attempt["error"]["code"] == "Held"
    world.lift()
    world.pass_time(200)
    world.sweep()
    assert {key for key, _ in world.jobs.sent()} == {KEY, "uploads/new.jpg"}


def test_a_hold_that_is_lifted_in_a_run_lets_the_rest_of_it_go() -> None:
    world = SweptWorld()
    world.line_up(50)
    world.pass_time(200)
    world.hold()
    reads = 0

    def before(call: str, name: str) -> None:
        nonlocal reads
        if call == "read" and "/pending/" in name:
            reads += 1
            world.pass_time(1)
            if reads == 20:
                world.lift()

    world.store.before = before
    assert world.sweep().sending == "yes"
    assert 20 <= len(world.jobs.requests) < 50
