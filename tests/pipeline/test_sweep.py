from __future__ import annotations

from typing import Any

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import Container, JobPage, RefusedForGood, Unknown, Waiting
from shared.pipeline.reconcile import open_pass
from shared.pipeline.submit import submit_upload
from shared.times import rfc3339
from tests.support.pipelines import START
from tests.support.sweeps import HOUR, KEY, SweptWorld, refusal

DAY = 24 * HOUR


# -- submitted ------------------------------------------------------------------------------


def test_a_job_whose_callback_was_lost_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.sweep()
    result = world.result()
    assert result["outcome"] == "recognised"
    assert result["evidence"]["delivered_by"] == "sweep"
    assert (result["evidence"]["format"], result["evidence"]["verified"]) == ("api", True)
    assert world.pending() == {}


def test_a_job_without_user_data_is_finished_by_its_recorded_id() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(user_data=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["outcome"] == "recognised"


def test_a_young_pending_object_is_not_even_read() -> None:
    world = SweptWorld()
    name = world.pend("submitted")
    world.job()
    world.pass_time(119)
    world.sweep()
    assert ("read", name) not in world.store.calls
    assert list(world.pending()) == [1]


@pytest.mark.parametrize("state", ["Submitted", "Running", "Pause"])
def test_a_job_that_goes_on_stays_pending_however_long(state: str) -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state=state, container=None)
    world.pass_time(30 * DAY)
    world.sweep()
    assert world.pending()[1]["state"] == "submitted"
    assert world.jobs.requests == []


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


def test_a_passing_failure_is_sent_again_as_the_next_attempt() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    attempts = world.pending()
    assert attempts[1]["state"] == "submitted"
    assert (attempts[2]["state"], attempts[2]["trigger"]) == ("submitted", "upload")
    assert attempts[2]["first_permit_at"] == rfc3339(START)
    assert attempts[2]["owner"] != attempts[1]["owner"]


