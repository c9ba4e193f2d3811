"""Sweep and the cards that CI has: finished, failed, or without a result."""

from __future__ import annotations

import pytest

from shared.documents import PastAttempt
from shared.pipeline.callback import deliver
from shared.times import rfc3339
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


def test_a_job_whose_callback_was_lost_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.sweep()
    result = world.result()
    assert result["outcome"] == "recognised"
    assert result["evidence"]["delivered_by"] == "sweep"
    assert (result["evidence"]["format"], result["evidence"]["verified"]) == ("api", True)
    assert world.pending() == {}


def test_a_card_type_that_ci_does_not_repeat_is_the_claims() -> None:
    world = SweptWorld()
    world.pend("submitted", card_type="DriverLicense")
    world.job(card_type=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["card_type"] == "DriverLicense"


def test_a_job_without_user_data_is_finished_by_its_recorded_id() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(user_data=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["outcome"] == "recognised"


def test_a_young_pending_object_is_not_even_read() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    world.job()
    world.pass_time(119)
    world.sweep()
    assert ("read", name) not in world.store.calls
    assert list(world.pending()) == [1]


@pytest.mark.parametrize("state", ["Submitted", "Running", "Pause"])
def test_a_job_that_goes_on_stays_pending_however_long(state: str) -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state=state, container=None)
    world.pass_time(30 * DAY)
    world.sweep()
    assert world.pending()[1]["state"] == "submitted"
    assert world.jobs.requests == []


def test_a_passing_failure_is_sent_again_as_the_next_attempt() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    attempts = world.pending()
    assert attempts[1]["state"] == "submitted"
    assert (attempts[2]["state"], attempts[2]["trigger"]) == ("submitted", "upload")
    assert attempts[2]["first_claimed_at"] == rfc3339(START)
    assert attempts[2]["owner"] != attempts[1]["owner"]


def test_a_final_failure_is_the_result() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state="Failed", code="ResourceNotSupported", container=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "ResourceNotSupported"
    assert world.jobs.requests == []


def test_after_the_last_attempt_the_card_is_failed() -> None:
    world = SweptWorld()
    for attempt in (1, 2, 3):
        past = tuple(PastAttempt(one, None, f"j{one}", "Failed", None) for one in range(1, attempt))
        world.pend("submitted", attempt, job_id=f"j{attempt}", attempts=past)
        world.job(f"j{attempt}", attempt, state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "AttemptsExhausted"
    assert world.jobs.requests == []
    assert world.pending() == {}


def test_refusals_do_not_count_as_attempts() -> None:
    world = SweptWorld()
    for attempt in (1, 2, 3):
        world.pend("waiting", attempt, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 4)
    world.job("j1", 4, state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[5]["state"] == "submitted"


def test_a_success_without_a_result_waits_and_then_fails() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(container=None)
    world.pass_time(HOUR)
    world.sweep()
    assert world.pending()[1]["state"] == "submitted"
    assert world.pending()[1]["error"]["code"] == "NoResultInJob"
    world.pass_time(DAY)
    world.sweep()
    assert world.result()["error"]["code"] == "NoResultInJob"
    assert world.pending() == {}


def test_the_recorded_job_of_another_card_is_not_filed() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(key="uploads/b.jpg")
    world.pass_time(300)
    world.sweep()
    assert world.store.names("results") == []


def test_a_replaced_photo_fails_without_text() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.store.upload(KEY, b"another person's")
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "SourceReplaced"
    assert world.result()["items"] == []


def test_a_result_in_a_bucket_with_versioning_is_not_written_over() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    name = f"ocr/results/{KEY}.{world.version}.json"
    world.store.replace(name, b"the first")
    world.store.versioned = True
    world.pass_time(300)
    world.sweep()
    assert world.store.objects[name] == b"the first"
    assert world.pending() == {}


def test_slow_reads_do_not_keep_a_run_from_finishing_cards() -> None:
    world = SweptWorld()
    for number in range(100):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(300)

    def slow(call: str, _name: str) -> None:
        if call == "read":
            world.clock.now += 1

    world.store.before = slow
    world.sweep(seconds=50)
    assert len(world.store.names("results")) >= 40


@pytest.mark.parametrize("code", ["NoResultInJob", "AttemptsExhausted"])
def test_a_card_that_is_given_up_after_a_job_names_the_job(code: str) -> None:
    world = SweptWorld(MAX_ATTEMPTS="1")
    world.pend("submitted")
    if code == "NoResultInJob":
        world.job(container=None)
    else:
        world.job(state="Failed", code="InternalError", container=None)
    for seconds in (2 * DAY, HOUR):
        world.pass_time(seconds)
        world.sweep()
    result = world.result()
    assert result["error"]["code"] == code
    assert (result["job"]["id"], result["job"]["attempt"]) == ("j1", 1)
    assert world.pending() == {}


def test_an_earlier_attempts_failure_beside_a_result_is_cleared_while_nothing_is_sent() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="0")
    world.pend("waiting", key="uploads/a.a.jpg", trigger="backfill")
    world.pend("submitted", key="uploads/b.jpg")
    world.job(key="uploads/b.jpg", state="Failed", code="InternalError", container=None)
    version = world.store_version("uploads/b.jpg")
    world.store.replace(f"ocr/results/uploads/b.jpg.{version}.json", b"{}")
    world.pass_time(300)
    world.sweep()
    world.sweep()
    assert [name for name in world.store.names("pending") if "b.jpg" in name] == []


def test_a_job_whose_result_the_callback_brought_leaves_nothing_pending() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    left_over = world.store.objects[name]
    read = world.job(user_data=world.token(KEY, world.version).text)
    world.jobs.jobs["j1"] = read._replace(container=None)
    token = world.token(KEY, world.version)
    deliver(world.context("callback"), token, read, "json")
    world.store.replace(name, left_over)  # submit writes its JobId down a moment late
    world.pass_time(300)
    world.sweep()
    assert world.pending() == {}
    assert world.result()["outcome"] == "recognised"


def test_a_card_that_waited_a_day_is_left_to_its_callback_for_an_hour() -> None:
    world = SweptWorld()
    world.pass_time(2 * DAY)  # CI's queue was paused
    world.pend("submitted", first_claimed_at=rfc3339(START))
    world.job(container=None)
    for seconds in (200, 300):
        world.pass_time(seconds)
        world.sweep()
    assert world.pending()[1]["error"]["code"] == "NoResultInJob"
    world.pass_time(HOUR)
    world.sweep()
    assert world.result()["error"]["code"] == "NoResultInJob"
