"""Sweep and the jobs that CI says it never heard of."""

from __future__ import annotations

from tests.support.sweeps import HOUR, SweptWorld


def test_a_job_that_ci_denies_once_is_noted_and_not_sent_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pass_time(2 * HOUR)
    world.sweep()
    assert world.pending()[1]["error"]["code"] == "NoSuchJob"
    assert world.pending()[1]["owner"] == "an-owner"
    assert world.jobs.requests == []


def test_a_job_that_ci_denies_twice_an_hour_after_its_claim_is_sent_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    for _ in range(2):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


def test_a_job_that_ci_denies_within_the_hour_is_left_alone() -> None:
    world = SweptWorld()
    world.pend("submitted")
    for _ in range(5):
        world.pass_time(HOUR / 6)
        world.sweep()
    assert world.pending()[1]["error"] is None
    assert world.jobs.requests == []


def test_an_id_that_ci_neither_shows_nor_denies_is_left_alone() -> None:
    world = SweptWorld()
    world.pend("submitted")
    describe = world.jobs.describe
    world.jobs.describe = lambda job_ids: describe(job_ids)._replace(missing=frozenset())  # type: ignore[method-assign]
    for _ in range(3):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert world.jobs.requests == []
    assert world.pending()[1]["error"] is None


def test_a_denial_is_forgotten_once_ci_shows_the_job_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pass_time(2 * HOUR)
    world.sweep()
    job = world.job(state="Running", container=None)
    world.pass_time(HOUR)
    world.sweep()
    assert world.pending()[1]["error"] is None
    del world.jobs.jobs[job.job_id or ""]
    world.pass_time(HOUR)
    world.sweep()
    assert world.jobs.requests == []
    assert world.pending()[1]["error"]["code"] == "NoSuchJob"


def test_a_denied_job_that_comes_back_without_a_result_says_so() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pass_time(2 * HOUR)
    world.sweep()
    world.job(container=None)
    world.pass_time(HOUR)
    world.sweep()
    assert world.pending()[1]["error"]["code"] == "NoResultInJob"