def test_a_final_failure_is_the_result() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(state="Failed", code="ResourceNotSupported", container=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "ResourceNotSupported"
    assert world.jobs.requests == []


def test_after_the_last_attempt_the_card_is_failed() -> None:
    world = SweptWorld()
    for attempt in (1, 2, 3):
        world.pend("submitted", attempt, job_id=f"j{attempt}")
        world.job(f"j{attempt}", attempt, state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "AttemptsExhausted"
    assert world.jobs.requests == []
    assert world.pending() == {}


def test_refusals_do_not_count_as_attempts() -> None:
    world = SweptWorld()
    for attempt in (1, 2, 3):
        world.pend("waiting", attempt, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 4)
    world.job("j1", 4, state="Failed", code="InternalError", container=None)
    world.pass_time(300)
    world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[5]["state"] == "submitted"


def test_a_job_that_ci_denies_once_is_noted_and_not_sent_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pass_time(2 * HOUR)
    world.sweep()
    assert world.pending()[1]["error"]["code"] == "NoSuchJob"
    assert world.pending()[1]["owner"] == "an-owner"
    assert world.jobs.requests == []


def test_a_job_that_ci_denies_twice_an_hour_after_its_permit_is_sent_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    for _ in range(2):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


def test_a_job_that_ci_denies_within_the_hour_is_left_alone() -> None:
    world = SweptWorld()
    world.pend("submitted")
    for _ in range(5):
        world.pass_time(HOUR / 6)
        world.sweep()
    assert world.pending()[1]["error"] is None
    assert world.jobs.requests == []


def test_an_id_that_ci_neither_shows_nor_denies_is_left_alone() -> None:
    world = SweptWorld()
    world.pend("submitted")
    describe = world.jobs.describe
    world.jobs.describe = lambda job_ids: describe(job_ids)._replace(missing=frozenset())  # type: ignore[method-assign]
    for _ in range(3):
        world.pass_time(2 * HOUR)
        world.sweep()
    assert world.jobs.requests == []
    assert world.pending()[1]["error"] is None


def test_a_success_without_a_result_waits_and_then_fails() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(container=None)
    world.pass_time(HOUR)
    world.sweep()
    assert world.pending()[1]["state"] == "submitted"
    assert world.pending()[1]["error"]["code"] == "NoResultInJob"
    world.pass_time(DAY)
    world.sweep()
    assert world.result()["error"]["code"] == "NoResultInJob"
    assert world.pending() == {}


def test_the_recorded_job_of_another_card_is_not_filed() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(key="uploads/b.jpg")
    world.pass_time(300)
    world.sweep()
    assert world.store.names("results") == []


def test_a_replaced_photograph_fails_without_text() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.store.upload(KEY, b"another person's")
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == "SourceReplaced"
    assert world.result()["items"] == []


# -- claimed and unknown ----------------------------------------------------------------------


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


# -- waiting ----------------------------------------------------------------------------------


def test_a_refused_card_is_sent_again_as_the_next_attempt() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.sweep()
    assert world.jobs.sent() == [(KEY, world.jobs.sent()[0][1])]
    attempts = world.pending()
    assert attempts[1]["state"] == "waiting"
    assert (attempts[2]["state"], attempts[2]["job_id"]) == ("submitted", "j1")


@pytest.mark.parametrize(("attempt", "wait"), [(1, 300), (2, 600), (3, 1200), (4, 2400), (5, 3600)])
def test_each_refusal_doubles_the_wait_to_an_hour(attempt: int, wait: int) -> None:
    world = SweptWorld()
    world.pend("waiting", attempt, error=refusal("SlowDown", "capacity"))
    world.pass_time(wait - 1)
    world.sweep()
    assert world.jobs.requests == []
    world.pass_time(1)
    world.sweep()
    assert len(world.jobs.requests) == 1


def test_a_card_put_in_line_by_backfill_is_due_at_once() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.pass_time(120)
    world.sweep()
    assert world.pending()[2]["trigger"] == "backfill"
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("kind", ["capacity", "configuration"])
def test_a_card_that_waits_for_capacity_or_configuration_never_expires(kind: str) -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("AccessDenied", kind))
    world.jobs.answer = Waiting("AccessDenied", "why", kind)  # type: ignore[arg-type]
    for _ in range(40):
        world.pass_time(DAY)
        world.sweep()
    assert world.store.names("results") == []
    assert max(world.pending()) == 41


def test_another_refusal_fails_at_give_up_with_its_last_code() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("InvalidArgument", "other"))
    world.pass_time(DAY)
    world.sweep()
    error = world.result()["error"]
    assert (error["code"], error["stage"]) == ("InvalidArgument", "submit")
    assert world.jobs.requests == []


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
    for number in range(5):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.jobs.answer = Waiting("InvalidArgument", None, "other")
    world.pass_time(300)
    assert world.sweep().sending == "yes"
    assert len(world.jobs.requests) == 5


def test_sending_is_paced() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="4")
    for number in range(5):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.pass_time(300)
    world.sweep()
    assert len(world.jobs.requests) == 5
    assert world.slept == [0.25] * 4


def test_a_day_has_its_limit_of_jobs() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="3")
    for number in range(5):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.pass_time(300)
    assert world.sweep().sending == "MAX_JOBS_PER_DAY"
    assert world.sweep().sending == "MAX_JOBS_PER_DAY"
    assert len(world.jobs.requests) == 3
    assert world.store.document("ocr/state/sent/2026-01-02.json") == {"sent": 3}
    world.pass_time(DAY)
    world.sweep()
    assert len(world.jobs.requests) == 5


