"""Sweep and the cards whose POST was never answered: CI's own list decides."""

from __future__ import annotations

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import JobPage
from shared.times import rfc3339
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_job_that_was_made_is_adopted(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["state"], pending["job_id"], pending["error"]) == ("submitted", "j1", None)
    assert pending["owner"] == "an-owner"
    assert world.jobs.requests == []


def test_an_adopted_attempt_keeps_the_time_of_its_permit() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["permit_at"], pending["first_permit_at"]) == (rfc3339(START), rfc3339(START))


def test_an_adopted_job_that_ci_loses_is_sent_again() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    world.jobs.jobs.clear()
    for _ in range(2):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert len(world.jobs.requests) == 1


def test_the_next_attempt_is_as_old_as_the_first_permit() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[2]["first_permit_at"] == rfc3339(START)


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_nothing_is_looked_for_before_twenty_minutes(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.later_job()
    world.pass_time(1199)
    world.sweep()
    assert list(world.pending()) == [1]
    assert world.jobs.requests == []


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_proven_absence_is_sent_again(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


@pytest.mark.parametrize("seconds", [None, 0, 79])
def test_an_absence_that_is_not_proven_is_never_sent_again(seconds: int | None) -> None:
    world = SweptWorld()
    world.pend("unknown")
    if seconds is not None:
        world.later_job(seconds)
    world.pass_time(1200)
    world.sweep()
    assert world.jobs.requests == []
    assert list(world.pending()) == [1]


def test_somebody_elses_later_job_proves_nothing() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job("x", key="elsewhere/x.jpg", created_at=rfc3339(START + 100))
    world.job("y", key="uploads/y.jpg", user_data=None, created_at=rfc3339(START + 100))
    world.pass_time(1200)
    world.sweep()
    assert world.jobs.requests == []


def test_the_job_of_another_attempt_is_not_adopted() -> None:
    world = SweptWorld()
    world.pend("unknown", attempt=2)
    world.job(attempt=1, state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[2]["state"] == "unknown"


def test_the_job_of_another_version_is_not_adopted() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job(user_data=world.token(KEY, "other").text)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["state"] == "unknown"


def test_the_search_goes_through_the_pages_of_cis_list() -> None:
    world = SweptWorld()
    world.jobs.page_size = 2
    world.pend("unknown")
    for number in range(5):
        world.job(f"n{number}", key=f"uploads/{number}.jpg")
    world.job("zz", created_at=rfc3339(START + 5), state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["job_id"] == "zz"


def test_a_card_that_stays_unknown_fails_at_give_up() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.pass_time(DAY)
    world.sweep()
    assert world.result()["error"]["code"] == "SubmissionUnknown"
    assert world.result()["error"]["stage"] == "submit"
    assert world.pending() == {}
    assert world.jobs.requests == []


@pytest.mark.parametrize("call", ["exists", "head_source", "create_once"])
def test_a_card_that_could_not_be_given_up_is_given_up_later_and_never_sent(call: str) -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.later_job()
    list_created, world.jobs.list_created = world.jobs.list_created, broken_listing  # type: ignore[method-assign, assignment]
    world.pass_time(DAY)
    world.sweep()
    world.pass_time(HOUR)
    permits: list[str] = []

    def before(asked: str, name: str) -> None:
        permits.extend([name] if asked == "create_once" and "0002" in name else [])
        if permits and asked == call and "0002" not in name:
            raise StorageFault("a request", "InternalError")

    world.store.before = before
    world.sweep()
    assert sorted(world.pending()) == [1, 2]
    world.store.before = lambda _call, _name: None
    world.jobs.list_created = list_created  # type: ignore[method-assign]
    for _ in range(2):
        world.pass_time(HOUR)
        world.sweep()
    assert world.jobs.requests == []
    error = world.result()["error"]
    assert (error["code"], error["stage"]) == ("SubmissionUnknown", "submit")
    assert world.pending() == {}


def broken_listing(_since: float, _token: str | None) -> JobPage:
    raise JobServiceFault("GET of jobs", "HTTP503")


def test_a_card_that_is_done_already_is_only_cleared() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.pass_time(1200)
    world.sweep()
    assert world.pending() == {}
    assert world.jobs.requests == []


def test_give_up_waits_where_a_permit_permits_nothing() -> None:
    world = SweptWorld()
    name = world.pend("unknown", error=refusal("NoReply", "other"))
    world.store.versioned = True
    world.pass_time(2 * DAY)
    world.sweep()
    assert world.store.names("results") == []
    assert name in world.store.objects


def test_a_list_in_another_order_proves_nothing_until_its_end() -> None:
    # Given CI that shows the latest job first, on pages of two
    world = SweptWorld()
    world.pend("unknown")
    world.job("mine", state="Running", container=None)
    world.later_job(100)
    world.job("latest", key="uploads/x.jpg", created_at=rfc3339(START + 200))
    ascending = world.jobs.list_created
    pages = {None: ("latest", "later"), "1": ("mine",)}

    def descending(since: float, next_token: str | None) -> JobPage:
        jobs = {job.job_id: job for job in ascending(since, None).jobs}
        chosen = tuple(jobs[name] for name in pages[next_token])
        return JobPage(chosen, "1" if next_token is None else None)

    world.jobs.list_created = descending  # type: ignore[method-assign]
    world.pass_time(1200)
    world.sweep()
    # Then the job on the last page is found, and no second one sent
    assert world.pending()[1]["job_id"] == "mine"
    assert world.jobs.requests == []


def test_a_list_that_never_ends_is_left_when_the_time_is_over() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    asked: list[str | None] = []

    def endless(since: float, next_token: str | None) -> JobPage:
        del since
        asked.append(next_token)
        world.clock.now += 1
        return JobPage((), str(len(asked)))

    world.jobs.list_created = endless  # type: ignore[method-assign]
    world.pass_time(1200)
    world.sweep(seconds=20)
    assert 0 < len(asked) <= 20
    assert world.jobs.requests == []


def test_a_list_that_turns_in_a_circle_is_left() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    asked: list[str | None] = []

    def circle(since: float, next_token: str | None) -> JobPage:
        del since
        asked.append(next_token)
        return JobPage((), "again")

    world.jobs.list_created = circle  # type: ignore[method-assign]
    world.pass_time(1200)
    world.sweep()
    assert asked == [None, "again"]


def test_one_way_through_cis_list_serves_several_cards() -> None:
    world = SweptWorld()
    for number in range(10):
        world.pend("unknown", key=f"uploads/{number}.jpg", error=refusal("NoReply", "other"))
    asked: list[float] = []
    listed = world.jobs.list_created

    def counted(since: float, next_token: str | None) -> JobPage:
        asked.append(since)
        return listed(since, next_token)

    world.jobs.list_created = counted  # type: ignore[method-assign]
    world.pass_time(1200)
    world.sweep()
    assert asked == [START - 300]


def test_an_unknown_card_ends_where_ci_refuses_to_list() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))

    def refuse(call: str, _name: str) -> None:
        if call == "list_created":
            raise JobServiceFault("GET of jobs", "InvalidArgument")

    world.jobs.before = refuse
    world.pass_time(HOUR)
    world.sweep()
    assert list(world.pending()) == [1]
    for seconds in (DAY, HOUR):
        world.pass_time(seconds)
        world.sweep()
    assert world.result()["error"]["code"] == "SubmissionUnknown"


def test_one_refused_list_gives_up_no_card_whose_job_is_there() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    world.job()
    refusals = iter([JobServiceFault("GET of jobs", "ServiceUnavailable")])

    def refuse(call: str, _name: str) -> None:
        if call == "list_created" and (fault := next(refusals, None)):
            raise fault

    world.jobs.before = refuse
    world.pass_time(2 * DAY)  # nobody swept
    world.sweep()
    assert world.pending()[1]["error"]["code"] == "NotListed"
    world.pass_time(1200)
    world.sweep()
    world.pass_time(200)
    world.sweep()
    assert world.result()["outcome"] == "recognised"


def test_a_card_that_waited_a_day_is_not_given_up_at_its_first_lost_reply() -> None:
    world = SweptWorld()
    world.pass_time(2 * DAY)
    world.pend("unknown", first_permit_at=rfc3339(START))
    world.pass_time(1200)
    world.sweep()
    assert list(world.pending()) == [1]
    world.pass_time(HOUR)
    world.sweep()
    assert world.result()["error"]["code"] == "SubmissionUnknown"


def test_a_claimed_card_whose_job_is_not_found_says_so_and_keeps_its_permits_time() -> None:
    world = SweptWorld()
    world.pend("claimed")
    world.pass_time(1200)
    world.sweep()
    pending = world.pending()[1]
    assert (pending["state"], pending["error"]["code"]) == ("claimed", "NotInList")
    assert (pending["permit_at"], pending["first_permit_at"]) == (rfc3339(START), rfc3339(START))


def test_an_adopted_job_starts_without_the_error_of_its_lost_reply() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["error"] is None


def test_a_job_created_by_a_clock_that_lags_is_found() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.job(state="Running", container=None, created_at=rfc3339(START - 299))
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["job_id"] == "j1"


def test_a_submitted_card_without_its_job_id_is_looked_for() -> None:
    world = SweptWorld()
    world.pend("submitted", job_id=None)
    world.job(state="Running", container=None)
    world.pass_time(1200)
    world.sweep()
    assert world.pending()[1]["job_id"] == "j1"


@pytest.mark.parametrize(("lost", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_card_that_is_given_up_says_when_its_photograph_changed(lost: bool, code: str) -> None:  # noqa: FBT001
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    if lost:
        del world.store.sources[KEY]
    else:
        world.store.upload(KEY, b"another")
    world.pass_time(DAY)
    world.sweep()
    assert world.result()["error"]["code"] == code


def test_a_give_up_that_cos_holds_up_does_not_pile_up_permits() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))

    def before(call: str, _name: str) -> None:
        if call == "head_source":
            raise StorageFault("HEAD of a photograph", "AccessDenied")

    world.store.before = before
    world.pass_time(DAY)
    for _ in range(48):
        world.sweep()
        world.pass_time(300)
    assert len(world.pending()) <= 8
    assert world.jobs.requests == []


# -- many at once ---------------------------------------------------------------------------------


def many_lost(count: int) -> SweptWorld:
    """Cards whose jobs were made, and nobody knows."""
    world = SweptWorld()
    for number in range(count):
        key = f"uploads/{number:03}.jpg"
        world.pend("unknown", key=key)
        world.job(f"n{number}", key=key, state="Running", container=None)
    world.pass_time(1200)
    return world


def test_cis_list_is_read_once_for_many_cards() -> None:
    world = many_lost(250)
    world.jobs.page_size = 1000
    pages = []
    world.jobs.before = lambda call, _: pages.append(call) if call == "list_created" else None
    world.sweep()
    assert world.states() == {"submitted": 250}
    assert len(pages) == 1


def test_none_of_very_many_lost_cards_is_forgotten() -> None:
    world = many_lost(700)
    world.jobs.page_size = 1000
    world.sweep()
    assert world.states() == {"submitted": 700}


def test_lost_cards_are_found_though_the_run_has_no_time_for_all_cards() -> None:
    world = many_lost(100)

    def slow(call: str, _name: str) -> None:
        if call == "read":
            world.clock.now += 2

    world.store.before = slow
    world.sweep(seconds=120)
    assert world.states()["submitted"] >= 25


def test_a_list_that_ends_after_the_time_leaves_the_cards_as_they_are() -> None:
    world = many_lost(20)

    def slow(call: str, _name: str) -> None:
        if call == "list_created":
            world.clock.now += 300

    world.jobs.before = slow
    world.sweep()
    assert world.states() == {"unknown": 20}
    world.jobs.before = lambda *_: None
    world.sweep()
    assert world.states() == {"submitted": 20}


def lost_hours_apart() -> SweptWorld:
    """Two lost cards; the second one's place in CI's list is out of reach of one run."""
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    world.job(state="Running", container=None)
    late = rfc3339(START + 3 * HOUR)
    error = refusal("NoReply", "other")
    world.pend("unknown", key="uploads/z.jpg", permit_at=late, first_permit_at=late, error=error)
    for number in range(1000):
        at = rfc3339(START + 5 + number * 10)
        world.job(f"o{number}", key=f"uploads/o{number}.jpg", created_at=at)
    world.jobs.page_size = 10

    def slow(call: str, _name: str) -> None:
        if call == "list_created":
            world.clock.now += 3

    world.jobs.before = slow
    return world


def test_what_was_found_is_kept_though_the_list_was_not_read_to_its_end() -> None:
    world = lost_hours_apart()
    world.pass_time(4 * HOUR)
    world.sweep()
    assert world.states() == {"submitted": 1, "unknown": 1}


def test_a_card_whose_place_in_the_list_was_not_reached_is_not_given_up() -> None:
    world = lost_hours_apart()
    world.pass_time(3 * DAY)
    world.sweep()
    assert world.states() == {"submitted": 1, "unknown": 1}
    assert world.store.names("results") == []
