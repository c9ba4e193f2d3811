"""What a sweep says that it saw."""

from __future__ import annotations

from shared.errors import StorageFault
from shared.jobs import Waiting
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import KEY, SweptWorld, refusal


def test_the_status_counts_what_is_pending_and_names_the_oldest() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("QueueNotFound", "configuration"))
    world.jobs.answer = Waiting("QueueNotFound", None, "configuration")
    world.pass_time(100)
    world.pend("unknown", key="uploads/b.jpg", first_claimed_at=rfc3339(START + 100))
    world.pass_time(140)
    world.pend("claimed", key="uploads/c.jpg")
    world.sweep_after(60)
    status = world.store.document("ocr/state/status.json")
    assert status["schema"] == "card-ocr.status.v1"
    assert status["at"] == rfc3339(START + 300)
    assert status["pending"] == {
        "claimed": 0,
        "submitted": 0,
        "waiting": 1,
        "unknown": 1,
        "young": 1,
    }
    assert status["oldest"] == {
        "key": KEY,
        "version": world.version,
        "state": "waiting",
        "age_seconds": 300,
        "error": {
            **refusal("QueueNotFound", "configuration", START + 300).document(),
            "message": None,
        },
    }
    assert status["sending"] == "QueueNotFound (configuration)"


def test_the_status_counts_what_is_left_not_what_was_found() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    status = world.sweep()
    assert set(status.pending.values()) == {0}
    assert status.oldest is None


def test_a_card_whose_step_fails_stays_in_the_status() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.store.before = failing_at("head_photo")
    assert world.sweep().pending["submitted"] == 1
    assert world.store.document("ocr/state/status.json")["oldest"]["key"] == KEY


def test_a_card_that_can_not_be_read_stays_in_the_status() -> None:
    world = SweptWorld()
    name = world.pend("waiting")
    world.pass_time(300)
    fault = StorageFault("GET of an object", "AccessDenied", 403)
    world.store.before = failing_at("read", name, fault)
    assert world.sweep().pending["refused AccessDenied"] == 1
