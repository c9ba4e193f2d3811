"""What the three commands have in common: the seed, the table, the end."""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

INTERRUPTED = 130


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


def run(
    name: str, measure: Callable[[random.Random, int], Report], arguments: Sequence[str] | None
) -> int:
    """Measure with the seed of the command line and print the report.

    Returns 0, 1 where a figure is wrong, 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog=f"python -m tests.load.{name}")
    parser.add_argument("--seed", type=int, help="default: a new one, which is printed")
    parser.add_argument("--cards", type=int, default=0, help="default: those of the measurement")
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, _interrupt)
    say(f"{name}, SEED={seed}")
    try:
        report = measure(seeded(seed), options.cards)
    except KeyboardInterrupt:
        return INTERRUPTED
    for line in report.lines():
        say(line)
    say(f"{name}: {'WRONG' if report.problems else 'ok'}, SEED={seed}")
    return 1 if report.problems else 0


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


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
