from __future__ import annotations

import math
from collections.abc import Iterator

from cli.sweep.drain import Drain, Drained, Round, drain
from shared.pipeline.status import Status
from tests.support.pipelines import START
from tests.support.sweeps import HOUR, KEY, SweptWorld, refusal


def status(sending: str = "yes", *, whole: bool = True, **pending: int) -> Status:
    return Status("", pending, None, sending, whole)


def drained(world: SweptWorld, until: float = math.inf) -> tuple[Drained, int]:
    """How a drain ended, and how many sweeps it took."""
    seen: list[Status] = []
    context = world.context("sweep")
    end = drain(context, lambda: world.sweep(math.inf), world.pass_time, until, seen.append)
    return end, len(seen)


def test_nothing_pending_takes_one_sweep() -> None:
    assert drained(SweptWorld())[1] == 1


def test_a_card_just_put_in_line_is_waited_for() -> None:
    world = SweptWorld()
    world.pend("waiting")
    end, _ = drained(world)
    assert world.jobs.requests
    assert end.status.pending["waiting"] == 0
    assert world.clock() < START + 300


def test_a_refused_card_is_waited_for() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(130)
    drained(world)
    assert len(world.jobs.requests) == 1
    assert world.clock() >= START + 300


def test_a_stop_ends_it() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("QueueSaturated", "capacity"))
    world.pass_time(HOUR)
    world.hold()
    end, sweeps = drained(world)
    assert (end.status.sending, sweeps) == ("held", 1)


def test_the_end_of_its_time_ends_it() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    end, _ = drained(world, START + 200)
    assert START + 100 < world.clock() < START + 200
    assert not end.done


def test_one_that_nothing_waits_for_any_more_is_done() -> None:
    assert drained(SweptWorld(), START)[0].done


def test_uploads_that_keep_coming_do_not_keep_it() -> None:
    decides, moments = Drain(0), iter(range(0, 1000, 20))

    def ends() -> Iterator[int]:
        for began in moments:
            if decides.is_done(Round(began, status(young=5))):
                yield began

    assert next(ends()) == 140


def test_a_sweep_that_did_not_see_everything_is_not_the_last() -> None:
    assert not Drain(0).is_done(Round(1, status(whole=False)))


def test_what_is_submitted_is_not_waited_for() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state="Running", container=None)
    world.pass_time(130)
    assert drained(world)[1] == 1
    assert KEY in world.store.photos
