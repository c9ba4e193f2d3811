from __future__ import annotations

import pytest

from shared.errors import StorageFault
from shared.jobs import Waiting
from shared.pipeline.reconcile import open_pass
from shared.times import rfc3339
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import DAY, HOUR, KEY, SweptWorld


class Reconciled(SweptWorld):
    """A deployment that began at START; the photo was uploaded then and its event lost."""

    def __init__(self, **environment: str) -> None:
        super().__init__(**environment)
        self.store.replace("ocr/state/since.json", f'{{"since": "{rfc3339(START)}"}}'.encode())

    def reconcile(self, after: float, seconds: float = 200) -> None:
        self.pass_time(after)
        open_pass(self.context("sweep"))
        self.sweep(seconds)


def test_a_photo_whose_event_was_lost_is_submitted() -> None:
    world = Reconciled()
    world.reconcile(2 * HOUR)
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    assert world.pending()[1]["trigger"] == "reconcile"
    assert "ocr/state/reconcile.json" not in world.store.objects


def test_without_a_pass_a_sweep_reconciles_nothing() -> None:
    world = Reconciled()
    world.sweep_after(2 * HOUR)
    assert world.jobs.requests == []


@pytest.mark.parametrize("age", [HOUR - 1, 3 * DAY + 1])
def test_a_photo_too_young_or_too_old_is_left_alone(age: float) -> None:
    world = Reconciled()
    world.reconcile(age)
    assert world.jobs.requests == []


@pytest.mark.parametrize("age", [HOUR, 3 * DAY])
def test_the_limits_of_age_belong_to_it(age: float) -> None:
    world = Reconciled()
    world.reconcile(age)
    assert len(world.jobs.requests) == 1


def test_a_photo_that_was_too_young_for_a_daily_pass_is_not_too_old_for_the_next() -> None:
    world = Reconciled(RECONCILE_DAYS="1")
    for age in (HOUR - 1, DAY):
        world.reconcile(age)
    assert len(world.jobs.requests) == 1


def test_a_single_day_reaches_back_a_day_and_a_half() -> None:
    world = Reconciled(RECONCILE_DAYS="1")
    world.reconcile(36 * HOUR + 1)
    assert world.jobs.requests == []


def test_only_backfill_takes_what_was_there_before_the_deployment() -> None:
    world = Reconciled()
    world.store.upload(KEY, last_modified=rfc3339(START - 1))
    world.reconcile(2 * HOUR)
    assert world.jobs.requests == []


def test_what_has_a_result_or_is_pending_is_left_alone() -> None:
    world = Reconciled()
    world.store.upload("uploads/b.jpg")
    world.store.replace(f"ocr/results/{KEY}.{world.version}.json", b"{}")
    world.pend("unknown", key="uploads/b.jpg")
    world.reconcile(2 * HOUR)
    assert world.jobs.requests == []


@pytest.mark.parametrize("page_size", [2, 1000], ids=["from page to page", "within a page"])
def test_a_pass_goes_on_over_several_sweeps(page_size: int) -> None:
    world = Reconciled()
    world.store.page_size = page_size
    for number in range(5):
        world.store.upload(f"uploads/{number}.jpg")

    world.store.before = world.slow_at("exists", 1, "results")
    world.reconcile(2 * HOUR, seconds=3)
    assert world.store.document("ocr/state/reconcile.json")["after"] is not None
    assert 0 < len(world.jobs.requests) < 6
    for _ in range(5):
        world.sweep(seconds=3)
    assert sorted(key or "" for key, _ in world.jobs.sent()) == sorted(world.store.photos)


def test_a_pass_goes_on_while_nothing_is_sent_and_loses_nobody() -> None:
    world = Reconciled()
    for number in range(5):
        world.store.upload(f"uploads/{number}.jpg")
    world.jobs.answer = Waiting("QueueSaturated", None, "capacity")
    world.reconcile(2 * HOUR)
    assert len(world.jobs.requests) == 1
    assert world.states()["waiting"] == 6
    world.jobs.answer = None
    world.sweep_after(HOUR)
    assert len({key for key, _ in world.jobs.sent()}) == 6


def test_opening_a_pass_again_does_not_start_it_over() -> None:
    world = Reconciled()
    world.store.replace("ocr/state/reconcile.json", b'{"after": "uploads/z"}')
    open_pass(world.context("sweep"))
    assert world.store.document("ocr/state/reconcile.json") == {"after": "uploads/z", "again": True}


def test_a_pass_that_was_open_for_long_is_followed_by_another() -> None:
    # Given a pass that went past the photo while it was too young, and then stood still
    world = Reconciled()
    world.store.replace("ocr/state/reconcile.json", b'{"after": "uploads/z"}')
    world.pass_time(DAY)
    # When the daily timer comes
    open_pass(world.context("sweep"))
    world.sweep()
    # Then the photo is found
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    assert "ocr/state/reconcile.json" not in world.store.objects


def test_a_pass_that_has_hardly_begun_is_not_followed_by_another() -> None:
    world = Reconciled()
    for _ in range(2):
        open_pass(world.context("sweep"))
    assert world.store.document("ocr/state/reconcile.json") == {"after": None}


def test_folder_markers_hide_nobody() -> None:
    world = Reconciled(MAX_JOBS_PER_DAY="1")
    for number in range(7):
        world.store.upload(f"uploads/.{number}/", b"")
    world.reconcile(2 * HOUR)
    assert [key for key, _ in world.jobs.sent()] == [KEY]


def test_only_a_job_counts_for_the_day() -> None:
    world = Reconciled(MAX_JOBS_PER_DAY="1")
    for number in range(5):
        world.store.upload(f"uploads/.{number}.txt", content_type="text/plain")
    world.reconcile(2 * HOUR)
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    assert len(world.store.names("results")) == 5


def test_a_fault_about_one_photo_does_not_cost_it_a_day() -> None:
    world = Reconciled()
    faults = iter([StorageFault("HEAD of an object", "ServiceUnavailable")])

    def before(call: str, name: str) -> None:
        if call == "exists" and "results" in name and (fault := next(faults, None)):
            raise fault

    world.store.before = before
    world.reconcile(2 * HOUR)
    assert world.jobs.requests == []
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == [KEY]


def test_a_photo_that_never_answers_does_not_hold_up_the_others() -> None:
    world = Reconciled()
    world.store.upload("uploads/z.jpg")

    world.store.before = failing_at(
        "exists", KEY, StorageFault("HEAD of an object", "AccessDenied")
    )
    world.reconcile(2 * HOUR)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == ["uploads/z.jpg"]


def test_a_photo_that_was_replaced_this_moment_has_an_event_of_its_own() -> None:
    world = Reconciled()

    def replaced(call: str, _name: str) -> None:
        if call == "head_photo":
            world.store.before = failing_at("nothing")
            world.store.upload(KEY, b"another photo")

    world.store.before = replaced
    world.reconcile(2 * HOUR)
    assert world.pending() == {}
    assert world.jobs.requests == []
