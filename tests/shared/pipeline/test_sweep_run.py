"""A run of sweep: its cursor, its time, its status, and what it does without what it needs."""

from __future__ import annotations

import json

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import Container, Waiting
from shared.pipeline.reconcile import open_pass
from shared.times import rfc3339
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


def test_nothing_is_sent_if_create_once_has_no_effect() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pend("unknown", key="uploads/b.jpg")
    world.pend("submitted", key="uploads/c.jpg")
    world.job(key="uploads/c.jpg")
    world.store.versioned = True
    world.pass_time(2 * DAY)
    status = world.sweep()
    assert "versioning" in status.sending
    assert world.jobs.requests == []
    assert [name for name in world.store.names("results") if "uploads/c.jpg" in name]
    assert len(world.pending()) >= 1


def test_the_canary_holds_from_run_to_run() -> None:
    world = SweptWorld()
    assert world.sweep().sending == "yes"
    assert world.sweep().sending == "yes"


def test_the_status_counts_what_is_pending_and_names_the_oldest() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("QueueNotFound", "configuration"))
    world.jobs.answer = Waiting("QueueNotFound", None, "configuration")
    world.pass_time(100)
    world.pend("unknown", key="uploads/b.jpg", first_claimed_at=rfc3339(START + 100))
    world.pass_time(140)
    world.pend("claimed", key="uploads/c.jpg")
    world.pass_time(60)
    world.sweep()
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


def test_one_cards_fault_costs_no_other() -> None:
    world = SweptWorld()
    for number in range(3):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(300)

    world.store.before = failing_at("head_photo", "uploads/1.jpg")
    world.sweep()
    assert len(world.store.names("results")) == 2
    assert len(world.store.names("pending")) == 1


def test_a_ci_that_can_not_be_asked_changes_nothing() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pend("unknown", key="uploads/b.jpg", error=refusal("NoReply", "other"))
    world.pass_time(2 * HOUR)
    before = dict(world.store.objects)

    def broken(_call: str, _name: str) -> None:
        raise JobServiceFault("GET of jobs", "HTTP503")

    world.jobs.before = broken
    world.sweep()
    assert {name: world.store.objects[name] for name in before} == before


def is_counted_and_left(world: SweptWorld, name: str, body: bytes) -> None:
    world.store.objects[name] = body
    world.pass_time(DAY)
    assert world.sweep().pending["unreadable"] == 1
    assert world.store.objects[name] == body
    assert world.jobs.requests == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"schema": "other"}', b"\xff"])
def test_an_unreadable_pending_object_is_counted_and_left(body: bytes) -> None:
    world = SweptWorld()
    is_counted_and_left(world, world.pend("waiting"), body)


def test_a_pending_object_under_the_name_of_another_card_is_counted_and_left() -> None:
    world = SweptWorld()
    other = world.pend("waiting", key="uploads/another.jpg")
    body = world.store.objects.pop(other)
    is_counted_and_left(world, other.replace("another", "a"), body)


def test_a_pending_object_of_another_bucket_is_counted_and_left() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    body = world.store.objects[name].replace(BUCKET.encode(), b"staging-1")
    is_counted_and_left(world, name, body)


def test_objects_of_other_names_are_left_alone() -> None:
    world = SweptWorld()
    world.store.replace("ocr/pending/readme.txt", b"hello")
    world.pass_time(DAY)
    world.sweep()
    assert world.store.objects["ocr/pending/readme.txt"] == b"hello"


def test_of_a_cards_attempts_the_last_one_counts() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 2)
    world.job(attempt=2, state="Running", container=None)
    world.pass_time(DAY)
    world.sweep()
    assert world.jobs.requests == []
    assert sorted(world.pending()) == [1, 2]


def test_a_finished_card_leaves_none_of_its_attempts() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 2)
    world.job(attempt=2)
    world.pass_time(300)
    world.sweep()
    assert world.pending() == {}
    assert world.result()["job"]["attempt"] == 2


def test_an_attempt_left_over_beside_a_result_is_cleared() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.pass_time(300)
    world.sweep()
    assert world.pending() == {}
    assert world.jobs.requests == []


def test_a_key_that_is_the_prefix_of_another_is_another_card() -> None:
    world = SweptWorld()
    long = f"{KEY}.{world.version}.0001.json"
    world.pend("submitted", key=long, job_id="long")
    world.pend("submitted")
    world.job()
    world.job("long", key=long, container=Container("Success", None, None, ()))
    world.pass_time(300)
    world.sweep()
    assert world.result()["outcome"] == "recognised"
    assert world.result(long)["outcome"] == "nothing_found"


@pytest.mark.parametrize("folder", ["uploads/", "ocr/pending/"])
def test_a_listing_that_cos_refuses_does_not_stop_the_heartbeat(folder: str) -> None:
    world = SweptWorld()
    world.sweep()
    open_pass(world.context("sweep"))
    world.pass_time(600)

    def refuse(call: str, name: str) -> None:
        if call in {"list_photos", "list_objects"} and name == folder:
            raise StorageFault("GET of a listing", "AccessDenied")

    world.store.before = refuse
    world.sweep()
    assert world.store.document("ocr/state/status.json")["at"] == rfc3339(START + 600)


def test_the_status_counts_what_is_left_not_what_was_found() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    status = world.sweep()
    assert set(status.pending.values()) == {0}
    assert status.oldest is None


def test_without_a_canary_nothing_is_sent_and_what_ended_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.pass_time(300)

    world.store.before = failing_at(
        "create_once", "canary", StorageFault("PUT of an object", "AccessDenied")
    )
    assert "could not be found out" in world.sweep().sending
    assert world.result()["outcome"] == "recognised"
    assert world.jobs.requests == []


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


def test_a_pending_object_with_a_message_of_another_shape_stops_no_run() -> None:
    world = SweptWorld()
    name = world.pend("waiting", error=refusal("SlowDown", "capacity"))
    document = world.store.document(name)
    document["error"]["message"] = {"a": []}
    document["attempts"] = [
        {"attempt": 1, "claimed_at": None, "job_id": None, "state": [], "code": {}}
    ]
    world.store.objects[name] = json.dumps(document).encode()
    world.pend("waiting", key="uploads/b.jpg")
    world.pass_time(DAY)
    world.sweep()
    assert "uploads/b.jpg" in {key for key, _ in world.jobs.sent()}
