"""What `make mutants` rests on: the accepted survivors, and how a mutant is put in place."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutants.accepted import ANY, Accepted, Change, accepted_survivors
from tests.mutants.swap import swap_in
from tests.mutants.targets import TARGETS, Target
from tests.support.serverless_yml import ROOT

CHANGE = Change("a.py", "f", "x = 1", "x = 2")


def test_an_accepted_survivor_is_still_in_the_source_and_has_a_reason() -> None:
    for entry in accepted_survivors():
        assert entry.path in {target.path for target in TARGETS}
        lines = (ROOT / entry.path).read_text(encoding="utf-8").splitlines()
        assert entry.was == ANY or entry.was in " ".join(line.strip() for line in lines), entry
        assert entry.was != entry.becomes or entry.becomes == ANY, entry
        assert entry.why.endswith("."), entry


@pytest.mark.parametrize(
    ("entry", "covers"),
    [
        (Accepted(*CHANGE, "why"), True),
        (Accepted("a.py", "f", "x = 1", ANY, "why"), True),
        (Accepted("a.py", "f", ANY, ANY, "why"), True),
        (Accepted("b.py", "f", ANY, ANY, "why"), False),
        (Accepted("a.py", "g", ANY, ANY, "why"), False),
        (Accepted("a.py", "f", "x = 0", ANY, "why"), False),
        (Accepted("a.py", "f", "x = 1", "x = 3", "why"), False),
    ],
)
def test_an_entry_covers_the_change_that_it_names(entry: Accepted, *, covers: bool) -> None:
    assert entry.covers(CHANGE) is covers


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_target_is_a_module_with_tests(target: Target) -> None:
    tests = [test for test in target.tests if not test.startswith("--")]
    assert all((ROOT / path).exists() for path in (target.path, *tests))
    assert tests


SOURCE = """
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

LIMIT = 1


class Side(Enum):
    LEFT = "l"


class Pair(NamedTuple):
    left: int = 1

    @property
    def doubled(self):
        return self.left * 2

    def tripled(self):
        return self.left * 3


def answer(side=Side.LEFT, *, plus=1):
    return LIMIT + plus, side is Side.LEFT


@lru_cache(maxsize=2)
def cached():
    return 1
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ModuleType]]:
    """A module, and another that has imported its names."""
    package = tmp_path / "local_of_a_test"
    package.mkdir()
    (package / "first.py").write_text(SOURCE, "utf-8")
    (package / "second.py").write_text("from local_of_a_test.first import *\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("tests.mutants.swap.OUR_PACKAGES", ("local_of_a_test",))
    names = ("local_of_a_test.first", "local_of_a_test.second")
    yield [importlib.import_module(name) for name in names]
    for name in ("local_of_a_test", *names):
        sys.modules.pop(name, None)


def test_the_module_itself_changes_nothing(modules: list[ModuleType]) -> None:
    first, second = modules
    swap_in(first, SOURCE)
    assert second.answer() == (2, True)
    assert (second.Pair().doubled, second.Pair().tripled(), second.cached()) == (2, 3, 1)


@pytest.mark.parametrize(
    ("was", "becomes", "expression", "before", "after"),
    [
        ("LIMIT = 1", "LIMIT = 7", "LIMIT", 1, 7),
        ("LIMIT = 1", "LIMIT = 7", "answer()", (2, True), (8, True)),
        ("plus=1", "plus=7", "answer()", (2, True), (8, True)),
        ("LIMIT + plus", "LIMIT - plus", "answer()", (2, True), (0, True)),
        ("* 2", "* 9", "Pair().doubled", 2, 9),
        ("* 3", "* 9", "Pair().tripled()", 3, 9),
        ("left: int = 1", "left: int = 5", "Pair().left", 1, 5),
        ("return 1", "return 4", "cached()", 1, 4),
    ],
)
def test_whoever_imported_a_name_has_the_mutants(
    modules: list[ModuleType],
    was: str,
    becomes: str,
    expression: str,
    before: object,
    after: object,
) -> None:
    first, second = modules
    for module in modules:
        assert eval(expression, vars(module)) == before  # noqa: S307
    swap_in(first, SOURCE.replace(was, becomes))
    for module in (first, second):
        assert eval(expression, vars(module)) == after  # noqa: S307


def test_a_mutant_that_can_not_be_imported_says_so(modules: list[ModuleType]) -> None:
    with pytest.raises(ZeroDivisionError):
        swap_in(modules[0], SOURCE.replace("LIMIT = 1", "LIMIT = 1 / 0"))
    assert sys.modules[modules[0].__name__] is modules[0]
