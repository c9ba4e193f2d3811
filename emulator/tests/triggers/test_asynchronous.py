from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coslocal.agenda import Agenda, ManualClock
from coslocal.functions import Failure, Outcome, Returned
from coslocal.triggers.asynchronous import AsynchronousInvocations

OWN = Failure("execution", 430, "Traceback")
DIED = Failure("system", 439, "exited")
EVENT = {"Records": [1]}


class ScriptedFunction:
    """Answers with the outcomes it was given, the last of them for good."""

    name = "uploaded"

    def __init__(self, agenda: Agenda, *outcomes: Outcome) -> None:
        self.environment: dict[str, str] = {}
        self.times: list[float] = []
        self._agenda = agenda
        self._outcomes = list(outcomes)

    def invoke(self, event: Mapping[str, Any]) -> Outcome:
        assert event == EVENT
        self.times.append(self._agenda.clock())
        return self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]

    def close(self) -> None:
        pass


def deliver(*outcomes: Outcome) -> tuple[ScriptedFunction, AsynchronousInvocations]:
    agenda = Agenda(ManualClock(0.0))
    asynchronous = AsynchronousInvocations(agenda)
    function = ScriptedFunction(agenda, *outcomes)
    asynchronous.send(function, EVENT)
    assert function.times == []
    agenda.run_until_idle()
    agenda.advance(24 * 3600)
    return function, asynchronous


def test_a_delivered_event_is_not_delivered_again() -> None:
    function, asynchronous = deliver(Returned({}))
    assert function.times == [0.0]
    assert asynchronous.dead_letters == []


def test_an_execution_error_is_retried_twice_a_minute_apart_then_a_dead_letter() -> None:
    function, asynchronous = deliver(OWN)
    assert function.times == [0.0, 60.0, 120.0]
    [letter] = asynchronous.dead_letters
    assert (letter.function, letter.event, letter.attempts, letter.failure) == (
        "uploaded",
        EVENT,
        3,
        OWN,
    )


def test_retries_end_with_the_first_success() -> None:
    function, asynchronous = deliver(OWN, Returned({}))
    assert function.times == [0.0, 60.0]
    assert asynchronous.dead_letters == []
    assert [invocation.attempt for invocation in asynchronous.invocations] == [1, 2]


def test_a_dead_process_is_retried_at_growing_distances_for_six_hours() -> None:
    function, asynchronous = deliver(DIED)
    distances = [
        after - before for before, after in zip(function.times, function.times[1:], strict=False)
    ]
    assert distances[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert set(distances[10:]) == {300}
    assert function.times[-1] <= 6 * 3600 < function.times[-1] + 300
    assert len(asynchronous.dead_letters) == 1


def test_a_dead_process_costs_none_of_the_two_retries() -> None:
    function, _ = deliver(DIED, DIED, DIED, OWN, OWN, Returned({}))
    assert len(function.times) == 6
