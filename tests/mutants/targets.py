"""What is mutated, which tests must notice, and what share of the mutants they must kill."""

from __future__ import annotations

from typing import NamedTuple

_SLOW = "test_a_hundred_refused_cards_do_not_keep_ten_good_ones_waiting_for_an_hour"
_PIPELINE = (
    "tests/shared/pipeline",
    "tests/cli/enqueue/test_card.py",  # claims a card as well
    f"--deselect=tests/shared/pipeline/test_sweep.py::{_SLOW}",
)
_CARD = ("tests/shared/card",)


class Target(NamedTuple):
    """A module, what its tests are, and the share of its mutants that they must kill, in %."""

    path: str
    tests: tuple[str, ...]
    goal: int

    @property
    def name(self) -> str:
        """The module's name without its package, as `ONLY=` takes it."""
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def module(self) -> str:
        """The module's name as Python imports it."""
        return self.path.removesuffix(".py").replace("/", ".")


def _pipeline(name: str, goal: int = 95) -> Target:
    return Target(f"shared/pipeline/{name}.py", _PIPELINE, goal)


def _card(name: str) -> Target:
    return Target(f"shared/card/{name}.py", _CARD, 95)


TARGETS = (
    _pipeline("decide"),
    _pipeline("steps"),
    _pipeline("attempt"),
    _pipeline("claim"),
    _pipeline("gate"),
    _pipeline("budget"),
    _pipeline("perform"),
    _pipeline("job_lookup", 90),
    *map(_card, ("checks", "reading", "values")),
)
