"""How fast a sweep sends, how much in a day, and where it stops."""

from __future__ import annotations

import pytest

from shared.errors import StorageFault
from shared.jobs import Waiting
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, SweptWorld, refusal


@pytest.mark.parametrize("kind", ["capacity", "configuration"])
def test_the_run_stops_sending_at_the_first_refusal_that_others_would_meet_too(kind: str) -> None:
    world = SweptWorld()
    for number in range(5):
        error = refusal("SlowDown", "capacity")
        world.pend("waiting", key=f"uploads/{number}.jpg", error=error)
    world.jobs.answer = Waiting("QueueSaturated", None, kind)  # type: ignore[arg-type]
    world.pass_time(300)
    assert world.sweep().sending == f"QueueSaturated ({kind})"
    assert len(world.jobs.requests) == 1


def test_a_refusal_of_one_job_alone_does_not_stop_the_others() -> None:
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


def test_a_day_has_its_limit_of_jobs() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="3")
    world.line_up(5)
    world.pass_time(300)
    assert world.sweep().sending == "MAX_JOBS_PER_DAY"
    assert world.sweep().sending == "MAX_JOBS_PER_DAY"
    assert len(world.jobs.requests) == 3
    assert world.store.document("ocr/state/sent/2026-01-02.json") == {"sent": 3}
    world.pass_time(DAY)
    world.sweep()
    assert len(world.jobs.requests) == 5


def test_a_run_keeps_to_the_limit_though_another_writes_a_smaller_count() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="3")
    world.line_up(5)
    world.pass_time(300)
    count = "ocr/state/sent/2026-01-02.json"
    world.jobs.before = lambda call, _: (
        world.store.replace(count, b'{"sent": 0}') if call == "submit" else None
    )
    assert world.sweep().sending == "MAX_JOBS_PER_DAY"
    assert len(world.jobs.requests) == 3


def test_a_day_that_begins_during_a_run_has_its_own_limit() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="2")
    world.store.replace("ocr/state/sent/2026-01-02.json", b'{"sent": 1}')
    world.line_up(4)
    world.pass_time(300)
    midnight = START + 20 * HOUR + 55 * 60 + 55
    posted: list[float] = []

    def at_midnight(call: str, _name: str) -> None:
        if call == "submit":
            posted.append(world.clock.now)
            world.clock.now = max(world.clock.now, midnight)

    world.jobs.before = at_midnight
    world.sweep(seconds=2 * DAY)
    assert len(posted) == 3
    assert world.store.document("ocr/state/sent/2026-01-02.json") == {"sent": 2}
    assert world.store.document("ocr/state/sent/2026-01-03.json") == {"sent": 2}


def test_where_the_days_count_can_not_be_saved_nothing_is_sent() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="9")
    world.line_up(5)
    world.pass_time(300)

    world.store.before = failing_at(
        "replace", "/sent/", StorageFault("PUT of an object", "AccessDenied")
    )
    world.sweep()
    assert world.jobs.requests == []
    assert len(world.store.names("pending")) == 5


def test_only_what_ci_takes_counts_for_the_day() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="3")
    world.jobs.answer = Waiting("InvalidArgument", None, "other")
    world.line_up(5)
    world.pass_time(300)
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 5
    assert world.store.document("ocr/state/sent/2026-01-02.json") == {"sent": 0}
