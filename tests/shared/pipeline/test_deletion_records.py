"""What sweep records before it deletes what is pending beside a result."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from shared.documents import PastAttempt
from shared.errors import StorageFault
from tests.support.memory import failing_at
from tests.support.sweeps import HOUR, KEY, SweptWorld

PAST = PastAttempt(1, "2026-01-02T03:04:05Z", "j1", "Failed", "InternalError")


def result_naming(world: SweptWorld, *attempts: dict[str, Any]) -> str:
    name = f"ocr/results/{KEY}.{world.version}.json"
    world.store.replace(name, json.dumps({"attempts": list(attempts)}).encode())
    return name


def records(world: SweptWorld) -> list[dict[str, Any]]:
    return [world.store.document(name) for name in world.store.names("deleted")]


def swept(world: SweptWorld) -> SweptWorld:
    """CI denies the job of the last attempt, so sweep looks for the result and finds it."""
    world.pass_time(2 * HOUR)
    world.sweep()
    assert world.pending() == {}
    return world


def test_a_later_attempt_that_had_a_job_is_recorded() -> None:
    world = SweptWorld()
    result_naming(world, PAST._asdict())
    names = [world.pend("submitted"), world.pend("submitted", 2, job_id="j2", attempts=(PAST,))]
    (record,) = records(swept(world))
    digests = [hashlib.sha256(name.encode()).hexdigest() for name in names]
    assert [entry["name_sha256"] for entry in record["objects"]] == digests
    assert record["counts"] == {"pending": 2}
    assert [(entry["attempt"], entry["job_id"]) for entry in record["attempts"]] == [(2, "j2")]
    assert (record["schema"], record["by"], record["why"]) == (
        *("card-ocr.deleted.v1", "sweep", "ResultExists"),
    )
    assert record["at"] == "2026-01-02T05:04:05Z"
    assert KEY not in json.dumps(record)
    assert world.store.names("deleted")[0].startswith("ocr/deleted/2026-01-02/")


def test_an_attempt_that_may_have_had_a_job_is_recorded_without_its_job_id() -> None:
    world = SweptWorld()
    result_naming(world)
    world.pend("unknown", 2)
    (record,) = records(swept(world))
    assert [(entry["attempt"], entry["job_id"]) for entry in record["attempts"]] == [(2, None)]


def test_what_the_result_names_is_not_recorded() -> None:
    world = SweptWorld()
    result_naming(world, PAST._asdict(), {"attempt": 2, "job_id": "j2"})
    world.pend("submitted", 2, job_id="j2", attempts=(PAST,))
    assert records(swept(world)) == []


def test_a_result_that_can_not_be_read_names_nothing() -> None:
    world = SweptWorld()
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"\xff")
    world.pend("submitted", 2, job_id="j2", attempts=(PAST,))
    (record,) = records(swept(world))
    assert [entry["job_id"] for entry in record["attempts"]] == ["j1", "j2"]


@pytest.mark.parametrize("attempts", [None, 7, {}, ["j2"], [7]])
def test_attempts_of_another_shape_name_nothing(attempts: object) -> None:
    world = SweptWorld()
    name = f"ocr/results/{KEY}.{world.version}.json"
    world.store.replace(name, json.dumps({"attempts": attempts}).encode())
    world.pend("submitted", 2, job_id="j2")
    assert len(records(swept(world))) == 1


def test_an_attempt_that_was_never_sent_is_not_recorded_and_the_result_not_read() -> None:
    world = SweptWorld()
    name = result_naming(world)
    world.pend("waiting", 2)
    assert records(swept(world)) == []
    assert ("read", name) not in world.store.calls


def test_a_job_of_the_first_attempt_that_the_result_does_not_name_is_recorded() -> None:
    world = SweptWorld()
    result_naming(world, {"attempt": 1, "job_id": None})
    world.pend("submitted", job_id="j1")
    (record,) = records(swept(world))
    assert [(entry["attempt"], entry["job_id"]) for entry in record["attempts"]] == [(1, "j1")]


def test_an_archived_result_names_nothing_and_stops_nothing() -> None:
    world = SweptWorld()
    name = result_naming(world, PAST._asdict())
    world.store.before = failing_at("read", name, StorageFault("GET", "InvalidObjectState"))
    world.pend("submitted", 2, job_id="j2")
    (record,) = records(swept(world))
    assert [entry["job_id"] for entry in record["attempts"]] == ["j2"]


def test_nothing_is_deleted_if_the_record_can_not_be_written() -> None:
    world = SweptWorld()
    result_naming(world)
    world.pend("submitted", 2, job_id="j2")
    world.pass_time(2 * HOUR)
    world.store.before = failing_at("create_once", "deleted/")
    world.sweep()
    assert list(world.pending()) == [2]


def test_the_same_deletion_is_recorded_once() -> None:
    world = SweptWorld()
    result_naming(world)
    world.pend("submitted", 2, job_id="j2")
    world.pass_time(2 * HOUR)
    world.store.before = failing_at("delete", "pending/")
    world.sweep()
    world.sweep()
    assert len(records(world)) == 1


def late(world: SweptWorld) -> str:
    """Attempt 2 knows attempt 1 without its JobId; then attempt 1's creator writes it down."""
    result_naming(world, PAST._replace(job_id=None)._asdict(), {"attempt": 2, "job_id": "j2"})
    name = world.pend("submitted", job_id="j1")
    world.pend("submitted", 2, job_id="j2", attempts=(PAST._replace(job_id=None),))
    return name


def test_a_job_id_that_was_written_down_after_the_next_claim_is_recorded() -> None:
    world = SweptWorld()
    late(world)
    (record,) = records(swept(world))
    assert [(entry["attempt"], entry["job_id"]) for entry in record["attempts"]] == [(1, "j1")]


def test_an_archived_earlier_attempt_stops_no_deletion() -> None:
    world = SweptWorld()
    fault = StorageFault("GET", "InvalidObjectState")
    world.store.before = failing_at("read", late(world), fault)
    assert records(swept(world)) == []


def test_nothing_is_deleted_if_an_earlier_attempt_can_not_be_read() -> None:
    world = SweptWorld()
    world.store.before = failing_at("read", late(world))
    world.pass_time(2 * HOUR)
    world.sweep()
    assert list(world.pending()) == [1, 2]


def test_an_earlier_attempt_that_is_of_another_card_is_not_recorded() -> None:
    world = SweptWorld()
    name = late(world)
    world.store.replace(name, world.store.objects[name].replace(KEY.encode(), b"uploads/other.jpg"))
    assert records(swept(world)) == []


def test_a_denied_earlier_attempt_stops_no_deletion() -> None:
    world = SweptWorld()
    fault = StorageFault("GET", "KMSAccessDenied", 403)
    world.store.before = failing_at("read", late(world), fault)
    assert records(swept(world)) == []


def test_the_other_job_of_an_earlier_post_is_recorded_too() -> None:
    world = SweptWorld()
    late(world)
    world.pend("submitted", job_id="j1", attempts=(PAST._replace(job_id="j0"),))
    (record,) = records(swept(world))
    assert [(one["attempt"], one["job_id"]) for one in record["attempts"]] == [(1, "j0"), (1, "j1")]
