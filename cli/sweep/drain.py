"""Sweep again and again, until nothing waits to be sent or sending stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shared.pipeline.context import Context
from shared.pipeline.status import Status

BETWEEN_SWEEPS_SECONDS = 20
# Sweep skips younger objects, whose creators may still write; with some seconds for clock skew.
_SEEN_AFTER_SECONDS = 130


class Round(NamedTuple):
    """A sweep and when it began (Unix seconds)."""

    began: float
    status: Status


class Drained(NamedTuple):
    """The last sweep of a drain; not `done` if the time was over before the work was."""

    status: Status
    done: bool


class Drain:
    """Decides whether to sweep once more, from what the sweeps saw."""

    def __init__(self, began: float) -> None:
        self._last_waiting = began

    def is_done(self, swept: Round) -> bool:
        """Return whether nothing waits any more, or nothing is sent any more.

        A card that was too young to look at may wait as well. It is old enough for a sweep that
        begins two minutes after the last sweep that saw a card wait.
        """
        if swept.status.sending != "yes":
            return True
        if swept.status.pending.get("waiting"):
            self._last_waiting = swept.began
            return False
        nothing_young = not swept.status.pending.get("young")
        return swept.status.is_whole and (
            nothing_young or swept.began >= self._last_waiting + _SEEN_AFTER_SECONDS
        )


def drain(
    context: Context,
    sweep: Callable[[], Status],
    sleep: Callable[[float], None],
    until: float,
    after_each: Callable[[Status], None],
) -> Drained:
    """Sweep until it is done or the time (Unix seconds) is over."""
    decides = Drain(context.now())
    while True:
        began = context.now()
        status = sweep()
        after_each(status)
        if decides.is_done(Round(began, status)):
            return Drained(status, done=True)
        if context.now() + BETWEEN_SWEEPS_SECONDS >= until:
            return Drained(status, done=False)
        sleep(BETWEEN_SWEEPS_SECONDS)
