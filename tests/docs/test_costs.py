"""The requests that "Costs" in docs/operating.md counts are those that the functions make."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from coslocal.agenda import MovableClock
from docs.blocks import ROOT
from tests.support.clouds import Cloud, cloud
from tests.support.sent import recorded
from tests.support.serverless_yml import configuration

COSTS = (ROOT / "docs/operating.md").read_text(encoding="utf-8").partition("\n## Costs")[2]
ROWS = {
    name: Counter(COS=int(cos), CI=int(ci))
    for name, cos, ci in re.findall(
        r"^\| `?(\w+)`?, a (?:card|run)[^|]* \| (\d+) \| (\d+) \|$", COSTS, re.MULTILINE
    )
}
HOURS = 3600


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def opened(clock: MovableClock) -> Iterator[Cloud]:
    with cloud(clock, ("submit", "callback", "sweep")) as there:
        yield there


def timer(cloud: Cloud, message: str = "") -> Counter[str]:
    """The requests of a run of sweep, by service."""
    with recorded() as sent:
        cloud.invoke("sweep", {"Type": "Timer", "TriggerName": "timer", "Message": message})
    return Counter(one.service for one in sent)


def test_there_is_a_row_for_each_function_and_for_reconcile() -> None:
    assert list(ROWS) == ["submit", "callback", "sweep", "reconcile"]


def test_a_card_takes_as_many_requests_as_are_counted(opened: Cloud) -> None:
    with recorded() as sent:
        opened.upload("uploads/id/a.jpg")
    count = Counter(one.service for one in sent)
    assert len(opened.names("results")) == 1
    assert count == ROWS["submit"] + ROWS["callback"]
    assert f"+ {count['COS']} requests" in COSTS


def test_an_idle_sweep_takes_as_many_requests_as_are_counted(opened: Cloud) -> None:
    timer(opened)  # the first makes its notes
    count = timer(opened)
    assert count == +ROWS["sweep"]
    assert f"+ {count['COS']} requests )" in COSTS


def test_reconcile_asks_as_often_as_is_counted_for_a_young_card(
    opened: Cloud, clock: MovableClock
) -> None:
    timer(opened, "reconcile")
    without = timer(opened, "reconcile")
    opened.upload("uploads/id/a.jpg")
    clock.move(2 * HOURS)
    assert timer(opened, "reconcile") - without == +ROWS["reconcile"]
    assert "RECONCILE_DAYS requests" in COSTS


def test_the_memory_in_the_formula_is_that_of_every_function() -> None:
    functions = configuration()["functions"].values()
    gigabytes = {function["memorySize"] / 1024 for function in functions}
    assert [f"{one} GB" in COSTS for one in gigabytes] == [True]
