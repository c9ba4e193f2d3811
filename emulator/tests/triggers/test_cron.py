from __future__ import annotations

from datetime import datetime

import pytest

from coslocal.triggers.cron import CHINA, parse_cron


def following(expression: str, after: str) -> str | None:
    moment = datetime.fromisoformat(after).replace(tzinfo=CHINA).timestamp()
    found = parse_cron(expression).next_after(moment)
    return None if found is None else f"{datetime.fromtimestamp(found, CHINA):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 */5 * * * * *", "2026-11-30 23:57:00", "2026-12-01 00:00:00"),
        ("0 */5 * * * * *", "2026-11-30 10:05:00", "2026-11-30 10:10:00"),
        ("*/5 * * * * * *", "2026-11-30 10:05:04", "2026-11-30 10:05:05"),
        ("30 17 3 * * * *", "2026-11-30 03:17:30", "2026-12-01 03:17:30"),
        ("15 0,30 8-9 * * * *", "2026-11-30 08:30:15", "2026-11-30 09:00:15"),
        ("0 0 2 1 * * *", "2026-12-15 00:00:00", "2027-01-01 02:00:00"),
        ("0 15 10 * * MON-FRI *", "2026-11-27 12:00:00", "2026-11-30 10:15:00"),
        ("0 15 10 ? * 0 *", "2026-11-30 12:00:00", "2026-12-06 10:15:00"),
        ("0 0 0 29 FEB * *", "2026-01-01 00:00:00", "2028-02-29 00:00:00"),
        ("0 0 0 31 * * *", "2026-11-01 00:00:00", "2026-12-31 00:00:00"),
        ("0 0 12 10 * WED *", "2026-12-03 00:00:00", "2026-12-09 12:00:00"),
        ("0 0 12 10 * WED *", "2026-12-09 12:00:00", "2026-12-10 12:00:00"),
        ("0 10/25 * * * * *", "2026-11-30 10:11:00", "2026-11-30 10:35:00"),
        ("0 0 0 1 1 * 2030", "2026-11-30 00:00:00", "2030-01-01 00:00:00"),
        ("0 0 0 1 1 * 2020", "2026-11-30 00:00:00", None),
        ("0 0 0 31 2 * *", "2026-11-30 00:00:00", None),
    ],
)
def test_it_fires_next_when_the_expression_says(
    expression: str, after: str, expected: str | None
) -> None:
    assert following(expression, after) == expected


def test_its_hours_are_those_of_china() -> None:
    midnight_in_utc = 1_800_000_000 // 86_400 * 86_400
    assert parse_cron("0 0 9 * * * *").next_after(midnight_in_utc) == midnight_in_utc + 3600


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("*/5 * * * *", "a cron expression has seven fields, second minute hour day month"),
        ("60 * * * * * *", "the second of a cron expression is from 0 to 59, not '60'"),
        ("0 0 0 0 * * *", "the day of a cron expression is from 1 to 31, not '0'"),
        ("0 0 0 * * MONDAY *", "the weekday of a cron expression is from 0 to 6, not 'MONDAY'"),
        ("0 30-10 * * * * *", "the minute of a cron expression is from 0 to 59, not '30-10'"),
        ("0 */0 * * * * *", "the minute of a cron expression is from 0 to 59, not '*/0'"),
        ("0 ٣ * * * * *", "the minute of a cron expression is from 0 to 59, not '٣'"),
        ("0 , * * * * *", "the minute of a cron expression is from 0 to 59, not ','"),
    ],
)
def test_what_is_no_expression_is_said(expression: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"cron") as refused:
        parse_cron(expression)
    assert said in str(refused.value)
