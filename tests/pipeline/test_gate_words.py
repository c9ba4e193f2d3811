"""What the gate says to people: why it is closed, what it stores, and what it logs."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from shared.errors import StorageFault
from shared.jobs import Accepted, Unknown, Waiting
from shared.pipeline.gate import (
    Budget,
    Circuit,
    Closed,
    Gate,
    is_of_one_card,
    is_paused,
    pause,
    resume,
    why_held,
)
from tests.support.claims import AT, LoggedWorld
from tests.support.memory import failing_at

FAULT = str(StorageFault("a request", "InternalError"))
PAUSED = "ocr/state/paused.json"
UNKNOWN = Closed("GateUnknown", "whether sending is paused could not be found out")


@pytest.fixture
def world() -> LoggedWorld:
    return LoggedWorld(MAX_JOBS_PER_DAY="100")


def gate_of(world: LoggedWorld, **named: Any) -> Gate:
    return Gate(world.context("sweep"), **named)


def sent(world: LoggedWorld) -> int:
    count = world.store.document(f"ocr/state/sent/{AT[:10]}.json")["sent"]
    assert isinstance(count, int)
    return count


def test_a_pause_says_who_made_it_when_and_why(world: LoggedWorld) -> None:
    assert not is_paused(world.context())
    pause(world.context(), "somebody", "the bill")
    expected = {"at": AT, "by": "somebody", "why": "the bill"}
    assert world.store.document(PAUSED) == expected
    assert is_paused(world.context())
    assert why_held(world.context()) == Closed("Held", "paused")
    resume(world.context())
    assert PAUSED not in world.store.objects
    assert why_held(world.context()) is None


def test_a_pause_that_can_not_be_read_is_one_and_is_logged(world: LoggedWorld) -> None:
    world.store.before = failing_at("read", "paused")
    assert why_held(world.context()) == UNKNOWN
    assert world.logged("pause_not_read") == [{"level": "warning", "problem": FAULT}]
    with pytest.raises(StorageFault):
        is_paused(world.context())


def test_the_first_reason_stays(world: LoggedWorld) -> None:
    closed = Closed("NotCreateOnce", "why")
    gate = gate_of(world, closed=closed)
    pause(world.context(), "somebody", None)
    world.pass_time(60)
    assert gate.ask() is closed
    gate.hear(("a", "v"), Waiting("SlowDown", None, "capacity"))
    assert gate.closed is closed


def test_a_hold_is_asked_for_once_in_ten_seconds(world: LoggedWorld) -> None:
    gate = gate_of(world)
    for _ in range(3):
        gate.ask()
    assert world.store.calls.count(("read", PAUSED)) == 1
    world.pass_time(10)
    gate.ask()
    gate.ask()
    assert world.store.calls.count(("read", PAUSED)) == 2


def test_a_gate_for_uploads_asks_nothing(world: LoggedWorld) -> None:
    before = list(world.store.calls)
    gate = gate_of(world, is_for_uploads=True)
    assert gate.is_first_answered()
    with gate.slot() as slot:
        assert slot.wait() is None
    assert world.store.calls == before


def test_a_budget_that_can_not_be_read_is_a_reason_and_is_logged(world: LoggedWorld) -> None:
    gate = gate_of(world)
    world.store.before = failing_at("read", "sent/")
    expected = Closed("BudgetUnknown", "how many jobs the day has left is not known")
    with gate.slot() as slot:
        assert slot.closed == expected
        assert slot.wait() == expected
    assert gate.closed == expected
    assert world.logged("budget_not_read") == [{"level": "warning", "problem": FAULT}]


def test_ten_jobs_are_counted_at_once_and_no_more_than_the_day_has() -> None:
    for limit, counted in ((100, [10, 10]), (4, [4, 4])):
        world = LoggedWorld(MAX_JOBS_PER_DAY=str(limit))
        budget = Budget(world.context("sweep"), nullcontext())
        found = []
        for _ in counted:
            assert budget.take() == AT[:10]
            found.append(sent(world))
        assert found == counted
        budget.close()
        assert sent(world) == len(counted)


def test_a_job_that_is_given_back_is_taken_again(world: LoggedWorld) -> None:
    budget = Budget(world.context("sweep"), nullcontext())
    for _ in range(10):
        day = budget.take()
    assert day is not None
    budget.give_back(day)
    budget.give_back("2020-01-01")
    budget.take()
    assert sent(world) == 10
    budget.take()
    assert sent(world) == 20


def test_what_can_not_be_given_back_is_logged_with_its_number(world: LoggedWorld) -> None:
    budget = Budget(world.context("sweep"), nullcontext())
    budget.take()
    world.store.before = failing_at("replace", "sent/")
    budget.close()
    expected = {"level": "warning", "count": 9, "problem": FAULT}
    assert world.logged("not_given_back") == [expected]
    world.store.before = failing_at("nothing")
    budget.close()
    assert sent(world) == 10


def test_a_count_that_is_no_number_counts_as_none(world: LoggedWorld) -> None:
    name = f"ocr/state/sent/{AT[:10]}.json"
    for body in (b'{"sent": "many"}', b"{}", b"no JSON"):
        world.store.objects[name] = body
        budget = Budget(world.context("sweep"), nullcontext())
        budget.take()
        assert sent(world) == 10


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        *((code, True) for code in ("AccessDenied", "ResourceAccessDenied", "HTTP401", "HTTP299")),
        *((code, True) for code in ("HTTP400", "UnBindedBucket", "Unauthorized")),
        *((f"HTTP{status}", False) for status in (300, 301, 302, 307, 308, 399)),
        *((code, False) for code in ("PermanentRedirect", "TemporaryRedirect")),
        *((code, False) for code in ("CIRoleNotExist", "QueueNotFound", "AIBucketUnBinded")),
    ],
)
def test_a_denial_may_concern_the_card_alone(code: str, *, is_one: bool) -> None:
    assert is_of_one_card(code) is is_one


def test_the_twentieth_card_opens_the_circuit_with_its_code() -> None:
    circuit = Circuit()
    answer = Waiting("HTTP401", None, "configuration")
    closed = [circuit.hear((f"{number}", "v"), answer) for number in range(20)]
    assert closed == [None] * 19 + [Closed("CircuitOpen", "HTTP401 (configuration)")]


def test_only_an_accepted_job_ends_a_row_of_refusals() -> None:
    circuit = Circuit()
    answer = Waiting("HTTP401", None, "configuration")
    for number in range(19):
        circuit.hear((f"{number}", "v"), answer)
        circuit.hear(("x", "v"), Unknown("HTTP500"))
    assert circuit.hear(("last", "v"), answer) is not None


def test_a_capacity_refusal_of_a_code_that_concerns_one_card_opens_it_at_once() -> None:
    answer = Waiting("AccessDenied", None, "capacity")
    assert Circuit().hear(("a", "v"), answer) == Closed("CircuitOpen", "AccessDenied (capacity)")


@pytest.mark.parametrize(
    ("answer", "left"), [(Accepted("j1"), 1), (Waiting("X", None, "other"), 0)]
)
def test_the_budget_counts_what_ci_may_have_taken(
    world: LoggedWorld, answer: Any, left: int
) -> None:
    gate = gate_of(world)
    with gate.slot() as slot:
        slot.wait()
        slot.answered(("a", "v"), answer)
    gate.close()
    assert sent(world) == left


def test_a_job_that_nobody_answered_was_used(world: LoggedWorld) -> None:
    gate = gate_of(world)

    def die() -> None:
        with gate.slot() as slot:
            slot.wait()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die()
    gate.close()
    assert sent(world) == 1


def test_the_status_says_in_full_why_nothing_is_sent(world: LoggedWorld) -> None:
    world.store.versioned = True
    expected = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
    assert world.sweep().sending == expected
    world.store.before = failing_at("create_once", "canary")
    expected = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"
    assert world.sweep().sending == expected
