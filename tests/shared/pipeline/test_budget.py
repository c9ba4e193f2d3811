"""The budget: jobs counted in CI's list, the hold of a day, and what one run takes off."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import Accepted, JobPage
from shared.pipeline.budget import NOT_COUNTED, open_budget
from shared.pipeline.gate import Budget, Holds
from shared.times import rfc3339
from tests.support.claims import LoggedWorld
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, SweptWorld

TODAY = "2026-01-02"
NOTE = "ocr/state/budget.json"
HOLD = f"ocr/state/holds/budget.{TODAY}.json"
MIDNIGHT = START - (3 * HOUR + 4 * 60 + 5)


def world_of(limit: int | None, jobs: int = 0, at: float = START - 900) -> SweptWorld:
    """A world whose CI has made so many jobs of ours by now, one a second from `at`."""
    world = SweptWorld(**({} if limit is None else {"MAX_JOBS_PER_DAY": str(limit)}))
    add(world, jobs, at)
    return world


def add(world: SweptWorld, jobs: int, at: float) -> None:
    there = len(world.jobs.jobs)
    for number in range(there, there + jobs):
        world.job(f"j{number}", created_at=rfc3339(at + number - there))


def budget_of(world: SweptWorld) -> Budget:
    opened = open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: False)
    assert isinstance(opened, Budget)
    return opened


def taken(budget: Budget, tries: int) -> int:
    return sum(budget.take() for _ in range(tries))


def test_a_run_takes_what_the_day_has_left() -> None:
    assert taken(budget_of(world_of(10, jobs=7)), 20) == 3


def test_jobs_of_others_and_of_yesterday_do_not_count() -> None:
    world = world_of(10, jobs=2, at=MIDNIGHT - 1)
    world.job("foreign", created_at=rfc3339(START), user_data="another product's")
    world.job("beside us", key="others/a.jpg", created_at=rfc3339(START))
    world.job("silent", created_at=rfc3339(START), user_data=None)
    assert budget_of(world).jobs == 1


def test_the_hold_is_made_once_ci_may_have_taken_the_last_job_of_the_day() -> None:
    world = world_of(10, jobs=8)
    budget = budget_of(world)
    assert taken(budget, 3) == 2
    budget.finish(is_used=True)
    assert HOLD not in world.store.objects
    budget.finish(is_used=True)
    held = world.store.document(HOLD)
    assert (held["by"], held["why"]) == ("sweep", "MAX_JOBS_PER_DAY is used up")
    assert not budget.take()


@pytest.mark.parametrize(("limit", "is_held"), [(5, True), (6, False)])
def test_a_run_makes_or_deletes_the_hold_by_what_the_limit_says_now(
    limit: int, *, is_held: bool
) -> None:
    for before in (True, False):
        world = world_of(limit, jobs=5)
        if before:
            world.hold(f"budget.{TODAY}.json")
        budget_of(world)
        assert (HOLD in world.store.objects) is is_held


def test_holds_of_earlier_days_are_deleted_and_no_others() -> None:
    world = world_of(5)
    for name in ("budget.2025-12-31.json", "budget.2026-01-03.json", "pause.json", "budget.txt"):
        world.hold(name)
    budget_of(world)
    assert world.store.names("state/holds") == [
        f"ocr/state/holds/{name}" for name in ("budget.2026-01-03.json", "budget.txt", "pause.json")
    ]


def test_a_job_is_given_back() -> None:
    budget = budget_of(world := world_of(2, jobs=1))
    budget.take()
    budget.finish(is_used=False)
    assert (budget.jobs, taken(budget, 5)) == (1, 1)
    assert HOLD not in world.store.objects


def test_a_hold_that_can_not_be_made_is_logged_and_left_to_the_next_run() -> None:
    world = LoggedWorld(MAX_JOBS_PER_DAY="1")
    budget = budget_of(world)
    budget.take()
    world.store.before = failing_at("create_once", HOLD)
    budget.finish(is_used=True)
    line = {"level": "warning", "problem": "a request failed: InternalError"}
    assert world.logged("hold_not_made") == [line]
    assert HOLD not in world.store.objects
    world.store.before = lambda _call, _name: None
    add(world, 1, START)
    budget_of(world)
    assert HOLD in world.store.objects


def test_without_a_limit_ci_is_not_asked_and_there_is_no_budget() -> None:
    world = world_of(None, jobs=3)
    assert open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: False) is None
    assert world.store.names("state") == []


def test_the_next_run_counts_on_from_the_note() -> None:
    world = world_of(100, jobs=20, at=START - 2 * HOUR)
    add(world, 5, START - 60)
    assert budget_of(world).jobs == 25
    note = world.store.document(NOTE)
    assert note == {"date": TODAY, "jobs": 20, "until": rfc3339(START - 56 - 600)}
    since: list[float] = []
    world.jobs.since = since.append
    add(world, 1, START)
    assert budget_of(world).jobs == 26
    assert since == [START - 56 - 600]


@pytest.mark.parametrize(
    "note",
    [
        b"{",
        b'{"date": "2026-01-01", "jobs": 9, "until": "2026-01-02T03:00:00Z"}',
        b'{"date": "2026-01-02", "jobs": -1, "until": "2026-01-02T03:00:00Z"}',
        b'{"date": "2026-01-02", "jobs": "9", "until": "2026-01-02T03:00:00Z"}',
        b'{"date": "2026-01-02", "jobs": 9, "until": "soon"}',
        b'{"date": "2026-01-02", "jobs": 9, "until": "2026-01-02T23:00:00Z"}',
        b'{"date": "2026-01-02", "jobs": true, "until": "2026-01-02T03:00:00Z"}',
    ],
)
def test_a_note_that_says_nothing_of_the_day_is_made_anew(note: bytes) -> None:
    world = world_of(100, jobs=4)
    world.store.objects[NOTE] = note
    assert budget_of(world).jobs == 4


def test_a_count_that_found_no_end_goes_on_in_the_next_run() -> None:
    world = world_of(1000, jobs=90)
    world.jobs.page_size = 20
    asked = iter([False, False, True])
    opened = open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: next(asked))
    assert opened == NOT_COUNTED
    assert world.store.document(NOTE)["jobs"] == 39  # one of the last second may have others beside
    assert budget_of(world).jobs == 90


def test_a_count_of_a_list_that_repeats_its_token_is_no_count() -> None:
    world = LoggedWorld(MAX_JOBS_PER_DAY="1000")
    add(world, 90, START - 900)
    world.jobs.page_size = 20
    listed = world.jobs.list_created
    world.jobs.list_created = (  # type: ignore[method-assign]
        lambda since, next_token: listed(since, next_token)._replace(next_token="20")
    )
    opened = open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: False)
    assert opened == NOT_COUNTED
    (line,) = world.logged("budget_not_counted")
    assert line["problem"] == "GET of jobs failed: RepeatedToken"


def test_a_count_of_a_list_out_of_order_begins_anew_if_it_found_no_end() -> None:
    world = world_of(1000, jobs=90)
    world.jobs.page_size = 20
    listed = world.jobs.list_created

    def turned(since: float, next_token: str | None) -> JobPage:
        page = listed(since, next_token)
        return page._replace(jobs=page.jobs[::-1])

    world.jobs.list_created = turned  # type: ignore[method-assign]
    asked = iter([False, False, True])
    open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: next(asked))
    assert world.store.document(NOTE)["jobs"] == 0
    assert budget_of(world).jobs == 90


@pytest.mark.parametrize("about", ["jobs", "holds"])
def test_nothing_is_sent_if_the_jobs_can_not_be_counted_and_the_hold_stays(about: str) -> None:
    world = world_of(10)
    world.line_up(2)
    world.pass_time(300)
    world.hold(f"budget.{TODAY}.json")
    if about == "jobs":
        world.jobs.before = failing_at("list_created", fault=JobServiceFault("GET", "HTTP500"))
    else:
        world.store.before = failing_at("list_objects", "holds/", StorageFault("GET", "HTTP500"))
    text = "the day's jobs could not be counted, and MAX_JOBS_PER_DAY is set"
    assert world.sweep().sending == text
    assert world.jobs.requests == []
    assert HOLD in world.store.objects


def test_a_limit_that_is_unset_lets_the_next_run_send_and_leaves_no_hold() -> None:
    world = world_of(None)
    world.line_up(2)
    world.pass_time(300)
    world.hold(f"budget.{TODAY}.json")
    world.hold("budget.2025-12-31.json")
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 2
    assert world.store.names("state/holds") == []


def test_a_day_has_its_limit_of_jobs_and_the_next_day_goes_on() -> None:
    world = world_of(3)
    world.line_up(5)
    world.pass_time(300)
    accept(world)
    first = world.sweep()
    assert (first.sending, first.jobs_today) == ("MAX_JOBS_PER_DAY is used up", 3)
    assert world.sweep().sending == "MAX_JOBS_PER_DAY is used up"
    assert len(world.jobs.requests) == 3
    world.pass_time(DAY)
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 5
    assert HOLD not in world.store.objects


def accept(world: SweptWorld) -> None:
    """CI lists what it accepts."""

    def about(_call: str, _name: str) -> None:
        key, token = world.jobs.sent()[-1]
        number = len(world.jobs.requests)
        job = world.job(f"sent{number}", key=key, created_at=rfc3339(world.clock()))
        world.jobs.jobs[f"sent{number}"] = job._replace(user_data=token, state="Running")
        world.jobs.answer = Accepted(f"sent{number}")

    world.jobs.about = about


@pytest.mark.parametrize("until", [START - 60, START])
def test_a_note_of_no_jobs_counts_too(until: float) -> None:
    world = world_of(100)
    note = {"date": TODAY, "jobs": 0, "until": rfc3339(until)}
    world.store.objects[NOTE] = json.dumps(note).encode()
    since: list[float] = []
    world.jobs.since = since.append
    assert budget_of(world).jobs == 0
    assert since == [until]


def test_a_used_up_budget_is_logged_once() -> None:
    world = LoggedWorld(MAX_JOBS_PER_DAY="2")
    add(world, 2, START - 900)
    line = {"level": "warning", "problem": "MAX_JOBS_PER_DAY is used up"}
    for _ in range(2):
        open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: False)
        assert world.logged("budget_used_up") == [line]
    assert world.store.document(HOLD)["at"] == rfc3339(START)


def test_a_count_that_ran_out_of_time_is_logged() -> None:
    world = LoggedWorld(MAX_JOBS_PER_DAY="2")
    opened = open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: True)
    assert opened == NOT_COUNTED
    line = {"level": "warning", "problem": "GET of jobs failed: OutOfTime"}
    assert world.logged("budget_not_counted") == [line]


@pytest.mark.parametrize(("call", "name"), [("list_objects", "holds/"), ("delete", "budget")])
def test_without_a_limit_a_fault_about_holds_makes_no_budget(call: str, name: str) -> None:
    world = world_of(None)
    world.hold(f"budget.{TODAY}.json")
    world.store.before = failing_at(call, name)
    assert open_budget(world.context("sweep"), Holds(), nullcontext(), lambda: False) is None
