"""How fast a sweep sends, how much in a day, and where it stops."""

from __future__ import annotations

import itertools

import pytest

from shared.jobs import Waiting
from tests.support.sweeps import SweptWorld, refusal


@pytest.mark.parametrize(
    ("code", "kind"), [("QueueSaturated", "capacity"), ("QueueNotFound", "configuration")]
)
def test_the_run_stops_sending_at_the_first_refusal_that_others_would_meet_too(
    code: str, kind: str
) -> None:
    world = SweptWorld()
    for number in range(5):
        error = refusal("SlowDown", "capacity")
        world.pend("waiting", key=f"uploads/{number}.jpg", error=error)
    world.jobs.answer = Waiting(code, None, kind)  # type: ignore[arg-type]
    world.pass_time(300)
    assert world.sweep().sending == f"{code} ({kind})"
    assert len(world.jobs.requests) == 1


def test_a_refusal_of_one_job_does_not_stop_the_others() -> None:
    world = SweptWorld()
    world.line_up(5)
    world.jobs.answer = Waiting("InvalidArgument", None, "other")
    world.pass_time(300)
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 5


def test_sending_is_paced() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="4")
    world.line_up(5)
    world.pass_time(300)
    world.sweep()
    assert len(world.jobs.requests) == 5
    assert world.slept == [0.25] * 4


@pytest.mark.parametrize("code", ["AccessDenied", "ResourceAccessDenied", "HTTP401"])
def test_the_run_stops_after_twenty_cards_in_a_row_that_are_denied(code: str) -> None:
    world = SweptWorld()
    world.line_up(25)
    world.jobs.answer = Waiting(code, None, "configuration")
    world.pass_time(300)
    assert world.sweep().sending == f"{code} (configuration)"
    assert len(world.jobs.requests) == 20


def test_an_accepted_job_between_denied_cards_keeps_the_run_sending() -> None:
    world = SweptWorld()
    world.line_up(39)
    answers = itertools.cycle([Waiting("AccessDenied", None, "configuration")] * 19 + [None])

    def answer(_call: str, _name: str) -> None:
        world.jobs.answer = next(answers)

    world.jobs.before = answer
    world.pass_time(300)
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 39


def test_after_the_circuit_opened_the_next_run_sends_what_lies_behind_first() -> None:
    world = SweptWorld()
    for number in range(30):
        world.pend("waiting", key=f"uploads/{number:02}.jpg", trigger="backfill")
    world.jobs.answer = Waiting("AccessDenied", None, "configuration")
    world.pass_time(300)
    world.sweep()
    world.jobs.requests.clear()
    world.pass_time(300)
    world.sweep()
    first = [f"uploads/{number:02}.jpg" for number in range(20, 30)]
    assert [key for key, _ in world.jobs.sent()][:10] == first


def test_a_hundred_refused_cards_do_not_keep_ten_good_ones_waiting_for_an_hour() -> None:
    world = SweptWorld()
    for number in range(110):
        world.pend("waiting", key=f"uploads/{number:03}.jpg", trigger="backfill")

    def answer(_call: str, _name: str) -> None:
        is_good = len(world.jobs.requests) >= 0 and _is_good(world)
        world.jobs.answer = None if is_good else Waiting("AccessDenied", None, "configuration")

    world.jobs.about = answer
    world.pass_time(300)
    for _ in range(12):
        world.sweep()
        world.pass_time(300)
    good = {f"uploads/{number:03}.jpg" for number in range(100, 110)}
    assert {key for key, _ in world.jobs.sent()} >= good
    assert world.states()["submitted"] == 10


def _is_good(world: SweptWorld) -> bool:
    key, _ = world.jobs.sent()[-1]
    return (key or "") >= "uploads/100"
