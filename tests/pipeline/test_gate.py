"""The gate: hold, budget, rate, circuit, and the first job that goes alone."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import StorageFault
from shared.jobs import Accepted, RefusedForGood, Submission, Unknown, Waiting
from shared.jobs.reply import refusal_class
from shared.pipeline.gate import (
    Budget,
    Circuit,
    Closed,
    Gate,
    Rate,
    is_answer,
    pause,
    resume,
)
from tests.support.memory import failing_at
from tests.support.pipelines import World

# -- rate -----------------------------------------------------------------------------------------


class Time:
    """A clock whose sleeps wake late, as those of a machine do."""

    def __init__(self, *late: float) -> None:
        self.now = 1000.0
        self._late = list(late)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + (self._late.pop() if self._late else 0)


def rate_of(
    per_second: int, time: Time, lock: AbstractContextManager[object] | None = None
) -> Rate:
    context = World(REQUESTS_PER_SECOND=str(per_second)).context("sweep")
    return Rate(context._replace(now=time, sleep=time.sleep), lock or nullcontext())


def released(rate: Rate, time: Time, turns: int) -> list[float]:
    moments = []
    for _ in range(turns):
        rate.wait()
        moments.append(time.now)
    return moments


def test_turns_are_spaced_evenly() -> None:
    time = Time()
    moments = released(rate_of(4, time), time, 5)
    assert moments == [1000, 1000.25, 1000.5, 1000.75, 1001]


def test_idling_saves_up_no_turns() -> None:
    time = Time()
    rate = rate_of(4, time)
    released(rate, time, 4)
    time.now += 100
    first, second = released(rate, time, 2)
    assert second - first == pytest.approx(0.25)


@given(
    per_second=st.integers(1, 50),
    late=st.lists(st.floats(0, 0.4), max_size=200),
    turns=st.integers(2, 200),
)
def test_no_second_has_more_turns_than_it_may(
    per_second: int, late: list[float], turns: int
) -> None:
    time = Time(*late)
    moments = released(rate_of(per_second, time), time, turns)
    for first, after in zip(moments, moments[per_second:], strict=False):
        assert after - first >= 1 - 1e-6


def test_late_wakings_do_not_lower_the_rate() -> None:
    time = Time(*[0.001] * 400)
    moments = released(rate_of(40, time), time, 401)
    assert 10 <= moments[-1] - moments[0] <= 10.2


def test_threads_share_the_turns() -> None:
    time = Time()
    rate = rate_of(10, time, threading.Lock())
    threads = [threading.Thread(target=rate.wait) for _ in range(11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.now == pytest.approx(1001)


# -- budget ---------------------------------------------------------------------------------------

TODAY = "2026-01-02"
COUNT = f"ocr/state/sent/{TODAY}.json"
DAY = 86_400


def budget(world: World) -> Budget:
    return Budget(world.context("sweep"), nullcontext())


def taken(some: Budget, tries: int) -> int:
    return sum(some.take() is not None for _ in range(tries))


def test_jobs_are_counted_before_they_are_sent() -> None:
    world = World(MAX_JOBS_PER_DAY="100")
    taken(budget(world), 11)
    assert world.store.document(COUNT) == {"sent": 20}  # what a run that died here leaves behind


def test_what_was_not_sent_is_given_back_at_the_end() -> None:
    world = World(MAX_JOBS_PER_DAY="100")
    some = budget(world)
    taken(some, 11)
    some.give_back(TODAY)
    some.close()
    assert world.store.document(COUNT) == {"sent": 10}


def test_the_limit_is_kept_to_the_job() -> None:
    world = World(MAX_JOBS_PER_DAY="13")
    world.store.replace(COUNT, b'{"sent": 2}')
    some = budget(world)
    assert taken(some, 20) == 11
    some.close()
    assert world.store.document(COUNT) == {"sent": 13}


def test_what_another_run_counts_meanwhile_counts_too() -> None:
    world = World(MAX_JOBS_PER_DAY="30")
    some = budget(world)
    taken(some, 10)
    world.store.replace(COUNT, b'{"sent": 25}')
    assert taken(some, 20) == 5


def test_a_count_that_lost_some_is_not_believed() -> None:
    world = World(MAX_JOBS_PER_DAY="15")
    some = budget(world)
    taken(some, 10)
    world.store.replace(COUNT, b'{"sent": 1}')
    assert taken(some, 20) == 5


def test_a_new_day_has_its_own_count_and_yesterdays_job_is_not_given_to_it() -> None:
    world = World(MAX_JOBS_PER_DAY="3")
    some = budget(world)
    taken(some, 2)
    world.clock.now += DAY
    assert some.take() == "2026-01-03"
    some.give_back(TODAY)
    assert taken(some, 5) == 2
    assert world.store.document(COUNT) == {"sent": 2}


def test_without_a_limit_nothing_is_counted() -> None:
    world = World()
    some = budget(world)
    assert taken(some, 50) == 50
    some.close()
    assert world.store.calls == []


def test_a_count_that_can_not_be_given_back_ends_nothing() -> None:
    world = World(MAX_JOBS_PER_DAY="9")
    some = budget(world)
    taken(some, 1)

    def refuse(_call: str, _name: str) -> None:
        raise StorageFault("PUT of an object", "AccessDenied")

    world.store.before = refuse
    some.close()
    assert taken(some, 0) == 0


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
    assert circuit.hear(("19", "v"), refused(code)) is not None


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
def test_what_concerns_one_card_alone_never_opens_it(answer: Submission) -> None:
    circuit = Circuit()
    for number in range(50):
        assert circuit.hear((str(number), "v"), answer) is None


# -- gate -----------------------------------------------------------------------------------------


def gate_of(world: World, **named: Any) -> Gate:
    return Gate(world.context("sweep"), **named)


def test_a_slot_of_an_open_gate_may_be_used() -> None:
    world = World()
    with gate_of(world).slot() as slot:
        assert slot.closed is None
        assert slot.wait() is None
        assert slot.is_used


def test_a_gate_that_was_closed_lets_nothing_through() -> None:
    closed = Closed("NotCreateOnce", "why")
    gate = gate_of(World(), closed=closed)
    assert not gate.creates_once
    with gate.slot() as slot:
        assert slot.closed == closed
        assert slot.wait() == closed
        assert not slot.is_used


def test_a_hold_closes_the_gate_from_the_start() -> None:
    world = World()
    pause(world.context(), "somebody", "the bill")
    gate = gate_of(world)
    assert gate.closed == Closed("Held", "paused")
    assert gate.creates_once
    resume(world.context())
    assert gate_of(world).closed is None


def test_a_hold_is_asked_for_again_after_ten_seconds() -> None:
    world = World()
    gate = gate_of(world)
    pause(world.context(), "somebody", None)
    world.clock.now += 9.9
    assert gate.ask() is None
    world.clock.now += 0.1
    assert gate.ask() == Closed("Held", "paused")
    resume(world.context())
    world.clock.now += 20
    assert gate.ask() is not None  # for the rest of the run


def test_a_hold_that_can_not_be_read_closes_the_gate() -> None:
    world = World()
    world.store.before = failing_at("read", "paused")
    assert gate_of(world).closed is not None
    assert (gate_of(world).closed or Closed("", "")).code == "GateUnknown"


def test_uploads_pass_whatever_is_held() -> None:
    world = World(MAX_JOBS_PER_DAY="0")
    pause(world.context(), "somebody", None)
    gate = gate_of(world, is_for_uploads=True)
    for _ in range(3):
        with gate.slot() as slot:
            assert slot.wait() is None
            slot.answered(("a", "v"), Waiting("QueueSaturated", None, "capacity"))
    assert gate.closed is None
    assert [name for name in world.store.names("state") if "sent" in name] == []


def test_a_slot_that_was_not_used_costs_nothing_of_the_budget() -> None:
    world = World(MAX_JOBS_PER_DAY="1")
    gate = gate_of(world)
    with gate.slot() as slot:
        assert slot.closed is None
    with gate.slot() as slot:
        assert slot.wait() is None
        slot.answered(("a", "v"), Accepted("j1"))
    with gate.slot() as slot:
        assert slot.closed == Closed("OverBudget", "MAX_JOBS_PER_DAY")
    assert gate.closed == Closed("OverBudget", "MAX_JOBS_PER_DAY")


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (Accepted("j1"), 0),
        (Unknown("HTTP500"), 0),
        (Waiting("InvalidArgument", None, "other"), 1),
        (RefusedForGood("ResourceNotFound", None), 1),
    ],
)
def test_a_refusal_costs_nothing_of_the_budget(answer: Submission, left: int) -> None:
    world = World(MAX_JOBS_PER_DAY="1")
    gate = gate_of(world)
    with gate.slot() as slot:
        slot.wait()
        slot.answered(("a", "v"), answer)
    with gate.slot() as slot:
        assert (slot.closed is None) is bool(left)


def test_a_budget_that_can_not_be_read_closes_the_gate() -> None:
    world = World(MAX_JOBS_PER_DAY="1")
    gate = gate_of(world)
    world.store.before = failing_at("read", "sent/")
    with gate.slot() as slot:
        assert slot.closed is not None
        assert slot.closed.code == "BudgetUnknown"


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
        assert third.wait() == Closed("CircuitOpen", "QueuePaused (capacity)")


def test_the_first_job_goes_alone_until_ci_has_answered_it() -> None:
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


def test_a_run_gives_back_what_it_did_not_use() -> None:
    world = World(MAX_JOBS_PER_DAY="100")
    gate = gate_of(world)
    with gate.slot() as slot:
        slot.wait()
        slot.answered(("a", "v"), Accepted("j1"))
    gate.close()
    assert world.store.document(COUNT) == {"sent": 1}
