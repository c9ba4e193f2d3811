"""What a benchmark is, and when its goal is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple, Protocol


class Part(NamedTuple):
    """One thing measured, once for each turn.

    `goal` is the most that the median may be. `problems` says what else is wrong.
    """

    goal: float
    values: Sequence[float]
    problems: Sequence[str] = ()

    @property
    def value(self) -> float:
        """The value that is quoted: the median of the turns."""
        return median(self.values)

    @property
    def strain(self) -> float:
        """How much of its goal the value uses up: over 1 the goal is missed."""
        return self.value / self.goal

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal and not self.problems


class Figures(NamedTuple):
    """What a benchmark came to.

    `parts` by what each is about. `beside` has the same measure of something else, without a goal.
    """

    parts: Mapping[str, Part]
    beside: Mapping[str, float] = {}


class Measure(Protocol):
    """Measures it; `quick`, with fewer cards and turns."""

    def __call__(self, *, quick: bool) -> Figures:
        """Return the measured value."""


class Benchmark(NamedTuple):
    """A benchmark: its subject, its unit, and the function that measures.

    `unit` is what the values are given in: a ratio to something else, or a unit. One that `is_long`
    is no part of a quick run.
    """

    name: str
    measured: str
    unit: str
    measure: Measure
    is_long: bool = False