@pytest.mark.parametrize(("lost", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_photograph_that_changed_is_not_sent_again(lost: bool, code: str) -> None:  # noqa: FBT001
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    if lost:
        del world.store.sources[KEY]
    else:
        world.store.upload(KEY, b"another")
    world.pass_time(300)
    world.sweep()
    assert world.result()["error"]["code"] == code
    assert world.jobs.requests == []
    assert world.pending() == {}


def test_a_fault_before_the_next_post_puts_it_off() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)

    def before(call: str, _name: str) -> None:
        if call == "head_source":
            raise StorageFault("a request", "InternalError")

    world.store.before = before
    world.sweep()
    assert world.pending()[2]["state"] == "waiting"
    assert world.jobs.requests == []


def test_sending_again_costs_six_requests_besides_the_listing() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards == ["read", "create_once", "exists", "head_source", "replace"]
    assert len(world.jobs.requests) == 1


def test_finishing_costs_four_requests_and_a_tenth() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards[:4] == ["read", "head_source", "create_once", "delete"]
    assert len(about_cards) == 4


def test_the_next_attempts_permit_keeps_two_sweeps_from_sending_twice() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    inner: list[int] = []

    def another_sweep(call: str, name: str) -> None:
        if call == "create_once" and "0002" in name and not inner:
            inner.append(1)
            world.sweep()

    world.store.before = another_sweep
    world.sweep()
    assert inner
    assert len(world.jobs.requests) == 1


@pytest.mark.parametrize("answer", [Unknown("NoReply"), RefusedForGood("ResourceNotFound", None)])
def test_what_ci_answers_the_next_attempt_is_kept(answer: Unknown | RefusedForGood) -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.jobs.answer = answer
    world.pass_time(300)
    world.sweep()
    if isinstance(answer, Unknown):
        assert world.pending()[2]["state"] == "unknown"
    else:
        assert world.result()["error"]["code"] == "ResourceNotFound"


# -- the run ----------------------------------------------------------------------------------


def test_nothing_is_sent_where_create_once_has_no_effect() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pend("unknown", key="uploads/b.jpg")
    world.pend("submitted", key="uploads/c.jpg")
    world.job(key="uploads/c.jpg")
    world.store.versioned = True
    world.pass_time(2 * DAY)
    status = world.sweep()
    assert "versioning" in status.sending
    assert world.jobs.requests == []
    assert [name for name in world.store.names("results") if "uploads/c.jpg" in name]
    assert len(world.pending()) >= 1


def test_the_canary_holds_from_run_to_run() -> None:
    world = SweptWorld()
    assert world.sweep().sending == "yes"
    assert world.sweep().sending == "yes"


def test_the_status_counts_what_is_pending_and_names_the_oldest() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("AccessDenied", "configuration"))
    world.jobs.answer = Waiting("AccessDenied", None, "configuration")
    world.pass_time(100)
    world.pend("unknown", key="uploads/b.jpg", first_permit_at=rfc3339(START + 100))
    world.pass_time(140)
    world.pend("claimed", key="uploads/c.jpg")
    world.pass_time(60)
    world.sweep()
    status = world.store.document("ocr/state/status.json")
    assert status["schema"] == "card-ocr.status.v1"
    assert status["at"] == rfc3339(START + 300)
    assert status["pending"] == {
        "claimed": 0,
        "submitted": 0,
        "waiting": 1,
        "unknown": 1,
        "young": 1,
    }
    assert status["oldest"] == {
        "key": KEY,
        "version": world.version,
        "state": "waiting",
        "age_seconds": 300,
        "error": {
            **refusal("AccessDenied", "configuration", START + 300).document(),
            "message": None,
        },
    }
    assert status["sending"] == "AccessDenied (configuration)"


def test_a_run_out_of_time_goes_on_where_it_stopped() -> None:
    world = SweptWorld()
    world.store.page_size = 2
    for number in range(6):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.pass_time(300)
    read: list[str] = []

    def slow(call: str, name: str) -> None:
        if call == "read" and "pending" in name:
            read.append(name)
            world.clock.now += 1

    world.store.before = slow
    assert world.sweep(seconds=3).whole is False
    first = [key for key, _ in world.jobs.sent()]
    assert len(first) == 2
    read.clear()
    world.sweep(seconds=3)
    assert [key for key, _ in world.jobs.sent()][2:]
    assert not [name for name in read if any(key and key in name for key in first)]


