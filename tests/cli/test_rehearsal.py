"""Every decision of a rehearsed sweep, and not one effect."""

from __future__ import annotations

from collections import Counter

import pytest

from cli.rehearsal import Rehearsal
from shared.pipeline.reconcile import open_pass
from shared.pipeline.status import Status
from shared.pipeline.sweep import sweep
from tests.support.sweeps import DAY, HOUR, SweptWorld, refusal


def rehearsed(world: SweptWorld) -> tuple[Rehearsal, Status]:
    """A rehearsed sweep, after which everything must be as it was."""
    before = dict(world.store.objects)
    rehearsal = Rehearsal(world.pipeline("sweep"))
    status = sweep(rehearsal.pipeline, until=world.clock() + 200, sleep=world.pass_time)
    assert world.store.objects == before
    assert not world.jobs.requests
    return rehearsal, status


def test_a_card_that_is_due_would_be_sent() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(HOUR)
    rehearsal, status = rehearsed(world)
    assert (rehearsal.jobs, status.pending["submitted"]) == (1, 1)


def test_a_job_that_has_ended_would_become_a_result() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(HOUR)
    rehearsal, status = rehearsed(world)
    assert rehearsal.outcomes() == Counter(recognised=1)
    assert not any(status.pending.values())


def test_a_card_that_is_due_to_be_given_up_would_fail() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(2 * DAY)
    rehearsal, _ = rehearsed(world)
    assert (rehearsal.jobs, rehearsal.outcomes()) == (0, Counter(failed=1))


def test_an_upload_whose_event_was_lost_would_be_sent() -> None:
    world = SweptWorld()
    world.store.objects["ocr/state/since.json"] = b'{"since": "2026-01-01T00:00:00Z"}'
    world.pass_time(2 * HOUR)
    before = dict(world.store.objects)
    rehearsal = Rehearsal(world.pipeline("sweep"))
    open_pass(rehearsal.pipeline)
    sweep(rehearsal.pipeline, until=world.clock() + 200, sleep=world.pass_time)
    assert rehearsal.jobs == 1
    assert world.store.objects == before


@pytest.mark.parametrize("limit", [1, 2])
def test_the_days_limit_holds_in_a_rehearsal(limit: int) -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY=str(limit))
    for number in range(3):
        world.pend("waiting", key=f"uploads/{number}.jpg")
    world.pass_time(HOUR)
    rehearsal, status = rehearsed(world)
    assert (rehearsal.jobs, status.sending) == (limit, "MAX_JOBS_PER_DAY")


def test_a_rehearsal_keeps_to_a_pause() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.store.objects["ocr/state/paused.json"] = b"{}"
    world.pass_time(HOUR)
    rehearsal, status = rehearsed(world)
    assert (rehearsal.jobs, status.sending) == (0, "paused")
