"""How far a sweep is."""

from __future__ import annotations

from cli.sweep.progress import cards_pending
from shared.errors import StorageFault
from shared.pipeline.status import StatusCounter
from shared.pipeline.sweep import sweep
from tests.support.sweeps import HOUR, SweptWorld, refusal


def test_a_sweep_tells_of_each_pending_card_once() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pend("waiting", attempt=2)
    world.pend("unknown", key="uploads/lost.jpg")
    world.pend("submitted", key="uploads/submitted.jpg")
    world.store.objects[f"ocr/pending/uploads/unreadable.jpg.{'0' * 32}.0001.json"] = b"no JSON"
    world.store.objects["ocr/pending/none of ours"] = b""
    world.pass_time(HOUR)
    world.pend("waiting", key="uploads/young.jpg")
    heard: list[int] = []
    context = world.context("sweep")
    total = cards_pending(context)
    counter = StatusCounter(heard.append)
    sweep(context, until=world.clock() + 200, counter=counter)
    assert sum(heard) == total == 5


def test_a_card_that_is_only_listed_is_told_of_too() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    world.line_up(150)
    world.pass_time(HOUR)
    world.hold()
    heard: list[int] = []
    counter = StatusCounter(heard.append)
    sweep(world.context("sweep"), until=world.clock() + 200, counter=counter)
    assert sum(heard) == 150


def test_if_cos_gives_no_listing_nobody_knows_how_many_there_are() -> None:
    world = SweptWorld()

    def refuse(_call: str, _name: str) -> None:
        raise StorageFault("GET of a listing", "InternalError")

    world.store.before = refuse
    assert cards_pending(world.context("sweep")) is None
