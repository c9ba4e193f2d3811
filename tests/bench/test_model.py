from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.model import CALLBACK, FINISHED, RUNNING, SENT_AGAIN, SUBMIT, Month, main, rows
from tests.support.serverless_yml import configuration

ROOT = Path(__file__).parents[2]


def test_the_requests_of_a_card_are_the_designs() -> None:
    designs = [SUBMIT.all, CALLBACK.all, RUNNING.all, FINISHED.all, SENT_AGAIN.all]
    assert designs == pytest.approx([6, 5, 1.1, 4.1, 6])


def test_the_memory_is_that_of_serverless_yml() -> None:
    functions = configuration()["functions"]
    assert {one["memorySize"] / 1024 for one in functions.values()} == {Month().memory_gb}


def test_a_cards_requests_to_cos_are_those_of_the_cost_formula() -> None:
    formula = (ROOT / "docs/operating.md").read_text(encoding="utf-8").partition("\n## Costs")[2]
    of_a_card, of_a_sweep = map(int, re.findall(r"\+ (\d+) requests", formula))
    month = Month(cards=1_000, finished_by_sweep=0, sent_again=0)
    assert month.cos_requests == 1_000 * of_a_card + 30 * 289 * of_a_sweep


def test_reconcile_looks_at_young_photos_and_lists_all_noting_each_page() -> None:
    month = Month(cards=1_000_000, reconcile_days=3, kept_days=90)
    assert month.reconcile_requests == 3_000_000 + 30 * (3_000 + 3_000)


def test_a_sweep_meets_a_new_instance_where_none_is_kept_for_five_minutes() -> None:
    rare, kept = Month(cards=0, idle_seconds=299), Month(cards=0, idle_seconds=300)
    assert rare.gb_seconds - kept.gb_seconds == pytest.approx(30 * 289 * 0.125 * 2)


def test_without_prices_nothing_has_a_cost() -> None:
    assert Month().cost == 0


@pytest.mark.parametrize(
    ("price", "times"),
    [
        ({"job_price": 2}, 1_000),
        ({"invocation_price": 2}, 2 * 1_000 + 30 * 289),
        ({"gb_month_price": 2}, 0.002),
    ],
)
def test_a_price_is_paid_for_each(price: dict[str, float], times: float) -> None:
    assert Month(cards=1_000, **price).cost == pytest.approx(2 * times)


def test_a_duration_is_paid_for_in_full_steps() -> None:
    month = Month(cards=1e9, request_seconds=0.05, cpu_seconds=0.06, billed_seconds=0.1)
    fine = Month(cards=1e9, request_seconds=0.05, cpu_seconds=0.06, billed_seconds=0.01)
    # 0.36 s of submit and 0.31 s of callback become 0.4
    saved = month.gb_seconds - fine.gb_seconds
    assert saved == pytest.approx(1e9 * 0.125 * (0.04 + 0.09), rel=1e-3)


def test_rare_cards_meet_new_instances_and_many_do_not() -> None:
    assert Month(cards=100).cold_share > 0.9
    assert Month(cards=1e7).cold_share < 0.01


def test_nobody_waits_for_ci_until_it_has_more_than_it_can_run() -> None:
    assert Month(cards=1_000_000, jobs_at_once=10).queue_seconds == 0
    assert Month(cards=10_000_000, jobs_at_once=10).queue_seconds > 3600 * 0.9


def test_where_ci_falls_behind_in_an_average_hour_the_wait_has_no_end() -> None:
    month = dict(rows(Month(cards=100_000_000, jobs_at_once=10)))
    assert month["seconds to wait at CI after the busiest hour"] == "without end"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--cards", "-5"),
        ("--cards", "many"),
        ("--cards", "nan"),
        ("--kept-days", "inf"),
        ("--sent-again", "1.5"),
        ("--billed-seconds", "0"),
        ("--jobs-at-once", "0"),
        ("--peak", "0.5"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_by_its_name(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([option, value])
    assert f"argument {option}: {value} is no number" in capsys.readouterr().err


def test_a_number_may_have_commas(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--cards", "1,000,000"])
    assert "1,000,000  jobs, CI" in capsys.readouterr().out


def test_the_command_line_has_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--cards", "1000", "--job-price", "0.5", "--result-kb", "4"])
    month = Month(cards=1_000, job_price=0.5, result_kb=4)
    assert (
        capsys.readouterr().out.split()
        == " ".join(f"{value} {name}" for name, value in rows(month)).split()
    )
