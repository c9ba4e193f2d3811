"""Asynchronous invocation with SCF's retries (pages on error types and retry policies)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from coslocal.agenda import Agenda
from coslocal.functions import Failure, Function, Outcome

RETRIES: Final = 2
RETRY_SECONDS: Final = 60.0
MAX_BACKOFF_SECONDS: Final = 300.0
MAX_WAIT_SECONDS: Final = 6 * 3600.0


@dataclass(frozen=True)
class Invocation:
    """One invocation that ended, at Unix time `at`; `attempt` counts from 1."""

    function: str
    attempt: int
    at: float
    outcome: Outcome


@dataclass(frozen=True)
class DeadLetter:
    """An event that was given up after `attempts` invocations, the last with `failure`."""

    function: str
    event: Mapping[str, Any]
    attempts: int
    failure: Failure
    at: float


@dataclass(frozen=True)
class _Delivery:
    function: Function
    event: Mapping[str, Any]
    sent_at: float
    attempt: int = 1
    execution_errors: int = 0


class AsynchronousInvocations:
    """Delivers events to functions by way of the agenda.

    An error of the function's own is followed by two more attempts a minute apart; one of the
    system by more at growing distances, up to five minutes, for six hours. Then the event is a
    dead letter.
    """

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.invocations: list[Invocation] = []
        self.dead_letters: list[DeadLetter] = []

    def send(self, function: Function, event: Mapping[str, Any]) -> None:
        """Have `function` invoked with `event`."""
        delivery = _Delivery(function, event, self._agenda.clock())
        self._agenda.add(partial(self._deliver, delivery))

    def take_dead_letters(self) -> list[DeadLetter]:
        """Return the events that were given up, and keep them no longer."""
        letters = self.dead_letters[:]
        del self.dead_letters[: len(letters)]
        return letters

    def _deliver(self, delivery: _Delivery) -> None:
        outcome = delivery.function.invoke(delivery.event)
        now = self._agenda.clock()
        self.invocations.append(Invocation(delivery.function.name, delivery.attempt, now, outcome))
        if isinstance(outcome, Failure):
            self._failed(delivery, outcome, now)

    def _failed(self, delivery: _Delivery, failure: Failure, now: float) -> None:
        own_fault = failure.kind == "execution"
        errors = delivery.execution_errors + own_fault
        wait = RETRY_SECONDS if own_fault else _backoff(delivery.attempt)
        if errors > RETRIES or now + wait > delivery.sent_at + MAX_WAIT_SECONDS:
            self.dead_letters.append(
                DeadLetter(delivery.function.name, delivery.event, delivery.attempt, failure, now)
            )
            return
        again = _Delivery(
            delivery.function, delivery.event, delivery.sent_at, delivery.attempt + 1, errors
        )
        self._agenda.add(partial(self._deliver, again), after=wait)


def _backoff(attempt: int) -> float:
    """Assumed: one second after the first system error, then doubling up to the known limit."""
    return float(min(2 ** (attempt - 1), MAX_BACKOFF_SECONDS))
