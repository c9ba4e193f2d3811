from __future__ import annotations

from pathlib import Path

import pytest

from bench import __main__ as command
from bench import results
from bench.benchmarks import BENCHMARKS
from bench.measurement import Benchmark, Figures, Part

ONE = Figures({"": Part(0.5, [0.4, 0.3, 0.45])})
TWO = Figures({"fast": Part(40, [30]), "small": Part(1, [1.2])}, {"another": 3})


@pytest.mark.parametrize(("value", "is_met"), [(0.5, True), (0.501, False)])
def test_a_goal_is_met_up_to_its_bound(value: float, is_met: bool) -> None:  # noqa: FBT001 - what a test is about
    part = Part(0.5, [value])
    assert (part.is_met, part.strain <= 1) == (is_met, is_met)


def test_the_median_of_the_turns_is_quoted() -> None:
    assert Part(1, [9, 0.5, 0.7]).value == 0.7


def test_a_problem_misses_the_goal() -> None:
    assert not Part(1, [0.5], ["ssl is loaded"]).is_met


def test_an_entry_has_the_value_its_spread_and_its_goal() -> None:
    assert results.entry(ONE, quick=False) == {
        "value": 0.4,
        "low": 0.3,
        "high": 0.45,
        "goal": "≤ 0.5",
        "met": True,
        "turns": 3,
        "quick": False,
    }


def test_of_several_parts_the_one_that_misses_its_goal_stands_at_the_top() -> None:
    entry = results.entry(TWO, quick=True)
    assert (entry["value"], entry["goal"], entry["met"]) == (1.2, "≤ 1", False)
    assert {name: part["met"] for name, part in entry["parts"].items()} == {
        "fast": True,
        "small": False,
    }
    assert entry["beside"] == {"another": 3}


def test_every_part_has_a_line_and_so_has_what_is_beside() -> None:
    fast, small, another = results.lines("some-cpu", results.entry(TWO, quick=True))
    assert fast.split()[-4:] == ["≤", "40", "met", "fast"]
    assert "MISSED" in small
    assert another.split() == ["3.000", "another"]


def test_what_was_measured_before_stays_in_the_order_of_the_benchmarks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = (one.name for one in BENCHMARKS)
    file, read, write = tmp_path / "results.json", results.read, results.write
    monkeypatch.setattr(results, "read", lambda: read(file))
    monkeypatch.setattr(results, "write", lambda entries: write(entries, file))
    measured = [Benchmark(name, "", "", lambda *, quick: ONE) for name in (first, second)]  # noqa: ARG005
    monkeypatch.setattr(command, "BENCHMARKS", measured)
    assert command.main([second]) == 0
    assert command.main([first]) == 0
    assert list(read(file)) == [first, second]


def test_a_quick_run_leaves_out_what_takes_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "read", dict)
    monkeypatch.setattr(results, "write", lambda _entries: None)
    seen: list[str] = []

    def noted(name: str, *, is_long: bool) -> Benchmark:
        def measure(*, quick: bool) -> Figures:
            seen.append(f"{name} {quick}")
            return ONE

        return Benchmark(name, "", "", measure, is_long)

    measured = [noted("a", is_long=True), noted("b", is_long=False)]
    monkeypatch.setattr(command, "BENCHMARKS", measured)
    command.main(["--quick"])
    command.main([])
    assert seen == ["b True", "a False", "b False"]
