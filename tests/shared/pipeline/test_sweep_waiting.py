"""Sweep and the cards that CI refused: the next attempt."""

from __future__ import annotations

from typing import Any

import pytest

from shared.jobs import RefusedForGood, Unknown, Waiting
from shared.pipeline.submit import submit_upload
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal, writing_fails_once


def test_a_refused_card_is_sent_again_as_the_next_attempt() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.sweep()
    assert world.jobs.sent() == [(KEY, world.jobs.sent()[0][1])]
    attempts = world.pending()
    assert attempts[1]["state"] == "waiting"
    assert (attempts[2]["state"], attempts[2]["job_id"]) == ("submitted", "j1")


@pytest.mark.parametrize(("attempt", "wait"), [(1, 300), (2, 600), (3, 1200), (4, 2400), (5, 3600)])
def test_each_refusal_doubles_the_wait_to_an_hour(attempt: int, wait: int) -> None:
    world = SweptWorld()
    world.pend("waiting", attempt, error=refusal("SlowDown", "capacity"))
    world.pass_time(wait - 1)
    world.sweep()
    assert world.jobs.requests == []
    world.pass_time(1)
    world.sweep()
    assert len(world.jobs.requests) == 1


def test_a_card_put_in_line_by_backfill_is_due_at_once() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.pass_time(120)
    world.sweep()
    assert world.pending()[2]["trigger"] == "backfill"
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("kind", ["capacity", "configuration"])
def test_a_card_that_waits_for_capacity_or_configuration_never_expires(kind: str) -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("AccessDenied", kind))
    world.jobs.answer = Waiting("AccessDenied", "why", kind)  # type: ignore[arg-type]
    for _ in range(40):
        world.pass_time(DAY)
        world.sweep()
    assert world.store.names("results") == []
    assert max(world.pending()) == 41


def test_another_refusal_fails_at_give_up_with_its_last_code() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(DAY)
    world.sweep()
    error = world.result()["error"]
    assert (error["code"], error["stage"]) == ("InvalidArgument", "submit")
    assert world.jobs.requests == []


@pytest.mark.parametrize(("lost", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_photo_that_changed_is_not_sent_again(lost: bool, code: str) -> None:  # noqa: FBT001
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    if lost:
        del world.store.photos[KEY]
    else:
        world.store.upload(KEY, b"another")
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == code
    assert world.jobs.requests == []
    assert world.pending() == {}


def test_a_fault_before_the_next_claim_leaves_the_card_as_it_is() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)

    world.store.before = failing_at("head_photo")
    world.sweep()
    assert list(world.pending()) == [1]
    assert world.jobs.requests == []


def test_sending_again_costs_six_requests_besides_the_listing() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards == ["read", "head_photo", "create_once", "exists", "replace"]
    assert len(world.jobs.requests) == 1


def test_finishing_costs_four_requests_and_a_tenth() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards[:4] == ["read", "head_photo", "create_once", "delete"]
    assert len(about_cards) == 4


def test_the_next_attempts_claim_keeps_two_sweeps_from_sending_twice() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    inner: list[int] = []

    def another_sweep(call: str, name: str) -> None:
        if call == "create_once" and "0002" in name and not inner:
            inner.append(1)
            world.sweep()

    world.store.before = another_sweep
    world.sweep()
    assert inner
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("answer", [Unknown("NoReply"), RefusedForGood("ResourceNotFound", None)])
def test_what_ci_answers_the_next_attempt_is_kept(answer: Unknown | RefusedForGood) -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.jobs.answer = answer
    world.pass_time(300)
    world.sweep()
    if isinstance(answer, Unknown):
        assert world.pending()[2]["state"] == "unknown"
    else:
        assert world.result()["error"]["code"] == "ResourceNotFound"


@pytest.mark.parametrize(
    "changes", [{"content_type": "application/pdf"}, {"card_type": "Passport"}]
)
def test_a_rejection_that_could_not_be_written_is_written_by_sweep(changes: dict[str, Any]) -> None:
    # Given an object that is no card, and COS that refuses its result
    world = SweptWorld()
    world.store.upload("uploads/b.jpg", **changes)
    writing_fails_once(world, "results")
    submit_upload(world.context(), world.gate(), world.created("uploads/b.jpg"))
    (name,) = world.store.names("pending")
    assert world.store.document(name)["state"] == "waiting"
    # When sweep comes by
    world.pass_time(300)
    world.sweep()
    # Then it is rejected, and nothing was ever sent
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []
    assert world.store.names("pending") == []


def test_an_unusable_photo_is_rejected_whatever_its_attempt_was() -> None:
    world = SweptWorld()
    world.pend("claimed", key="uploads/b.jpg")
    world.store.upload("uploads/b.jpg", content_type="application/pdf")
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []


def test_what_is_left_over_is_cleared_even_while_nothing_is_sent() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="0")
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.store.replace(
        f"ocr/results/uploads/b.jpg.{world.store_version('uploads/b.jpg')}.json", b"{}"
    )
    world.pass_time(300)
    world.sweep()
    assert [name for name in world.store.names("pending") if "b.jpg" in name] == []


def test_the_claims_age_counts_from_before_it_was_asked_for() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.pass_time(300)

    def slow(call: str, name: str) -> None:
        if call == "create_once" and "0002" in name:
            world.clock.now += 50

    world.store.before = slow
    world.sweep()
    assert world.jobs.not_after == [START + 300 + 60]


def test_sweeps_own_rejection_that_could_not_be_written_is_written_next_time() -> None:
    world = SweptWorld()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.store.upload("uploads/b.jpg", content_type="application/pdf")
    writing_fails_once(world, "results")
    world.pass_time(300)
    world.sweep()
    assert world.store.names("results") == []
    world.pass_time(HOUR)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []


def test_a_card_with_no_attempt_left_in_its_name_stays_pending() -> None:
    world = SweptWorld()
    world.pend("waiting", attempt=9999, error=refusal("SlowDown", "capacity"))
    world.pass_time(DAY)
    assert world.sweep().pending["waiting"] == 1
    assert world.jobs.requests == []
    assert len(world.store.names("pending")) == 1


def test_a_card_that_waited_long_is_not_read_attempt_by_attempt() -> None:
    world = SweptWorld()
    for attempt in range(1, 101):
        world.pend("waiting", attempt=attempt, error=refusal("QueuePaused", "capacity"))
    world.pass_time(2 * HOUR)
    world.store.calls.clear()
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert sum(call == "read" for call, _ in world.store.calls) < 10


def test_the_same_photo_put_there_again_before_its_second_attempt_is_unchanged() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.store.upload(KEY, last_modified=rfc3339(START + 200))
    world.sweep()
    world.pass_time(300)
    world.job("j1", attempt=2, created_at=rfc3339(START + 300))
    world.sweep()
    unchanged = world.result()["checks"][0]
    assert (unchanged["name"], unchanged["passed"]) == ("source.unchanged", True)
