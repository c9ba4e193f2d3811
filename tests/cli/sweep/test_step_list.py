"""Every decision of a sweep as a step, and not one effect."""

from __future__ import annotations

from collections.abc import Sequence

from cli.sweep.step_list import StepList, rehearse
from shared.pipeline.status import Status
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


def rehearsed(world: SweptWorld, *, creates_once: bool = True) -> tuple[Sequence[str], Status]:
    """The lines of a dry run, after which everything must be as it was."""
    before = dict(world.store.objects)
    context = world.context("sweep")
    steps = StepList(context)
    until = world.clock() + 200
    status = rehearse(context, until=until, do=steps.add, creates_once=creates_once)
    assert world.store.objects == before
    assert not world.jobs.requests
    return [line.partition("  ")[2] for line in steps.lines() if "  " in line], status


def test_a_card_that_is_due_is_the_next_attempt() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(HOUR)
    lines, status = rehearsed(world)
    assert lines == ["attempt 0001  next attempt 0002"]
    assert status.pending["waiting"] == 1


def test_a_job_that_has_ended_is_a_result() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(HOUR)
    assert rehearsed(world)[0] == ["attempt 0001  write the result: recognised"]


def test_a_card_that_is_due_to_be_given_up_is_given_up() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(2 * DAY)
    assert rehearsed(world)[0] == ["attempt 0001  give up: InvalidArgument"]


def test_a_job_of_a_lost_reply_is_adopted() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job()
    world.pass_time(HOUR)
    assert rehearsed(world)[0] == ["attempt 0001  adopt job j1"]


def test_nothing_is_sent_while_sending_is_paused() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.hold()
    world.pass_time(HOUR)
    lines, status = rehearsed(world)
    assert (lines, status.sending) == ([], "held")


def test_nothing_is_sent_if_create_once_has_no_effect() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(HOUR)
    lines, status = rehearsed(world, creates_once=False)
    assert lines == []
    assert "versioning" in status.sending


def test_no_key_is_shown() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(HOUR)
    steps = StepList(world.context("sweep"))
    rehearse(world.context("sweep"), until=world.clock() + 200, do=steps.add, creates_once=True)
    assert KEY not in "".join(steps.lines())
    assert steps.document() == {"dry_run": True, "steps": {"NextAttempt": 1}}
