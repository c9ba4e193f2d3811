"""How sweep asks CI for the jobs of submitted cards: ten at a time, or each where it must."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.errors import JobServiceFault
from shared.jobs import UNREADABLE, Described
from tests.support.sweeps import SweptWorld


def test_jobs_are_described_ten_at_a_time() -> None:
    world = SweptWorld()
    for number in range(25):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key, state="Running", container=None)
    asked: list[int] = []
    describe = world.jobs.describe
    world.jobs.describe = lambda job_ids: asked.append(len(job_ids)) or describe(job_ids)  # type: ignore[method-assign, func-returns-value]
    world.pass_time(300)
    world.sweep()
    assert asked == [10, 10, 5]


def test_a_job_whose_reply_can_not_be_read_costs_those_asked_for_with_it_nothing() -> None:
    world = SweptWorld()
    keys = [f"uploads/{number}.jpg" for number in range(3)]
    for key in keys:
        world.pend("submitted", key=key, job_id=key[8])
        world.job(key[8], key=key)
    describe = world.jobs.describe

    def unreadable_with_1(job_ids: Sequence[str]) -> Described:
        if "1" in job_ids:
            raise JobServiceFault("GET of jobs", UNREADABLE)
        return describe(job_ids)

    world.jobs.describe = unreadable_with_1  # type: ignore[method-assign]
    world.pass_time(300)
    world.sweep()
    assert [world.result(key)["outcome"] for key in (keys[0], keys[2])] == ["recognised"] * 2
    assert world.states() == {"submitted": 1}


@pytest.mark.parametrize("code", ["NoReply", "AccessDenied"])
def test_ci_that_shows_no_job_is_not_asked_for_each(code: str) -> None:
    world = SweptWorld()
    for number in range(10):
        world.pend("submitted", key=f"uploads/{number}.jpg", job_id=f"n{number}")
    asked: list[str] = []

    def refuse(call: str, _name: str) -> None:
        asked.append(call)
        raise JobServiceFault("GET of jobs", code)

    world.jobs.before = refuse
    world.pass_time(300)
    world.sweep()
    assert asked == ["describe"]
    assert world.states() == {"submitted": 10}
