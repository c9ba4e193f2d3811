"""What a measurement is, and when its goal is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple, Protocol


class Goal(NamedTuple):
    """Where a ratio must end: from `least` to `most`."""

    least: float
    most: float

    def is_met(self, ratio: float) -> bool:
        """Whether it ended there."""
        return self.least <= ratio <= self.most

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.least:.3f}"
        if self.most == float("inf"):
            return f"≥ {self.least:g}"
        return f"≤ {self.most:g}" if self.least == 0 else f"{self.least:g} to {self.most:g}"


def at_most(most: float) -> Goal:
    """The goal that a ratio is no larger."""
    return Goal(0, most)


def at_least(least: float) -> Goal:
    """The goal that a ratio is no smaller."""
    return Goal(least, float("inf"))


def exactly(value: float) -> Goal:
    """The goal that a ratio is this one, to the last digit."""
    return Goal(value, value)


class Part(NamedTuple):
    """One thing measured: a ratio for each turn.

    `problems` are what else was demanded and isn't so.
    """

    goal: Goal
    ratios: Sequence[float]
    problems: Sequence[str] = ()

    @property
    def ratio(self) -> float:
        """The ratio that is quoted: the median of the turns."""
        return median(self.ratios)

    @property
    def strain(self) -> float:
        """How much of its goal the ratio uses up: over 1 it is missed."""
        return max(self.ratio / self.goal.most, self.goal.least / self.ratio)

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.goal.is_met(self.ratio) and not self.problems


class Figures(NamedTuple):
    """What a measurement came to.

    `parts` by what each is about. `beside` are the same measure of other people's programs, which
    have no goal.
    """

    parts: Mapping[str, Part]
    beside: Mapping[str, float] = {}


class Measure(Protocol):
    """Measures it; `quick`, with fewer cards."""

    def __call__(self, *, quick: bool) -> Figures:
        """Return what it came to."""


class Ratio(NamedTuple):
    """A measurement: what is measured, and beside what."""

    name: str
    measured: str
    beside: str
    measure: Measure
