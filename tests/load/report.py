"""What the scenarios have in common: draws from a seed, and a report."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass
class Report:
    """The figures in the order they were found, and what is wrong with them."""

    figures: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def must(self, name: str, value: object, wanted: object) -> None:
        """Note a figure that must be exactly this."""
        self.figures[name] = value
        if value != wanted:
            self.problems.append(f"{name}: {value}, must be {wanted}")

    def at_most(self, name: str, value: float, goal: float) -> None:
        """Note a figure that must not be larger than this."""
        self.figures[name] = value
        if value > goal:
            self.problems.append(f"{name}: {value:.3f}, must be at most {goal}")

    def lines(self) -> Iterable[str]:
        width = max(map(len, self.figures), default=0)
        for name, value in self.figures.items():
            yield f"  {name:<{width}}  {_shown(value):>10}"
        for problem in self.problems:
            yield f"WRONG  {problem}"


def seeded(seed: float) -> random.Random:
    """Draws that the seed decides: for histories that can be had again, not for secrets."""
    return random.Random(seed)  # noqa: S311


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def counted(counts: Mapping[str, int]) -> str:
    """`drop 3, delay 2`."""
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _shown(value: object) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
