from __future__ import annotations

import random

import pytest

from tests.load.__main__ import INTERRUPTED, SCENARIOS, main, run
from tests.load.hour import PLANS
from tests.load.report import Report, counted


def measured(wrong: bool) -> Report:  # noqa: FBT001 - what a test is about
    report = Report()
    report.figures["uploads"] = 4384
    report.must("pending", 3 if wrong else 0, 0)
    return report


def test_the_scenarios_are_those_of_make_stress() -> None:
    assert set(SCENARIOS) == {"replay", "crash", "soak", "audit", "backfill", "burst"}


def test_events_come_as_often_as_they_did_in_the_issue_that_is_replayed() -> None:
    assert round(PLANS["replay"].deliveries * PLANS["replay"].cards) == 14_727


def test_right_figures_are_printed_and_exit_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    status = run("replay", lambda _rng, _cards: measured(wrong=False), 7)
    printed = capsys.readouterr().out
    assert status == 0
    assert printed.splitlines()[0] == "replay, SEED=7"
    assert "4384" in printed
    assert printed.splitlines()[-1] == "replay: ok, SEED=7"


def test_a_wrong_figure_is_named_and_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    status = run("replay", lambda _rng, _cards: measured(wrong=True), 7)
    assert status == 1
    assert "WRONG  pending: 3, must be 0" in capsys.readouterr().out


def test_a_figure_above_its_goal_is_named() -> None:
    report = Report()
    report.at_most("requests a card", 20.0, 20)
    assert report.problems == []
    report.at_most("refused", 1.31, 1.3)
    assert report.problems == ["refused: 1.310, must be at most 1.3"]


def test_the_seed_decides_what_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    drawn: list[float] = []

    def measure(rng: random.Random, _cards: int) -> Report:
        drawn.append(rng.random())
        return Report()

    for _ in range(2):
        run("crash", measure, 7)
    assert drawn[0] == drawn[1]
    assert "SEED=7" in capsys.readouterr().out


def test_ctrl_c_exits_with_130() -> None:
    def measure(_rng: random.Random, _cards: int) -> Report:
        raise KeyboardInterrupt

    assert run("soak", measure, None) == INTERRUPTED


def test_instances_are_only_for_a_burst(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["replay", "--instances", "5"])
    assert "--instances is for burst" in capsys.readouterr().err


def test_counts_are_named_in_order() -> None:
    assert counted({"drop": 2, "delay": 1}) == "delay 1, drop 2"
    assert counted({}) == "none"


@pytest.mark.parametrize("cards", ["0", "-1", "x", "1.5"])
def test_a_number_of_cards_below_one_is_refused(
    cards: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["burst", f"--cards={cards}"])
    assert f'give a number from 1 on, not "{cards}"' in capsys.readouterr().err
