"""The gate: hold, budget, rate, circuit, and the first job that goes alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from shared.errors import StorageFault
from shared.jobs import Accepted, RefusedForGood, Submission, Unknown, Waiting
from shared.jobs.reply import refusal_class
from shared.pipeline.budget import NOT_COUNTED, open_budget
from shared.pipeline.gate import (
    OVER_BUDGET,
    Circuit,
    Closed,
    Gate,
    Holds,
    is_answer,
    list_holds,
)
from tests.support.claims import LoggedWorld
from tests.support.memory import failing_at
from tests.support.pipelines import START, World

# -- circuit --------------------------------------------------------------------------------------


def refused(code: str) -> Waiting:
    return Waiting(code, None, refusal_class(code))


@pytest.mark.parametrize(
    "code",
    [
        *("QueueSaturated", "QueuePaused", "NoConnection", "HTTP429", "SlowDown"),
        *("CIRoleNotExist", "QueueNotFound", "AIBucketUnBinded", "HTTP301", "PermanentRedirect"),
    ],
)
def test_a_refusal_that_concerns_every_card_opens_the_circuit(code: str) -> None:
    closed = Circuit().hear(("a", "v"), refused(code))
    assert closed == Closed("CircuitOpen", f"{code} ({refusal_class(code)})")


@pytest.mark.parametrize(
    "code", ["AccessDenied", "ResourceAccessDenied", "HTTP401", "Unauthorized"]
)
def test_a_denial_opens_it_after_twenty_different_cards(code: str) -> None:
    circuit = Circuit()
    for number in range(19):
        assert circuit.hear((str(number), "v"), refused(code)) is None
        assert circuit.hear((str(number), "v"), refused(code)) is None
    opened = circuit.hear(("19", "v"), refused(code))
    assert opened == Closed("CircuitOpen", f"{code} (configuration)")


def test_two_versions_of_a_photo_are_two_cards() -> None:
    circuit = Circuit()
    closed = [circuit.hear(("a", str(number)), refused("AccessDenied")) for number in range(20)]
    assert [one is not None for one in closed] == [False] * 19 + [True]


def test_an_accepted_job_begins_the_row_anew() -> None:
    circuit = Circuit()
    for number in range(19):
        circuit.hear((str(number), "v"), refused("AccessDenied"))
    assert circuit.hear(("x", "v"), Accepted("j1")) is None
    for number in range(19):
        assert circuit.hear((str(number), "v"), refused("AccessDenied")) is None


@pytest.mark.parametrize(
    "answer",
    [
        *(Accepted("j1"), Unknown("NoReply"), RefusedForGood("ResourceNotFound", None)),
        *(Waiting("InvalidArgument", None, "other"), Waiting("ClaimTooOld", None, "held")),
    ],
)
def test_what_concerns_only_one_card_never_opens_it(answer: Submission) -> None:
    circuit = Circuit()
    for number in range(50):
        assert circuit.hear((str(number), "v"), answer) is None


# -- gate -----------------------------------------------------------------------------------------


def gate_of(
    world: World, shut: Closed | None = None, new_lock: Callable[[], Any] = nullcontext
) -> Gate:
    """The gate of a sweep, as its run opens it."""
    context = world.context("sweep")
    holds = Holds()
    gate = Gate(
        context, holds, open_budget(context, holds, nullcontext(), lambda: False), shut, new_lock
    )
    gate.ask()
    return gate


def test_a_slot_of_an_open_gate_may_be_used() -> None:
    world = World()
    with gate_of(world).slot() as slot:
        assert slot.closed is None
        assert slot.wait() is None
        assert slot.is_used


def test_a_gate_that_was_closed_lets_nothing_through() -> None:
    closed = Closed("NotCreateOnce", "why")
    gate = gate_of(World(), closed)
    assert not gate.creates_once
    with gate.slot() as slot:
        assert slot.closed == closed
        assert slot.wait() == closed
        assert not slot.is_used


def test_a_hold_closes_the_gate_from_the_start_and_for_no_longer() -> None:
    world = World()
    world.hold()
    gate = gate_of(world)
    assert gate.closed == Closed("Held", "held")
    assert gate.creates_once
    world.lift()
    world.clock.now += 10
    assert gate.ask() is None
    assert gate.closed is None


def test_a_hold_is_asked_for_again_after_ten_seconds() -> None:
    world = World()
    gate = gate_of(world)
    world.hold("anything")
    world.clock.now += 9.9
    assert gate.ask() is None
    world.clock.now += 0.1
    assert gate.ask() == Closed("Held", "held")


def test_holds_that_can_not_be_listed_close_the_gate_until_cos_answers() -> None:
    world = LoggedWorld()
    world.store.before = failing_at("list_objects", "holds")
    gate = gate_of(world)
    problem = str(StorageFault("a request", "InternalError"))
    assert world.logged("holds_not_listed")[0] == {"level": "warning", "problem": problem}
    with gate.slot() as slot:
        unknown = "whether sending is held could not be found out"
        assert slot.closed == Closed("GateUnknown", unknown)
    world.store.before = failing_at("nothing")
    with gate.slot() as slot:
        assert slot.wait() is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pause.json", "Held"),
        ("a/b", "Held"),
        ("budget.json", "Held"),
        ("budget.2026-01-02.json", "OverBudget"),
        ("budget.2026-01-01.json", None),
        ("budget.2026-01-03.json", None),
        ("folder/", None),
    ],
)
def test_any_object_is_a_hold_but_a_folder_and_the_budget_of_another_day(
    name: str, code: str | None
) -> None:
    world = World()
    world.hold(name)
    closed = Holds().ask(world.context())
    assert (closed and closed.code) == code


def test_what_may_lie_on_another_page_holds() -> None:
    world = World()
    world.hold("budget.2026-01-01.json")
    world.hold("budget.2026-01-03.json")
    assert Holds().ask(world.context()) is None
    world.store.page_size = 1
    assert Holds().ask(world.context()) == Closed("Held", "held")


def test_a_budget_of_another_day_is_not_among_the_holds_that_hold_now() -> None:
    world = World()
    for name in ("pause.json", "budget.2026-01-01.json", "budget.2026-01-02.json"):
        world.hold(name)
    listed = list_holds(world.store, "ocr/")
    assert sorted(listed.names_now) == ["budget.2026-01-02.json", "pause.json"]


def test_the_date_of_a_budget_is_told_by_cos_and_not_by_this_machine() -> None:
    world = World()
    world.hold("budget.2026-01-02.json")
    ahead = world.context()._replace(now=lambda: START + 2 * 86_400)
    assert Holds().ask(ahead) == Closed("OverBudget", "MAX_JOBS_PER_DAY is used up")


def test_a_post_that_was_held_up_asks_for_holds_again() -> None:
    world = World()
    with world.gate().slot() as slot:
        world.hold()
        world.clock.now += 10
        assert slot.wait() == Closed("Held", "held")


def test_a_hold_is_asked_for_again_after_a_long_wait_for_the_rate() -> None:
    world = World(REQUESTS_PER_SECOND="1")
    gate = world.gate()
    with gate.slot() as first:
        first.wait()
    gate.rate._next_at = world.clock.now + 30  # noqa: SLF001 — as if 30 others waited before it
    with gate.slot() as slot:
        world.hold()
        assert slot.wait() == Closed("Held", "held")


def test_uploads_know_neither_budget_nor_circuit() -> None:
    world = World(MAX_JOBS_PER_DAY="0")
    gate = world.gate()
    for _ in range(3):
        with gate.slot() as slot:
            assert slot.wait() is None
            slot.answered(("a", "v"), Waiting("QueueSaturated", None, "capacity"))
    assert gate.closed is None


def test_what_was_said_of_one_bucket_is_not_taken_for_another() -> None:
    held, free, holds = World(), World(OUTPUT_PREFIX="other/"), Holds()
    held.hold()
    assert holds.ask(held.context()) is not None
    assert holds.ask(free.context()) is None


def test_a_job_that_the_budget_has_room_for_goes_although_the_next_has_none_left() -> None:
    world = World(MAX_JOBS_PER_DAY="1")
    gate = gate_of(world)
    with gate.slot() as first:
        with gate.slot() as second:
            assert second.closed == OVER_BUDGET
        assert gate.closed == OVER_BUDGET
        assert first.wait() is None


def test_a_slot_that_was_not_used_costs_nothing_of_the_budget() -> None:
    world = World(MAX_JOBS_PER_DAY="1")
    gate = gate_of(world)
    with gate.slot() as slot:
        assert slot.closed is None
    with gate.slot() as slot:
        assert slot.wait() is None
        slot.answered(("a", "v"), Accepted("j1"))
    with gate.slot() as slot:
        assert slot.closed == OVER_BUDGET
    assert gate.closed == OVER_BUDGET


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (Accepted("j1"), 1),
        (Unknown("HTTP500"), 1),
        (Waiting("InvalidArgument", None, "other"), 2),
        (Waiting("ClaimTooOld", None, "held"), 2),
        (RefusedForGood("ResourceNotFound", None), 2),
    ],
)
def test_a_refusal_costs_nothing_of_the_budget(answer: Submission, left: int) -> None:
    world = World(MAX_JOBS_PER_DAY="2")
    gate = gate_of(world)
    with gate.slot() as slot:
        slot.wait()
        slot.answered(("a", "v"), answer)
    assert gate.jobs_today == 2 - left


def test_an_answer_that_concerns_all_closes_the_gate_for_slots_that_wait() -> None:
    world = World()
    gate = gate_of(world)
    with gate.slot() as first:
        first.wait()
        first.answered(("a", "v"), Accepted("j1"))
    with gate.slot() as second, gate.slot() as third:
        second.wait()
        second.answered(("b", "v"), Waiting("QueuePaused", None, "capacity"))
        assert third.closed is None
        slept = list(world.slept)
        assert third.wait() == Closed("CircuitOpen", "QueuePaused (capacity)")
        assert world.slept == slept


def test_an_answer_that_comes_while_a_slot_waits_for_the_rate_stops_it() -> None:
    world = World(REQUESTS_PER_SECOND="1")
    context, refused = world.context("sweep"), Waiting("QueuePaused", None, "capacity")
    gates: list[Gate] = []

    def sleep(seconds: float) -> None:
        world.clock.now += seconds
        gates[0].hear(("b", "v"), refused)

    context = context._replace(sleep=sleep)
    gates.append(
        Gate(context, Holds(), open_budget(context, Holds(), nullcontext(), lambda: False))
    )
    with gates[0].slot() as first, gates[0].slot() as second:
        assert first.wait() is None
        assert second.wait() == Closed("CircuitOpen", "QueuePaused (capacity)")


def test_only_the_first_job_goes_until_ci_has_answered_it() -> None:
    world = World()
    gate = gate_of(world, new_lock=threading.Lock)
    went: list[str] = []

    def send(name: str) -> None:
        with gate.slot() as slot:
            slot.wait()
            went.append(name)

    with gate.slot() as first:
        first.wait()
        other = threading.Thread(target=send, args=("other",))
        other.start()
        other.join(0.2)
        assert went == []
        first.answered(("a", "v"), Accepted("j1"))
    other.join(5)
    assert went == ["other"]
    with gate.slot(), gate.slot():  # from now on they go beside each other
        assert gate.is_first_answered()


def test_if_ci_answers_none_no_job_goes_after_the_runs_end() -> None:
    world = World()
    context = world.context("sweep")
    gate = Gate(context, Holds(), is_over=lambda: context.now() >= START + 30)

    def closed_after(seconds: float, answer: Submission) -> Closed | None:
        world.clock.now = START + seconds
        with gate.slot() as slot:
            closed = slot.wait()
            if closed is None:
                slot.answered(("a", "v"), answer)
        return closed

    too_late = Closed("ClaimTooOld", "the run's time was over before the job's turn came")
    for _ in range(2):  # nothing was sent, so CI can't be silent
        assert closed_after(30, Waiting("ClaimTooOld", None, "held")) is None
    assert closed_after(29, Unknown("NoReply")) is None
    assert closed_after(30, Unknown("NoReply")) == too_late
    assert gate.closed is None
    assert closed_after(29, Accepted("j1")) is None
    assert closed_after(30, Accepted("j2")) is None


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Accepted("j1"), True),
        (Unknown("HTTP500"), True),
        (Unknown("NoReply"), False),
        (Waiting("InvalidArgument", None, "other"), True),
        (Waiting("ClaimTooOld", None, "held"), False),
        (RefusedForGood("ResourceNotFound", None), True),
    ],
)
def test_only_ci_itself_answers(answer: Submission, counts: bool) -> None:  # noqa: FBT001
    assert is_answer(answer) is counts
    gate = gate_of(World())
    gate.hear(("a", "v"), answer)
    assert gate.is_first_answered() is counts


def test_a_run_does_not_wait_for_the_hold_that_it_made_itself() -> None:
    world = World(MAX_JOBS_PER_DAY="2")
    gate = gate_of(world)
    for number in range(2):
        with gate.slot() as slot:
            world.clock.now += 11  # the HEAD and the claim take their time
            assert slot.wait() is None
            slot.answered((str(number), "v"), Accepted(f"j{number}"))
    with gate.slot() as slot:
        assert slot.closed == OVER_BUDGET


def test_a_run_that_stood_still_heeds_the_hold_that_another_made() -> None:
    world = World(MAX_JOBS_PER_DAY="2")
    gate = gate_of(world)
    with gate.slot() as slot:
        world.hold("budget.2026-01-02.json")
        world.clock.now += 3600
        assert slot.wait() == OVER_BUDGET


def test_a_run_that_can_not_count_the_days_jobs_sends_nothing() -> None:
    gate = Gate(World().context(), Holds(), NOT_COUNTED)
    text = "the day's jobs could not be counted, and MAX_JOBS_PER_DAY is set"
    assert gate.ask() == Closed("BudgetUnknown", text)


def test_a_listing_of_holds_that_takes_too_long_ends_a_slot() -> None:
    world = World()

    def slow(call: str, _name: str) -> None:
        world.clock.now += 11 if call == "list_objects" else 0

    world.store.before = slow
    with world.gate().slot() as slot:
        world.store.calls.clear()
        unknown = Closed("GateUnknown", "whether sending is held could not be found out")
        assert slot.wait() == unknown
    assert [call for call, _ in world.store.calls] == ["list_objects"] * 3


def test_the_first_reason_stays() -> None:
    world = World()
    closed = Closed("NotCreateOnce", "why")
    gate = gate_of(world, closed)
    world.hold()
    world.clock.now += 60
    assert gate.ask() is closed
    gate.hear(("a", "v"), Waiting("SlowDown", None, "capacity"))
    assert gate.closed is closed


def test_holds_are_listed_once_in_ten_seconds() -> None:
    world = World()
    gate = gate_of(world)
    for _ in range(3):
        gate.ask()
    assert world.store.calls.count(("list_objects", "ocr/state/holds/")) == 1
    world.clock.now += 10
    gate.ask()
    gate.ask()
    assert world.store.calls.count(("list_objects", "ocr/state/holds/")) == 2


def test_a_gate_for_uploads_asks_for_nothing_but_the_holds() -> None:
    world = World()
    world.store.calls.clear()
    gate = world.gate()
    assert gate.is_first_answered()
    with gate.slot() as slot:
        assert slot.wait() is None
    assert world.store.calls == [("list_objects", "ocr/state/holds/")]


def test_only_an_accepted_job_ends_a_row_of_refusals() -> None:
    circuit = Circuit()
    answer = Waiting("HTTP401", None, "configuration")
    for number in range(19):
        circuit.hear((f"{number}", "v"), answer)
        circuit.hear(("x", "v"), Unknown("HTTP500"))
    assert circuit.hear(("last", "v"), answer) is not None
