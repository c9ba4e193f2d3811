from __future__ import annotations

from pathlib import Path

from bench import results
from bench.ratio import Figures, Part, at_least, at_most

ONE = Figures({"": Part(at_most(0.5), [0.4, 0.3, 0.45])})
TWO = Figures({"fast": Part(at_least(40), [50]), "small": Part(at_most(1), [1.2])}, {"another": 3})


def test_an_entry_has_the_ratio_its_spread_and_its_goal() -> None:
    assert results.entry(ONE, quick=False) == {
        "ratio": 0.4,
        "low": 0.3,
        "high": 0.45,
        "goal": "≤ 0.5",
        "met": True,
        "turns": 3,
        "quick": False,
    }


def test_of_several_parts_the_one_that_misses_its_goal_stands_at_the_top() -> None:
    entry = results.entry(TWO, quick=True)
    assert (entry["ratio"], entry["goal"], entry["met"]) == (1.2, "≤ 1", False)
    assert {name: part["met"] for name, part in entry["parts"].items()} == {
        "fast": True,
        "small": False,
    }
    assert entry["beside"] == {"another": 3}


def test_every_part_has_a_line_and_so_has_what_is_beside() -> None:
    fast, small, another = results.lines("R7", results.entry(TWO, quick=True))
    assert fast.split()[-4:] == ["≥", "40", "met", "fast"]
    assert "MISSED" in small
    assert another.split() == ["3.000", "another"]


def test_what_was_measured_before_stays_and_r2_stands_before_r10(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    assert results.read(file) == {}
    results.write({"R10": {"ratio": 1}, "R2": {"ratio": 2}}, file)
    results.write(results.read(file) | {"R2": {"ratio": 3}}, file)
    assert list(results.read(file).items()) == [("R2", {"ratio": 3}), ("R10", {"ratio": 1})]
