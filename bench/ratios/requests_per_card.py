"""R5: how many requests to COS and CI a card takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.model import CALLBACK, FINISHED, RUNNING, SENT_AGAIN, SUBMIT, Requests
from bench.ratio import Figures, Goal, Part, Ratio, at_most, exactly
from bench.records import cos_event
from coslocal.agenda import MovableClock
from coslocal.ci.faults import RequestFault
from tests.support.clouds import Cloud, cloud
from tests.support.sent import recorded

_FEW, _MANY = 10, 60  # what the second takes over the first is the cards' alone
_SWEEP = {"Type": "Timer", "TriggerName": "sweep", "Message": ""}
# Long after the upload, nobody waits for the clock of COS.
_AWAY_SECONDS = 3.0
_OLD_SECONDS = 130.0  # sweep leaves younger ones alone
_DUE_SECONDS = 310.0  # so long a card waits that was refused once

Do = Callable[["_Cards"], object]


class _Cards:
    """Photos in a local cloud, of which nobody has been told, and a clock to move."""

    def __init__(self, opened: Cloud, clock: MovableClock, count: int) -> None:
        self._keys = [f"uploads/{number:03}.jpg" for number in range(count)]
        self.opened = opened
        self.clock = clock
        for key in self._keys:
            opened.put(key)
        opened.local.agenda.clear()
        clock.move(_AWAY_SECONDS)

    def submit(self) -> None:
        """Tell submit of each."""
        for key in self._keys:
            self.opened.invoke("submit", cos_event(key))

    def submit_in_vain(self) -> None:
        """The same, while CI's queue is full."""
        full = RequestFault("QueueSaturated", times=len(self._keys))
        self.opened.local.runner.faults.requests.append(full)
        self.submit()
        self.clock.move(_DUE_SECONDS)

    def submit_and_grow_old(self) -> None:
        """Tell submit of each, and let sweep take them for its own."""
        self.submit()
        self.clock.move(_OLD_SECONDS)

    def submit_and_end(self) -> None:
        """The same, and let the jobs end without a callback."""
        self.submit()
        self.opened.local.run_until_idle()
        self.clock.move(_OLD_SECONDS)

    def call_back(self) -> None:
        """Let the jobs end, which CI then calls back for."""
        self.opened.local.run_until_idle()

    def sweep(self) -> None:
        """Sweep once."""
        self.opened.invoke("sweep", _SWEEP)


def _measure(*, quick: bool) -> Figures:  # noqa: ARG001 — it is quick anyway
    sweep = _Cards.sweep
    return Figures(
        {
            # The listing of holds, at most one in ten seconds, is aside like every other.
            "submit": _part(
                SUBMIT._replace(cos=SUBMIT.cos - 1), exactly(1), lambda _: None, _Cards.submit
            ),
            "callback": _part(CALLBACK, exactly(1), _Cards.submit, _Cards.call_back),
            "sweep, a card still running": _part(
                RUNNING, at_most(1), _Cards.submit_and_grow_old, sweep
            ),
            "sweep, a card to finish": _part(
                FINISHED, at_most(1), _Cards.submit_and_end, sweep, CALLBACK_TYPE="NONE"
            ),
            "sweep, a card to send again": _part(
                SENT_AGAIN, at_most(1), _Cards.submit_in_vain, sweep
            ),
        }
    )


def _part(design: Requests, goal: Goal, before: Do, counted: Do, **settings: str) -> Part:
    few, many = (_requests(count, before, counted, settings) for count in (_FEW, _MANY))
    return Part(goal, [(many - few) / (_MANY - _FEW) / design.all])


def _requests(count: int, before: Do, counted: Do, settings: dict[str, str]) -> int:
    with _opened(settings) as (there, clock):
        cards = _Cards(there, clock, count)
        before(cards)
        with recorded() as sent:
            counted(cards)
        return sum(not one.is_listing for one in sent)


@contextmanager
def _opened(settings: dict[str, str]) -> Iterator[tuple[Cloud, MovableClock]]:
    clock = MovableClock()
    functions = ("submit", "callback", "sweep")
    with cloud(clock, functions, REQUESTS_PER_SECOND="10000", **settings) as there:
        yield there, clock


REQUESTS_PER_CARD = Ratio(
    "R5", "requests to COS and CI a card, listings aside", "the design's", _measure
)