def test_every_run_looks_at_every_page_once_when_it_has_the_time() -> None:
    world = SweptWorld()
    world.store.page_size = 2
    names = [world.pend("unknown", key=f"uploads/{number}.jpg") for number in range(7)]
    world.store.replace("ocr/state/cursor.json", f'{{"after": "{names[3]}"}}'.encode())
    world.pass_time(300)
    world.store.calls.clear()
    assert world.sweep().whole
    read = [name for call, name in world.store.calls if call == "read" and "pending" in name]
    assert sorted(read) == sorted(names)


def test_one_cards_fault_costs_no_other() -> None:
    world = SweptWorld()
    for number in range(3):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(300)

    def before(call: str, name: str) -> None:
        if call == "head_source" and name == "uploads/1.jpg":
            raise StorageFault("a request", "InternalError")

    world.store.before = before
    world.sweep()
    assert len(world.store.names("results")) == 2
    assert len(world.store.names("pending")) == 1


def test_a_ci_that_can_not_be_asked_changes_nothing() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.pend("unknown", key="uploads/b.jpg", error=refusal("NoReply", "other"))
    world.pass_time(2 * HOUR)
    before = dict(world.store.objects)

    def broken(_call: str, _name: str) -> None:
        raise JobServiceFault("GET of jobs", "HTTP503")

    world.jobs.before = broken
    world.sweep()
    assert {name: world.store.objects[name] for name in before} == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"schema": "other"}', b"\xff"])
def test_an_unreadable_pending_object_is_counted_and_left(body: bytes) -> None:
    world = SweptWorld()
    name = world.pend("waiting")
    world.store.objects[name] = body
    world.pass_time(DAY)
    assert world.sweep().pending["unreadable"] == 1
    assert world.store.objects[name] == body
    assert world.jobs.requests == []


def test_objects_of_other_names_are_left_alone() -> None:
    world = SweptWorld()
    world.store.replace("ocr/pending/readme.txt", b"hello")
    world.pass_time(DAY)
    world.sweep()
    assert world.store.objects["ocr/pending/readme.txt"] == b"hello"


def test_of_a_cards_attempts_the_last_one_counts() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 2)
    world.job(attempt=2, state="Running", container=None)
    world.pass_time(DAY)
    world.sweep()
    assert world.jobs.requests == []
    assert sorted(world.pending()) == [1, 2]


def test_a_finished_card_leaves_none_of_its_attempts() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.pend("submitted", 2)
    world.job(attempt=2)
    world.pass_time(300)
    world.sweep()
    assert world.pending() == {}
    assert world.result()["job"]["attempt"] == 2


def test_an_attempt_left_over_beside_a_result_is_cleared() -> None:
    world = SweptWorld()
    world.pend("waiting", 1, error=refusal("SlowDown", "capacity"))
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.pass_time(300)
    world.sweep()
    assert world.pending() == {}
    assert world.jobs.requests == []


def test_a_key_that_is_the_prefix_of_another_is_another_card() -> None:
    world = SweptWorld()
    long = f"{KEY}.{world.version}.0001.json"
    world.pend("submitted", key=long, job_id="long")
    world.pend("submitted")
    world.job()
    world.job("long", key=long, container=Container("Success", None, None, ()))
    world.pass_time(300)
    world.sweep()
    assert world.result()["outcome"] == "recognised"
    assert world.result(long)["outcome"] == "nothing_found"


# -- what a first reading of the sweep missed ---------------------------------------------------


def writing_fails_once(world: SweptWorld, folder: str) -> None:
    faults = iter([StorageFault("PUT of an object", "ServiceUnavailable")])

    def before(call: str, name: str) -> None:
        if call == "create_once" and f"/{folder}/" in name and (fault := next(faults, None)):
            raise fault

    world.store.before = before


@pytest.mark.parametrize("changes", [{"content_type": "text/plain"}, {"card_type": "Passport"}])
def test_a_rejection_that_could_not_be_written_is_written_by_sweep(changes: dict[str, Any]) -> None:
    # Given an object that is no card, and COS that refuses its result
    world = SweptWorld()
    world.store.upload("uploads/b.jpg", **changes)
    writing_fails_once(world, "results")
    submit_upload(world.pipeline(), world.created("uploads/b.jpg"))
    (name,) = world.store.names("pending")
    assert world.store.document(name)["state"] == "waiting"
    # When sweep comes by
    world.pass_time(300)
    world.sweep()
    # Then it is rejected, and nothing was ever sent
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []
    assert world.store.names("pending") == []


