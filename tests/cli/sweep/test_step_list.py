"""Every decision of a sweep as a step, and not one effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

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


def lost_reply(world: SweptWorld) -> None:
    world.pend("unknown")
    world.job()


def ended_job(world: SweptWorld) -> None:
    world.pend("submitted")
    world.job()


def old_refusal(world: SweptWorld) -> None:
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(2 * DAY)


@pytest.mark.parametrize(
    ("arrange", "step"),
    [
        (lambda world: world.pend("waiting"), "next attempt 0002"),
        (ended_job, "write the result: recognised"),
        (old_refusal, "give up: InvalidArgument"),
        (lost_reply, "adopt job j1"),
    ],
)
def test_each_card_has_its_next_step(arrange: Callable[[SweptWorld], object], step: str) -> None:
    world = SweptWorld()
    arrange(world)
    world.pass_time(HOUR)
    assert rehearsed(world)[0] == [f"attempt 0001  {step}"]


@pytest.mark.parametrize(
    ("is_held", "creates_once", "why"), [(True, True, "held"), (False, False, "versioning")]
)
def test_nothing_is_sent_while_it_is_held_or_create_once_has_no_effect(
    *, is_held: bool, creates_once: bool, why: str
) -> None:
    world = SweptWorld()
    world.pend("waiting")
    if is_held:
        world.hold()
    world.pass_time(HOUR)
    lines, status = rehearsed(world, creates_once=creates_once)
    assert lines == []
    assert why in status.sending
    assert status.pending["waiting"] == 1


def test_no_key_is_shown() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pass_time(HOUR)
    steps = StepList(world.context("sweep"))
    rehearse(world.context("sweep"), until=world.clock() + 200, do=steps.add, creates_once=True)
    assert KEY not in "".join(steps.lines())
    assert steps.document() == {"dry_run": True, "steps": {"NextAttempt": 1}}
