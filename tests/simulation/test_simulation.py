"""A few histories of each kind; `make sim` tells a thousand and more."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.faults import EVENTS
from tests.simulation.history import tell
from tests.simulation.shrink import lines
from tests.simulation.stories import STORIES, telling
from tests.simulation.table import Totals

_SEEDS = range(120)


def test_no_history_breaks_a_rule() -> None:
    totals = Totals()
    broken = []
    for outcome in map(tell, _SEEDS):
        totals.add(outcome)
        if outcome.broken:
            broken.append(f"make sim SEED={outcome.seed}: {outcome.broken[0].rule}")
    assert not broken
    assert not totals.too_small()
    assert not totals.too_few()
    assert totals.figures["jobs"] == totals.figures["cards"]
    assert all(totals.tally["delivery", kind] for kind in EVENTS["delivery"])


@pytest.mark.parametrize(
    ("story", "seeds"),
    [
        ("replaced", range(200)),
        ("forgotten", range(200)),
        ("denied", range(200)),
        ("held", range(200)),
        ("twins", range(100)),
        ("starved", range(499, 500)),
    ],
)
def test_no_history_of_another_kind_breaks_a_rule(story: str, seeds: range) -> None:
    told = telling(seeds, story)
    assert told
    assert not [seed for seed in told if STORIES[story](seed).broken]


def test_a_bill_equals_the_jobs_that_ci_accepted_at_any_moment() -> None:
    told = [STORIES["billed"](seed) for seed in telling(range(1000), "billed")]
    assert len(told) == 100
    assert not [outcome.broken for outcome in told if outcome.broken]
    figures = sum((outcome.figures for outcome in told), Counter[str]())
    assert figures["jobs accepted"] > 700
    assert figures["jobs found"] > 0  # of attempts whose JobId nobody was told
    assert figures["jobs accepted"] - figures["jobs named"] - figures["jobs found"] < 5


def test_a_seed_replays_exactly() -> None:
    first, second = tell(7), tell(7)
    assert first.calls == second.calls
    assert first.struck == second.struck
    assert first.figures == second.figures


def test_a_fault_left_out_leaves_the_rest_of_its_process_as_it_was() -> None:
    outcome = tell(7)
    fault = outcome.struck[-1]
    without = tell(7, {(fault.process, fault.number)})
    assert fault not in without.struck
    assert set(outcome.struck) - {fault} <= set(without.struck) | set(outcome.struck[-30:])


def test_a_history_is_printed_call_by_call() -> None:
    told = lines(tell(7))
    assert len(told) >= 100
    assert any("create_once" in line for line in told)
