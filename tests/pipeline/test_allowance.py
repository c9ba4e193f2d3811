from __future__ import annotations

from contextlib import nullcontext

from shared.errors import StorageFault
from shared.pipeline.allowance import Allowance
from tests.support.pipelines import World

TODAY = "2026-01-02"
COUNT = f"ocr/state/sent/{TODAY}.json"
DAY = 86_400


def allowance(world: World) -> Allowance:
    return Allowance(world.pipeline("sweep"), nullcontext())


def taken(some: Allowance, tries: int) -> int:
    return sum(some.take() is not None for _ in range(tries))


def test_jobs_are_counted_before_they_are_sent() -> None:
    world = World(MAX_JOBS_PER_DAY="100")
    taken(allowance(world), 11)
    assert world.store.document(COUNT) == {"sent": 20}  # what a run that died here leaves behind


def test_what_was_not_sent_is_given_back_at_the_end() -> None:
    world = World(MAX_JOBS_PER_DAY="100")
    some = allowance(world)
    taken(some, 11)
    some.give_back(TODAY)
    some.close()
    assert world.store.document(COUNT) == {"sent": 10}


def test_the_limit_is_kept_to_the_job() -> None:
    world = World(MAX_JOBS_PER_DAY="13")
    world.store.replace(COUNT, b'{"sent": 2}')
    some = allowance(world)
    assert taken(some, 20) == 11
    some.close()
    assert world.store.document(COUNT) == {"sent": 13}


def test_what_another_run_counts_meanwhile_counts_too() -> None:
    world = World(MAX_JOBS_PER_DAY="30")
    some = allowance(world)
    taken(some, 10)
    world.store.replace(COUNT, b'{"sent": 25}')
    assert taken(some, 20) == 5


def test_a_count_that_lost_some_is_not_believed() -> None:
    world = World(MAX_JOBS_PER_DAY="15")
    some = allowance(world)
    taken(some, 10)
    world.store.replace(COUNT, b'{"sent": 1}')
    assert taken(some, 20) == 5


def test_a_new_day_has_its_own_count_and_yesterdays_job_is_not_given_to_it() -> None:
    world = World(MAX_JOBS_PER_DAY="3")
    some = allowance(world)
    taken(some, 2)
    world.clock.now += DAY
    assert some.take() == "2026-01-03"
    some.give_back(TODAY)
    assert taken(some, 5) == 2
    assert world.store.document(COUNT) == {"sent": 2}


def test_without_a_limit_nothing_is_counted() -> None:
    world = World()
    some = allowance(world)
    assert taken(some, 50) == 50
    some.close()
    assert world.store.calls == []


def test_a_count_that_can_not_be_given_back_ends_nothing() -> None:
    world = World(MAX_JOBS_PER_DAY="9")
    some = allowance(world)
    taken(some, 1)

    def refuse(_call: str, _name: str) -> None:
        raise StorageFault("PUT of an object", "AccessDenied")

    world.store.before = refuse
    some.close()
    assert taken(some, 0) == 0
