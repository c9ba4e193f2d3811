"""What a run of sweep makes of a card that was lost, refused or held, and of a fault."""

from __future__ import annotations

import pytest

from shared.errors import JobServiceFault, StorageFault
from shared.jobs import JobPage, Waiting
from shared.pipeline.reconcile import open_pass
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld, refusal

# -- a card whose job CI has


def test_a_job_whose_callback_was_lost_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.sweep_after(300)
    result = world.result()
    assert result["outcome"] == "recognised"
    assert result["evidence"]["delivered_by"] == "sweep"
    assert (result["evidence"]["format"], result["evidence"]["verified"]) == ("api", True)
    assert world.pending() == {}


def test_a_job_without_user_data_is_finished_by_its_recorded_id() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(user_data=None)
    world.sweep_after(300)
    assert world.result()["outcome"] == "recognised"


def test_the_recorded_job_of_another_card_is_not_filed() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job(key="uploads/b.jpg")
    world.sweep_after(300)
    assert world.store.names("results") == []


def test_a_job_that_ci_denies_twice_an_hour_after_its_claim_is_sent_again() -> None:
    world = SweptWorld()
    world.pend("submitted")
    for _ in range(2):
        world.sweep_after(2 * HOUR)
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


def test_an_id_that_ci_neither_shows_nor_denies_is_left_alone() -> None:
    world = SweptWorld()
    world.pend("submitted")
    describe = world.jobs.describe
    world.jobs.describe = lambda job_ids: describe(job_ids)._replace(missing=frozenset())  # type: ignore[method-assign]
    for _ in range(3):
        world.sweep_after(2 * HOUR)
    assert world.jobs.requests == []
    assert world.pending()[1]["error"] is None


def test_finishing_costs_four_requests_and_a_tenth() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards[:4] == ["read", "head_photo", "create_once", "delete"]
    assert len(about_cards) == 4


# -- a card whose POST nobody answered


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_job_that_was_made_is_adopted(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.job(state="Running", container=None)
    world.sweep_after(1200)
    pending = world.pending()[1]
    assert (pending["state"], pending["job_id"], pending["error"]) == ("submitted", "j1", None)
    assert pending["owner"] == "an-owner"
    assert world.jobs.requests == []


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_proven_absence_is_sent_again(state: str) -> None:
    world = SweptWorld()
    world.pend(state)
    world.later_job()
    world.sweep_after(1200)
    assert len(world.jobs.requests) == 1
    assert world.pending()[2]["state"] == "submitted"


def test_a_card_that_was_forgotten_while_ci_was_asked_is_not_done() -> None:
    world = SweptWorld()
    name = world.pend("unknown")
    world.later_job()
    world.pass_time(1200)

    def forgets(call: str, _name: str) -> None:
        if call == "list_created":
            world.store.objects.pop(name, None)

    world.jobs.before = forgets
    world.sweep()
    assert world.pending() == {}
    assert world.store.names("results") == []
    assert world.jobs.requests == []


def broken_listing(_since: float, _token: str | None) -> JobPage:
    raise JobServiceFault("GET of jobs", "HTTP503")


def test_a_card_that_stays_unknown_fails_at_give_up() -> None:
    world = SweptWorld()
    world.pend("unknown")
    world.sweep_after(DAY)
    assert world.pending()[1]["error"]["code"] == "SubmissionUnknown"
    world.sweep_after(HOUR)
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
    world.sweep_after(DAY)
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
        world.sweep_after(HOUR)
    assert world.jobs.requests == []
    error = world.result()["error"]
    assert (error["code"], error["stage"]) == ("SubmissionUnknown", "submit")
    assert world.pending() == {}


# -- a card that CI refused


def test_sending_again_costs_six_requests_besides_the_listing() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pass_time(300)
    world.store.calls.clear()
    world.sweep()
    about_cards = [call for call, name in world.store.calls if KEY in name]
    assert about_cards == ["read", "head_photo", "create_once", "exists", "replace"]
    assert len(world.jobs.requests) == 1


def test_the_next_attempts_claim_keeps_two_sweeps_from_sending_twice() -> None:
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


def test_after_the_circuit_opened_the_next_run_sends_what_lies_behind_first() -> None:
    world = SweptWorld()
    for number in range(30):
        world.pend("waiting", key=f"uploads/{number:02}.jpg", trigger="backfill")
    world.jobs.answer = Waiting("AccessDenied", None, "configuration")
    world.sweep_after(300)
    world.jobs.requests.clear()
    world.sweep_after(300)
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


# -- a run that must not send


def test_nothing_is_sent_if_create_once_has_no_effect() -> None:
    world = SweptWorld()
    world.pend("waiting", error=refusal("SlowDown", "capacity"))
    world.pend("unknown", key="uploads/b.jpg")
    world.pend("submitted", key="uploads/c.jpg")
    world.job(key="uploads/c.jpg")
    world.store.versioned = True
    world.pass_time(2 * DAY)
    status = world.sweep()
    expected = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
    assert status.sending == expected
    assert world.jobs.requests == []
    assert [name for name in world.store.names("results") if "uploads/c.jpg" in name]
    assert len(world.pending()) >= 1


def test_without_a_canary_nothing_is_sent_and_what_ended_is_finished() -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.pend("waiting", key="uploads/b.jpg", trigger="backfill")
    world.pass_time(300)

    world.store.before = failing_at(
        "create_once", "canary", StorageFault("PUT of an object", "AccessDenied")
    )
    expected = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"
    assert world.sweep().sending == expected
    assert world.result()["outcome"] == "recognised"
    assert world.jobs.requests == []


def test_results_are_still_written_while_sending_is_held() -> None:
    world = SweptWorld()
    world.pend("waiting")
    world.pend("submitted", key="uploads/b.jpg")
    world.job(key="uploads/b.jpg")
    world.hold()
    world.pass_time(200)
    assert world.sweep().sending == "held"
    assert world.result("uploads/b.jpg")["outcome"] == "recognised"
    assert world.jobs.requests == []


def test_what_is_left_over_is_cleared_even_while_nothing_is_sent() -> None:
    world = SweptWorld()
    name = world.pend("waiting", trigger="backfill")
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.hold()
    world.sweep_after(200)
    assert name not in world.store.objects


def test_a_hold_that_is_lifted_in_a_run_lets_the_rest_of_it_go() -> None:
    world = SweptWorld()
    world.line_up(50)
    world.pass_time(200)
    world.hold()
    reads = 0

    def before(call: str, name: str) -> None:
        nonlocal reads
        if call == "read" and "/pending/" in name:
            reads += 1
            world.pass_time(1)
            if reads == 20:
                world.lift()

    world.store.before = before
    assert world.sweep().sending == "yes"
    assert 20 <= len(world.jobs.requests) < 50


# -- a fault


def test_one_cards_fault_costs_no_other() -> None:
    world = SweptWorld()
    world.in_ci(3)
    world.pass_time(300)

    world.store.before = failing_at("head_photo", "uploads/1.jpg")
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


@pytest.mark.parametrize("folder", ["uploads/", "ocr/pending/"])
def test_a_listing_that_cos_refuses_does_not_stop_the_heartbeat(folder: str) -> None:
    world = SweptWorld()
    world.sweep()
    open_pass(world.context("sweep"))
    world.pass_time(600)

    def refuse(call: str, name: str) -> None:
        if call in {"list_photos", "list_objects"} and name == folder:
            raise StorageFault("GET of a listing", "AccessDenied")

    world.store.before = refuse
    world.sweep()
    assert world.store.document("ocr/state/status.json")["at"] == rfc3339(START + 600)
