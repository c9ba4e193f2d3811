from __future__ import annotations

import pytest

from deploy.configuration.checks.cron import problem_with


@pytest.mark.parametrize(
    "cron",
    [
        "0 */5 * * * * *",
        "30 17 3 * * * *",
        "0 0 0 1 1 0 1970",
        "59 59 23 31 12 6 2099",
        "0 0 9-17/2 * * MON-FRI *",
        "*/1 0,30 * 1,15 jan,Dec * 2026-2028",
    ],
)
def test_a_cron_of_seven_fields_within_their_bounds_is_taken(cron: str) -> None:
    assert problem_with(cron) is None


@pytest.mark.parametrize(
    ("cron", "field"),
    [
        ("60 * * * * * *", "second"),
        ("* 60 * * * * *", "minute"),
        ("* * 24 * * * *", "hour"),
        ("* * * 0 * * *", "day"),
        ("* * * * 13 * *", "month"),
        ("* * * * * 7 *", "weekday"),
        ("* * * * * * 2100", "year"),
        ("* * 17-9 * * * *", "hour"),
        ("* * * * MAI * *", "month"),
        ("* */0 * * * * *", "minute"),
        ("* */ * * * * *", "minute"),
        ("* 1,,2 * * * * *", "minute"),
        ("* ? * * * * *", "minute"),
        ("* MON * * * * *", "minute"),
        ("* ٣ * * * * *", "minute"),
    ],
)
def test_a_field_out_of_bounds_is_named(cron: str, field: str) -> None:
    assert f"for the {field}" in (problem_with(cron) or "")


@pytest.mark.parametrize("cron", ["", "*", "0 */5 * * * *", "0 */5 * * * * * *", "@daily"])
def test_any_other_number_of_fields_is_refused(cron: str) -> None:
    assert "SCF has seven" in (problem_with(cron) or "")


def test_a_unix_cron_is_shown_as_scf_writes_it() -> None:
    assert "write 0 15 3 * * 1 * for instance" in (problem_with("15 3 * * 1") or "")
