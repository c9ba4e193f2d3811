from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.backfill import Releases

START = 1_767_323_045.0


def releases(**runs: list[float]) -> Releases:
    return Releases({name: [START + moment for moment in run] for name, run in runs.items()})


def test_the_rate_of_a_run_is_that_of_its_intervals() -> None:
    assert releases(a=[0, 0.5, 1]).rate(1) == pytest.approx(2)


def test_what_lies_between_two_runs_does_not_count() -> None:
    assert releases(a=[0, 1], b=[100, 101, 102]).rate(1) == pytest.approx(1)


def test_short_runs_have_no_rate() -> None:
    found = releases(a=[0, 0.001], b=[5, 6, 7])
    assert found.rates(2) == pytest.approx([1])
    assert found.total() == 5


def test_a_calendar_second_counts_all_runs() -> None:
    assert releases(a=[0.1, 0.9, 1.0], b=[0.5]).most_in_a_second() == 3


def test_no_release_has_no_rate() -> None:
    assert (releases().rate(1), releases().most_in_a_second()) == (0, 0)


def test_it_reads_what_was_written_down(tmp_path: Path) -> None:
    written = tmp_path / "releases.txt"
    written.write_text("7-1 10.5\n7-1 11.0\n8-1 12.25\n", "utf-8")
    assert Releases.read(written) == Releases({"7-1": [10.5, 11.0], "8-1": [12.25]})
