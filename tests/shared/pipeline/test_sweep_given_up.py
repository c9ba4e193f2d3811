"""Sweep and the cards whose job nobody could find out about: when they are given up."""

from __future__ import annotations

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import JobPage
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal


def test_a_card_that_stays_unknown_fails_at_give_up() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.pass_time(DAY)
    world.sweep()
    assert world.pending()[1]["error"]["code"] == "SubmissionUnknown"
    world.pass_time(HOUR)
    world.sweep()
    assert world.result()["error"]["code"] == "SubmissionUnknown"
    assert world.result()["error"]["stage"] == "submit"
    assert world.pending() == {}
    assert world.jobs.requests == []


@pytest.mark.parametrize("call", ["exists", "create_once"])
def test_a_card_that_could_not_be_given_up_is_given_up_later_and_never_sent(call: str) -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.later_job()
    list_created, world.jobs.list_created = world.jobs.list_created, broken_listing  # type: ignore[method-assign, assignment]
    world.pass_time(DAY)
    world.sweep()
    world.pass_time(HOUR)
    claims: list[str] = []

    def before(asked: str, name: str) -> None:
        claims.extend([name] if asked == "create_once" and "0002" in name else [])
        if claims and asked == call and "0002" not in name:
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


def test_give_up_waits_if_a_claim_claims_nothing() -> None:
    world = SweptWorld()
    name = world.pend("unknown", error=refusal("NoReply", "other"))
    world.store.versioned = True
    world.pass_time(2 * DAY)
    world.sweep()
    assert world.store.names("results") == []
    assert name in world.store.objects


def test_an_unknown_card_ends_if_ci_refuses_to_list() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))

    world.jobs.before = failing_at(
        "list_created", fault=JobServiceFault("GET of jobs", "InvalidArgument")
    )
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
    world.pend("unknown", first_claimed_at=rfc3339(START))
    world.pass_time(1200)
    world.sweep()
    assert list(world.pending()) == [1]
    world.pass_time(HOUR)
    world.sweep()
    assert world.result()["error"]["code"] == "SubmissionUnknown"


@pytest.mark.parametrize(("lost", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_card_that_is_given_up_says_when_its_photo_changed(lost: bool, code: str) -> None:  # noqa: FBT001
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))
    if lost:
        del world.store.photos[KEY]
    else:
        world.store.upload(KEY, b"another")
    for seconds in (DAY, HOUR):
        world.pass_time(seconds)
        world.sweep()
    assert world.result()["error"]["code"] == code


def test_a_card_of_unknown_type_that_is_gone_has_the_type_its_key_says() -> None:
    world = SweptWorld()
    world.pend("waiting", card_type=None)
    del world.store.photos[KEY]
    world.pass_time(DAY)
    world.sweep()
    result = world.result()
    assert (result["outcome"], result["card_type"]) == ("failed", "IDCard")
    assert result["error"]["code"] == "SourceGone"


def test_a_give_up_whose_photo_cos_does_not_show_makes_no_attempt() -> None:
    world = SweptWorld()
    world.pend("unknown", error=refusal("NoReply", "other"))

    world.store.before = failing_at(
        "head_photo", fault=StorageFault("HEAD of a photo", "AccessDenied")
    )
    world.pass_time(DAY)
    for _ in range(48):
        world.sweep()
        world.pass_time(300)
    assert list(world.pending()) == [1]
    assert world.jobs.requests == []


def test_a_result_that_comes_first_leaves_the_jobs_of_a_card_that_is_given_up_to_the_next_run() -> (
    None
):
    # Given a card that is given up while another attempt's callback writes the result
    world = SweptWorld()
    world.pend("unknown", 2, error=refusal("SubmissionUnknown", "other")._replace(refusal=None))

    def callback_writes(call: str, name: str) -> None:
        if call == "create_once" and "/results/" in name:
            world.store.before = lambda _call, _name: None
            world.store.objects[name] = b'{"attempts": [{"attempt": 1, "job_id": "j1"}]}'

    world.store.before = callback_writes
    world.pass_time(2 * DAY)
    world.sweep()
    assert sorted(world.pending()) == [2, 3]
    # When sweep comes again, then it records the attempt that nobody names
    world.pass_time(HOUR)
    world.sweep()
    assert world.pending() == {}
    (name,) = world.store.names("deleted")
    attempts = [entry["attempt"] for entry in world.store.document(name)["attempts"]]
    assert 2 in attempts