def test_an_unusable_photograph_is_rejected_whatever_its_attempt_was() -> None:
    world = SweptWorld()
    world.pend("claimed", key="uploads/b.jpg")
    world.store.upload("uploads/b.jpg", content_type="text/plain")
    world.later_job()
    world.pass_time(1200)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []


def test_a_result_in_a_bucket_with_versioning_is_not_written_over() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    name = f"ocr/results/{KEY}.{world.version}.json"
    world.store.replace(name, b"the first")
    world.store.versioned = True
    world.pass_time(300)
    world.sweep()
    assert world.store.objects[name] == b"the first"
    assert world.pending() == {}


def test_give_up_waits_where_a_permit_permits_nothing() -> None:
    world = SweptWorld()
    name = world.pend("unknown", error=refusal("NoReply", "other"))
    world.store.versioned = True
    world.pass_time(2 * DAY)
    world.sweep()
    assert world.store.names("results") == []
    assert name in world.store.objects


def test_what_is_left_over_is_cleared_even_while_nothing_is_sent() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="0")
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.store.replace(
        f"ocr/results/uploads/b.jpg.{world.store_version('uploads/b.jpg')}.json", b"{}"
    )
    world.pass_time(300)
    world.sweep()
    assert [name for name in world.store.names("pending") if "b.jpg" in name] == []


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
    world.pass_time(DAY)
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


def test_a_run_that_ends_within_a_page_goes_on_there() -> None:
    world = SweptWorld(REQUESTS_PER_SECOND="1")
    for number in range(30):
        world.pend("waiting", key=f"uploads/{number:02}.jpg", trigger="backfill")
    world.pass_time(400)
    assert not world.sweep(seconds=10).whole
    first = {key for key, _ in world.jobs.sent()}
    assert 0 < len(first) < 30
    assert world.store.document("ocr/state/cursor.json")["after"] is not None
    for _ in range(5):
        world.sweep(seconds=10)
    assert len({key for key, _ in world.jobs.sent()}) == 30
    assert len(world.jobs.requests) == 30


def test_a_whole_round_begins_the_next_one_at_the_start() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.store.replace("ocr/state/cursor.json", b'{"after": "ocr/pending/z"}')
    world.pass_time(300)
    assert world.sweep().whole
    assert world.store.document("ocr/state/cursor.json") == {"after": None}


def test_slow_reads_do_not_keep_a_run_from_finishing_cards() -> None:
    world = SweptWorld()
    for number in range(100):
        key = f"uploads/{number}.jpg"
        world.pend("submitted", key=key, job_id=f"n{number}")
        world.job(f"n{number}", key=key)
    world.pass_time(300)

    def slow(call: str, _name: str) -> None:
        if call == "read":
            world.clock.now += 1

    world.store.before = slow
    world.sweep(seconds=50)
    assert len(world.store.names("results")) >= 40


@pytest.mark.parametrize("folder", ["uploads/", "ocr/pending/"])
def test_a_listing_that_cos_refuses_does_not_stop_the_heartbeat(folder: str) -> None:
    world = SweptWorld()
    world.sweep()
    open_pass(world.pipeline("sweep"))
    world.pass_time(600)

    def refuse(call: str, name: str) -> None:
        if call in {"list_sources", "list_objects"} and name == folder:
            raise StorageFault("GET of a listing", "AccessDenied")

    world.store.before = refuse
    world.sweep()
    assert world.store.document("ocr/state/status.json")["at"] == rfc3339(START + 600)


def test_the_status_counts_what_is_left_not_what_was_found() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    status = world.sweep()
    assert set(status.pending.values()) == {0}
    assert status.oldest is None


