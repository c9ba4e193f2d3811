"""What the gate says to people: why it is closed, what it stores, and what it logs."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import StorageFault
from shared.jobs import Unknown, Waiting
from shared.pipeline.gate import MAY_BE_OF_ONE_CARD, Circuit, Closed, Gate, Holds
from tests.support.claims import LoggedWorld
from tests.support.memory import failing_at

FAULT = str(StorageFault("a request", "InternalError"))
HOLDS = "ocr/state/holds/"
UNKNOWN = Closed("GateUnknown", "whether sending is held could not be found out")


@pytest.fixture
def world() -> LoggedWorld:
    return LoggedWorld()


def gate_of(world: LoggedWorld, **named: Any) -> Gate:
    return Gate(world.context("sweep"), Holds(), **named)


def test_holds_that_can_not_be_listed_are_logged(world: LoggedWorld) -> None:
    world.store.before = failing_at("list_objects", "holds")
    assert Holds().ask(world.context()) == UNKNOWN
    assert world.logged("holds_not_listed") == [{"level": "warning", "problem": FAULT}]


def test_the_first_reason_stays(world: LoggedWorld) -> None:
    closed = Closed("NotCreateOnce", "why")
    gate = gate_of(world, shut=closed)
    world.hold()
    world.pass_time(60)
    assert gate.ask() is closed
    gate.hear(("a", "v"), Waiting("SlowDown", None, "capacity"))
    assert gate.closed is closed


def test_holds_are_listed_once_in_ten_seconds(world: LoggedWorld) -> None:
    gate = gate_of(world)
    for _ in range(3):
        gate.ask()
    assert world.store.calls.count(("list_objects", HOLDS)) == 1
    world.pass_time(10)
    gate.ask()
    gate.ask()
    assert world.store.calls.count(("list_objects", HOLDS)) == 2


def test_a_gate_for_uploads_asks_for_nothing_but_the_holds(world: LoggedWorld) -> None:
    world.store.calls.clear()
    gate = world.gate()
    assert gate.is_first_answered()
    with gate.slot() as slot:
        assert slot.wait() is None
    assert world.store.calls == [("list_objects", HOLDS)]


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        *((code, True) for code in ("AccessDenied", "ResourceAccessDenied")),
        *((code, True) for code in ("HTTP401", "Unauthorized")),
        *((f"HTTP{status}", False) for status in (300, 301, 302, 307, 308, 399)),
        *((code, False) for code in ("PermanentRedirect", "TemporaryRedirect")),
        *((code, False) for code in ("CIRoleNotExist", "QueueNotFound", "AIBucketUnBinded")),
    ],
)
def test_a_denial_may_concern_only_the_card(code: str, *, is_one: bool) -> None:
    assert (code in MAY_BE_OF_ONE_CARD) is is_one


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


def test_the_status_says_in_full_why_nothing_is_sent(world: LoggedWorld) -> None:
    world.store.versioned = True
    expected = "create-once has no effect in OUTPUT_BUCKET: it has or had versioning"
    assert world.sweep().sending == expected
    world.store.before = failing_at("create_once", "canary")
    expected = "whether create-once has an effect in OUTPUT_BUCKET could not be found out"
    assert world.sweep().sending == expected
