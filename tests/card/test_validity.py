from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.card import IdInfo, ReadCard
from shared.card.reading import read_card


def licence(*labels_and_texts: tuple[str, str]) -> ReadCard:
    infos = [IdInfo(label, text, None, ()) for label, text in labels_and_texts]
    return read_card("DriverLicense", infos, minimum_score=80)


def validity(card: ReadCard) -> tuple[str | None, str | None]:
    return card.fields["valid_from"], card.fields["valid_until"]


@pytest.mark.parametrize(
    "text",
    [
        "2015-01-01至2025-01-01",
        "2015-01-01 至 2025-01-01",
        "2015年1月1日至2025年1月1日",
        "自2015年1月1日起至2025年1月1日止",
        "2015.01.01-2025.01.01",
        "2015-01-01-2025-01-01",
        "2015-01-01—2025-01-01",
        "2015-01-01～2025-01-01",
        "2015-01-01 2025-01-01",
        "2015-1-1 2025-1-1",
        "2015 1 1 至 2025 1 1",
        "20150101-20250101",
        "２０１５－０１－０１至２０２５－０１－０１",
        "2015-01-01 to 2025-01-01",
        "From January 1, 2015 to January 1, 2025",
        "1 Jan 2015 - 1 Jan 2025",
        "2015-01-01起10年",
        "2015-01-01 10 years",
    ],
)
def test_a_range_fills_both_ends_and_its_item_carries_the_start(text: str) -> None:
    card = licence(("有效期限", text))

    assert validity(card) == ("2015-01-01", "2025-01-01")
    assert card.items[0][1] == "valid_from"
    assert card.checks == ()


@pytest.mark.parametrize("words", ["长期", "长期有效", "Long-term", "long term", "Permanent"])
def test_a_range_without_end_is_valid_for_the_long_term(words: str) -> None:
    assert validity(licence(("有效期限", f"2015-01-01至{words}"))) == ("2015-01-01", "长期")


@pytest.mark.parametrize("term", ["6年", "6 年", "６年", "6 years", "6 Years"])
def test_a_term_is_added_to_the_start_known_from_another_item(term: str) -> None:
    card = licence(("有效期限", term), ("有效起始日期", "2006-03-15"))

    assert validity(card) == ("2006-03-15", "2012-03-15")
    assert [field for _, field in card.items] == ["valid_until", "valid_from"]
    assert card.checks == ()


def test_a_term_from_29_february_ends_on_28_february() -> None:
    card = licence(("有效起始日期", "2020年2月29日"), ("有效期限", "6年"))

    assert validity(card) == ("2020-02-29", "2026-02-28")


@pytest.mark.parametrize("start", [(), (("有效起始日期", "20O6-03-15"),), (("有效起始日期", ""),)])
def test_a_term_without_a_known_start_gives_no_end(start: tuple[tuple[str, str], ...]) -> None:
    card = licence(*start, ("有效期限", "6年"))

    assert validity(card) == (None, None)
    assert "valid_until.format" in [check.name for check in card.checks if not check.passed]


def test_a_printed_end_wins_over_a_term() -> None:
    card = licence(("有效期限", "2006-03-15 6年"), ("有效期至", "2013-01-01"))

    assert validity(card) == ("2006-03-15", "2013-01-01")


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("有效期至", "2025-01-01", "2025-01-01"),
        ("有效期至", "长期", "长期"),
        ("有效期限", "至2025年1月1日", "2025-01-01"),
        ("有效期限", "长期", "长期"),
        ("Valid Until", "January 1, 2025", "2025-01-01"),
    ],
)
def test_an_end_alone_fills_valid_until(label: str, text: str, expected: str) -> None:
    card = licence((label, text))

    assert validity(card) == (None, expected)
    assert card.items[0][1] == "valid_until"


def test_a_lone_date_under_the_period_is_its_start() -> None:
    assert validity(licence(("有效期限", "2015-01-01"))) == ("2015-01-01", None)


@pytest.mark.parametrize(
    ("label", "text", "expected", "failed"),
    [
        ("有效期限", "6牛", (None, None), "valid_from.format"),
        ("有效期限", "0年", (None, None), "valid_from.format"),
        ("有效期限", "2015-02-30", (None, None), "valid_from.format"),
        ("有效期限", "2015-02-30至2025-01-01", (None, "2025-01-01"), "valid_from.format"),
        ("有效期限", "2015-01-01至2O25-01-01", ("2015-01-01", None), "valid_until.format"),
        ("有效期限", "20 15-01-01至?", ("2015-01-01", None), "valid_until.format"),
        ("有效期限", "2015-01-01至", ("2015-01-01", None), "valid_until.format"),
        ("有效期至", "2025-02-30", (None, None), "valid_until.format"),
        ("有效期至", "?", (None, None), "valid_until.format"),
    ],
)
def test_an_end_that_cannot_be_read_is_null_and_fails_its_format(
    label: str, text: str, expected: tuple[str | None, str | None], failed: str
) -> None:
    card = licence((label, text))

    assert validity(card) == expected
    assert [(check.name, check.passed) for check in card.checks] == [(failed, False)]


four_digit_years = st.dates(min_value=date(1000, 1, 1))


@given(
    start=four_digit_years,
    end=four_digit_years,
    form=st.sampled_from(("{0}至{1}", "{0}-{1}", "{0} {1}", "{0:%Y年%m月%d日}-{1:%Y年%m月%d日}")),
)
def test_any_two_dates_are_read_back_from_a_range(start: date, end: date, form: str) -> None:
    card = licence(("有效期限", form.format(start, end)))

    assert validity(card) == (start.isoformat(), end.isoformat())