@pytest.mark.parametrize("code", ["NoResultInJob", "AttemptsExhausted"])
def test_a_card_that_is_given_up_after_a_job_names_the_job(code: str) -> None:
    world = SweptWorld(MAX_ATTEMPTS="1")
    world.pend("submitted")
    if code == "NoResultInJob":
        world.job(container=None)
    else:
        world.job(state="Failed", code="InternalError", container=None)
    world.pass_time(2 * DAY)
    world.sweep()
    result = world.result()
    assert result["error"]["code"] == code
    assert (result["job"]["id"], result["job"]["attempt"]) == ("j1", 1)
    assert world.pending() == {}


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


def test_the_permits_age_counts_from_before_it_was_asked_for() -> None:
    world = SweptWorld()
    world.pend("waiting", trigger="backfill")
    world.pass_time(300)

    def slow(call: str, name: str) -> None:
        if call == "create_once" and "0002" in name:
            world.clock.now += 50

    world.store.before = slow
    world.sweep()
    assert world.jobs.not_after == [START + 300 + 60]


def test_a_run_ends_on_time_even_within_a_batch() -> None:
    world = SweptWorld()
    for number in range(10):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.pass_time(300)

    def slow(_call: str, _name: str) -> None:
        world.clock.now += 20

    world.jobs.before = slow
    started = world.clock()
    world.sweep(seconds=50)
    assert world.clock() - started <= 50 + 20
    assert len(world.jobs.requests) == 3


def test_a_day_that_begins_during_a_run_has_its_own_limit() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="2")
    world.store.replace("ocr/state/sent/2026-01-02.json", b'{"sent": 1}')
    for number in range(4):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.pass_time(300)
    midnight = START + 20 * HOUR + 55 * 60 + 55
    posted: list[float] = []

    def at_midnight(call: str, _name: str) -> None:
        if call == "submit":
            posted.append(world.clock.now)
            world.clock.now = max(world.clock.now, midnight)

    world.jobs.before = at_midnight
    world.sweep(seconds=2 * DAY)
    assert len(posted) == 2
    assert world.store.document("ocr/state/sent/2026-01-03.json") == {"sent": 2}


def test_a_count_that_can_not_be_saved_does_not_keep_a_refusal_from_stopping() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="9")
    for number in range(5):
        world.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")
    world.jobs.answer = Waiting("QueueSaturated", None, "capacity")
    world.pass_time(300)

    def before(call: str, name: str) -> None:
        if call == "replace" and "/sent/" in name:
            raise StorageFault("PUT of an object", "AccessDenied")

    world.store.before = before
    assert world.sweep().sending == "QueueSaturated (capacity)"
    assert len(world.jobs.requests) == 1


def test_sweeps_own_rejection_that_could_not_be_written_is_written_next_time() -> None:
    world = SweptWorld()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.store.upload("uploads/b.jpg", content_type="text/plain")
    writing_fails_once(world, "results")
    world.pass_time(300)
    world.sweep()
    assert world.store.names("results") == []
    world.pass_time(HOUR)
    world.sweep()
    assert world.result("uploads/b.jpg")["outcome"] == "rejected"
    assert world.jobs.requests == []


def test_an_earlier_attempts_failure_beside_a_result_is_cleared_while_nothing_is_sent() -> None:
    world = SweptWorld(MAX_JOBS_PER_DAY="0")
    world.pend("waiting", key="uploads/a.a.jpg", trigger="backfill")
    world.pend("submitted", key="uploads/b.jpg")
    world.job(key="uploads/b.jpg", state="Failed", code="InternalError", container=None)
    version = world.store_version("uploads/b.jpg")
    world.store.replace(f"ocr/results/uploads/b.jpg.{version}.json", b"{}")
    world.pass_time(300)
    world.sweep()
    world.sweep()
    assert [name for name in world.store.names("pending") if "b.jpg" in name] == []


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


def test_without_a_canary_nothing_is_sent_and_what_ended_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.pass_time(300)

    def before(call: str, name: str) -> None:
        if call == "create_once" and "canary" in name:
            raise StorageFault("PUT of an object", "AccessDenied")

    world.store.before = before
    assert "could not be found out" in world.sweep().sending
    assert world.result()["outcome"] == "recognised"
    assert world.jobs.requests == []
