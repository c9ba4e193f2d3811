from __future__ import annotations

import pytest

from bench.ratio import Goal, Part, at_least, at_most, exactly


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (at_most(0.5), 0.5, True),
        (at_most(0.5), 0.501, False),
        (at_least(40), 40, True),
        (at_least(40), 39.9, False),
        (exactly(1), 1, True),
        (exactly(1), 1.001, False),
        (Goal(0.98, 1), 0.99, True),
        (Goal(0.98, 1), 1.01, False),
    ],
)
def test_a_goal_is_met_up_to_its_bound(goal: Goal, ratio: float, met: bool) -> None:  # noqa: FBT001
    part = Part(goal, [ratio])
    assert part.met == met
    assert (part.strain <= 1) == met


@pytest.mark.parametrize(
    ("goal", "text"),
    [
        (at_most(0.5), "≤ 0.5"),
        (at_least(40), "≥ 40"),
        (exactly(1), "1.000"),
        (Goal(0.98, 1), "0.98 to 1"),
    ],
)
def test_a_goal_can_be_read(goal: Goal, text: str) -> None:
    assert str(goal) == text


def test_the_median_of_the_turns_is_quoted() -> None:
    assert Part(at_most(1), [9, 0.5, 0.7]).ratio == 0.7


def test_a_problem_misses_the_goal() -> None:
    assert not Part(at_most(1), [0.5], ["ssl is loaded"]).met
