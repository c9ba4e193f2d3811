"""The requests that docs/performance.md reckons a month with are those that the functions make."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coslocal.agenda import MovableClock
from coslocal.ci.faults import RequestFault
from coslocal.triggers.cos_event import cos_event
from docs import performance
from docs.performance import (
    CALLBACK,
    FINISHED_BY_SWEEP,
    SENT_AGAIN,
    STILL_RUNNING,
    SUBMIT,
    Requests,
)
from tests.docs.test_costs import ROWS
from tests.support.clouds import Cloud, cloud
from tests.support.sent import recorded
from tests.support.serverless_yml import configuration

FEW, MANY = 10, 30  # what the second takes over the first is the cards' alone
AWAY_SECONDS = 3.0  # long after the upload, nobody waits for the clock of COS
OLD_SECONDS = 130.0  # sweep leaves younger ones alone
DUE_SECONDS = 310.0  # so long a card waits that was refused once


class Cards:
    """Photos in a local cloud, of which no function has been told, and a clock to move."""

    def __init__(self, opened: Cloud, clock: MovableClock, count: int) -> None:
        self.opened = opened
        self.clock = clock
        self._events: list[dict[str, object]] = []
        opened.local.cos.on_object_created = lambda upload: self._events.append(
            cos_event([upload], "submit")
        )
        for number in range(count):
            opened.put(f"uploads/{number:03}.jpg")
        clock.move(AWAY_SECONDS)

    def submit(self) -> None:
        for event in self._events:
            self.opened.invoke("submit", event)

    def submit_in_vain(self) -> None:
        """Submit each while CI's queue is full, and wait until the next attempt is due."""
        full = RequestFault("QueueSaturated", times=len(self._events))
        self.opened.local.runner.faults.requests.append(full)
        self.submit()
        self.clock.move(DUE_SECONDS)

    def submit_and_grow_old(self) -> None:
        self.submit()
        self.clock.move(OLD_SECONDS)

    def submit_and_end(self) -> None:
        """Submit each, and let the jobs end without a callback."""
        self.submit()
        self.opened.local.run_until_idle()
        self.clock.move(OLD_SECONDS)

    def end(self) -> None:
        """Let the jobs end, after which CI calls back if it was told to."""
        self.opened.local.run_until_idle()

    def sweep(self) -> None:
        self.opened.invoke("sweep", {"Type": "Timer", "TriggerName": "sweep", "Message": ""})


Do = Callable[[Cards], object]


def requests(count: int, before: Do, counted: Do, callback_type: str) -> Requests:
    """The requests of so many cards, listings apart."""
    clock = MovableClock()
    settings = {"REQUESTS_PER_SECOND": "10000", "CALLBACK_TYPE": callback_type}
    with cloud(clock, ("submit", "callback", "sweep"), **settings) as opened:
        cards = Cards(opened, clock, count)
        before(cards)
        with recorded() as sent:
            counted(cards)
    own = [one.service for one in sent if not one.is_listing]
    return Requests(own.count("COS"), own.count("CI"))


@pytest.mark.parametrize(
    ("before", "counted", "callback_type", "assumed"),
    [
        # Submit's listing of holds, at most one in ten seconds, is apart like every other.
        (lambda _: None, Cards.submit, "URL", SUBMIT._replace(cos=SUBMIT.cos - 1)),
        (Cards.submit, Cards.end, "URL", CALLBACK),
        (Cards.submit_and_grow_old, Cards.sweep, "URL", STILL_RUNNING),
        (Cards.submit_and_end, Cards.sweep, "NONE", FINISHED_BY_SWEEP),
        (Cards.submit_in_vain, Cards.sweep, "URL", SENT_AGAIN),
    ],
    ids=["submit", "callback", "sweep, still running", "sweep, finished", "sweep, sent again"],
)
def test_a_card_takes_the_requests_that_are_assumed(
    before: Do, counted: Do, callback_type: str, assumed: Requests
) -> None:
    few, many = (requests(count, before, counted, callback_type) for count in (FEW, MANY))
    each = [(more - less) / (MANY - FEW) for more, less in zip(many, few, strict=True)]
    assert each == pytest.approx(list(assumed))


def test_the_requests_of_the_costs_are_those_that_are_assumed() -> None:
    for row, assumed in (
        ("submit", SUBMIT),
        ("callback", CALLBACK),
        ("sweep", performance.IDLE_SWEEP),
    ):
        assert (ROWS[row]["COS"], ROWS[row]["CI"]) == assumed


def test_the_memory_is_that_of_serverless_yml() -> None:
    functions = configuration()["functions"].values()
    assert {one["memorySize"] / 1024 for one in functions} == {performance.MEMORY.value}


def test_a_month_without_cards_is_its_sweeps_and_one_listing_a_day() -> None:
    shown = dict(performance.month_of(0))
    assert shown["invocations, SCF"] == f"{performance.SWEEPS:,}"
    assert shown["requests to COS for cards and idle sweeps"] == f"{performance.SWEEPS * 9:,}"
    assert shown["cards that meet a new instance"] == "100%"


def test_a_duration_is_paid_for_in_full_steps() -> None:
    # 0.35 s of submit become 0.4, 0.3 s of callback stay, and 0.5 s of each idle sweep
    shown = dict(performance.month_of(10**9))["GB-seconds, SCF"]
    swept = 10**9 * (0.01 * 4.1 + 0.01 * 6 + 3) + 60 * 3_000_000
    seconds = 10**9 * (0.4 + 0.3) + performance.SWEEPS * 0.5 + swept * 0.05
    assert shown == f"{0.125 * seconds:,.0f}"
