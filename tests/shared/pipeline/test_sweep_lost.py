"""Sweep and the cards whose POST was never answered: CI's own list decides."""

from __future__ import annotations

import pytest

from shared.documents import PastAttempt
from shared.times import rfc3339
from tests.support.pipelines import START
from tests.support.sweeps import HOUR, KEY, SweptWorld, refusal


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_job_that_was_made_is_adopted(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["state"], pending["job_id"], pending["error"]) == ("submitted", "j1", None)
    assert pending["owner"] == "an-owner"
    assert world.jobs.requests == []


def test_an_adopted_attempt_keeps_the_time_of_its_claim() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["claimed_at"], pending["first_claimed_at"]) == (rfc3339(START), rfc3339(START))


def test_an_adopted_job_that_ci_loses_is_sent_again() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    world.jobs.jobs.clear()
    for _ in range(2):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert len(world.jobs.requests) == 1


def test_the_next_attempt_is_as_old_as_the_first_claim() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[2]["first_claimed_at"] == rfc3339(START)


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_nothing_is_looked_for_before_twenty_minutes(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.later_job()
    world.pass_time(1199)
    world.sweep()
    assert list(world.pending()) == [1]
    assert world.jobs.requests == []


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_proven_absence_is_sent_again(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


@pytest.mark.parametrize("seconds", [None, 0, 79])
def test_an_absence_that_is_not_proven_is_never_sent_again(seconds: int | None) -> None:
    world = SweptWorld()
    world.pend("unknown")
    if seconds is not None:
        world.later_job(seconds)
    world.pass_time(1200)
    world.sweep()
    assert world.jobs.requests == []
    assert list(world.pending()) == [1]


def test_somebody_elses_later_job_proves_nothing() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job("x", key="elsewhere/x.jpg", created_at=rfc3339(START + 100))
    world.job("y", key="uploads/y.jpg", user_data=None, created_at=rfc3339(START + 100))
    world.pass_time(1200)
    world.sweep()
    assert world.jobs.requests == []


def test_the_job_of_another_attempt_is_not_adopted() -> None:
    world = SweptWorld()
    world.pend("unknown", attempt=2)
    world.job(attempt=1, state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[2]["state"] == "unknown"


def test_the_job_of_another_version_is_not_adopted() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job(user_data=world.token(KEY, "other").text)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["state"] == "unknown"


def test_a_card_that_is_done_already_is_only_cleared() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.pass_time(1200)
    world.sweep()
    assert world.pending() == {}
    assert world.jobs.requests == []


def test_a_claimed_card_whose_job_is_not_found_says_so_and_keeps_its_claims_time() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["state"], pending["error"]["code"]) == ("claimed", "SubmissionUnknown")
    assert (pending["claimed_at"], pending["first_claimed_at"]) == (rfc3339(START), rfc3339(START))


def test_an_adopted_job_starts_without_the_error_of_its_lost_reply() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["error"] is None


def test_a_submitted_card_without_its_job_id_is_looked_for() -> None:
    world = SweptWorld()
    world.pend("submitted", job_id=None)
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["job_id"] == "j1"


def test_a_note_does_not_overwrite_what_a_late_creator_wrote() -> None:
    # Given an attempt whose creator stood still after its POST
    world = SweptWorld()
    name = world.pend("claimed")
    world.pass_time(1200)

    def wake_creator(call: str, asked: str) -> None:
        if call == "exists" and "results" in asked:
            world.store.before = lambda _call, _name: None
            world.pend("submitted", job_id="late")

    # When it writes its JobId down while sweep looks at the card
    world.store.before = wake_creator
    world.sweep()
    # Then the JobId stays
    assert world.store.document(name)["job_id"] == "late"


def test_a_card_that_was_forgotten_while_ci_was_asked_is_not_done() -> None:
    world = SweptWorld()
    name = world.pend("unknown")
    world.later_job()
    world.pass_time(1200)

    def forgets(call: str, _name: str) -> None:
        if call == "list_created":
            world.store.objects.pop(name, None)

    world.jobs.before = forgets
    world.sweep()
    assert world.pending() == {}
    assert world.store.names("results") == []
    assert world.jobs.requests == []


def test_the_other_job_of_a_post_is_asked_for_before_another_is_sent() -> None:
    world = SweptWorld()
    other = PastAttempt(1, rfc3339(START), "j2", "Running", None)
    world.pend("submitted", job_id="j1", attempts=(other,))
    world.job(state="Failed", code="InternalError", container=None)
    world.pass_time(2 * HOUR)
    world.sweep()
    pending = world.pending()[1]
    assert pending["job_id"] == "j2"
    assert [(one["job_id"], one["state"]) for one in pending["attempts"]] == [("j1", "Failed")]
    assert world.jobs.requests == []
