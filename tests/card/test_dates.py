from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card.dates import add_years, read_date

WAYS_TO_WRITE = (
    "{0.year:04}年{0.month}月{0.day}日",
    "{0.year:04} 年 {0.month:02} 月 {0.day:02} 日",
    "{0.year:04}-{0.month:02}-{0.day:02}",
    "{0.year:04}.{0.month:02}.{0.day:02}",
    "{0.year:04}/{0.month}/{0.day}",
    "{0.year:04} {0.month:02} {0.day:02}",
    "{0.year:04}{0.month:02}{0.day:02}",
    "{0:%B} {0.day}, {0.year:04}",
    "{0:%b}. {0.day}, {0.year:04}",
    "{0.day} {0:%b} {0.year:04}",
    "{0.day:02}-{0:%b}-{0.year:04}",
    "{0.year:04} {0:%b} {0.day}",
)


@pytest.mark.parametrize(
    "text",
    [
        "1974年12月1日",
        "1974年12月01日",
        "1974 年 12 月 1 日",
        "19 74年1 2月1日",
        "１９７４年１２月１日",
        "1974年12月1",
        "1974-12-01",
        "1974－12－01",
        "1974—12—01",
        "1974.12.01",
        "1974．12．01",
        "1974·12·1",
        "1974/12/1",
        "1974 12 1",
        "19741201",
        " 1974-12-01。",
        "December 1, 1974",
        "DECEMBER 1 1974",
        "Dec. 1, 1974",
        "1 Dec 1974",
        "1st December, 1974",
        "01-Dec-1974",
        "1974 Dec 1",
    ],
)
def test_a_date_is_read_in_every_form_cards_write_it(text: str) -> None:
    assert read_date(text) == date(1974, 12, 1)


def test_sept_is_a_month() -> None:
    assert read_date("Sept 9, 1974") == date(1974, 9, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "年月日",
        "1974年12月",
        "1974-12",
        "01/12/1974",
        "74-12-01",
        "1974-13-01",
        "1974-02-30",
        "1974年2月29日",
        "0000-01-01",
        "Decembre 1, 1974",
        "December 1",
        "1974-12-011",
        "197412011",
        "x1974-12-01",
        "1974-12-01 and more",
        "l974-12-01",
        "١٩٧٤-١٢-٠١",
        "1974-12-01至1984-12-01",
    ],
)
def test_what_is_no_calendar_date_is_not_read(text: str) -> None:
    assert read_date(text) is None


@given(day=st.dates(), form=st.sampled_from(WAYS_TO_WRITE))
def test_a_date_written_in_any_form_is_read_back(day: date, form: str) -> None:
    assert read_date(form.format(day)) == day


@given(text=st.text() | st.text("0123456789年月日-./ ,aecdnov至", max_size=20))
def test_what_is_read_is_read_the_same_in_iso_8601(text: str) -> None:
    day = read_date(text)

    assert day is None or read_date(day.isoformat()) == day


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2015, 1, 1), 10, date(2025, 1, 1)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2020, 2, 29), 6, date(2026, 2, 28)),
        (date(9989, 1, 1), 10, date(9999, 1, 1)),
        (date(9990, 1, 1), 10, None),
    ],
)
def test_years_are_added_within_the_calendar(start: date, years: int, end: date | None) -> None:
    assert add_years(start, years) == end
