"""The card at its boundaries: lengths, slices, closed vocabularies, and every detail in full."""

from __future__ import annotations

from datetime import date

import pytest

from shared.card import Check, IdInfo
from shared.card.checks import number_checks
from shared.card.dates import add_years, calendar_date, leading_date, plain_forms, read_date
from shared.card.labels import field_named
from shared.card.model import CARD_TYPES, FIELD_NAMES, Reading
from shared.card.number import check_digit, parse_id_number
from shared.card.reading import read_card
from shared.card.text import LONGEST, fold
from shared.card.validity import read_validity

MAN = "11010119741201001" + check_digit("11010119741201001")


# -- text -----------------------------------------------------------------------------------------


def test_a_thousand_characters_of_a_text_are_looked_at() -> None:
    assert LONGEST == 1000
    assert fold("a" * 999 + "bc") == "a" * 999 + "b"


def test_folded_text_is_half_width_lower_case_and_without_white_space() -> None:
    assert fold(" Ａ　B\t㎏\n") == "abkg"


def test_there_are_two_card_types_and_a_reading_has_no_term_of_itself() -> None:
    assert CARD_TYPES == ("IDCard", "DriverLicense") == tuple(FIELD_NAMES)
    assert Reading("name", {}).years is None


# -- the number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "is_male"),
    [
        ("110101197412010111", True),
        ("110101197412011008", False),
        ("110101741201010", False),
        ("110101741201101", True),
    ],
)
def test_the_last_digit_of_the_sequence_alone_says_the_gender(
    number: str, *, is_male: bool
) -> None:
    found = parse_id_number(number)
    assert found is not None
    assert found.is_male is is_male


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("110101991231001", date(1999, 12, 31)),
        ("110101001001001", date(1900, 10, 1)),
        ("110101200010310017", date(2000, 10, 31)),
    ],
)
def test_every_digit_of_the_birth_date_counts(number: str, born: date) -> None:
    found = parse_id_number(number)
    assert found is not None
    assert found.birth_date == born


@pytest.mark.parametrize(
    ("fields", "checks"),
    [
        ({}, []),
        ({"id_number": "1"}, [("check_digit", "not the shape of an ID number")]),
        ({"id_number": MAN[:-1] + "7"}, [("check_digit", "the check digit does not fit")]),
        (
            {"id_number": "110101740230001"},
            [("birth_date", "the number holds no calendar date")],
        ),
        (
            {"id_number": MAN, "birth_date": "1974-12-02"},
            [("birth_date", "the number holds another date of birth")],
        ),
        ({"id_number": MAN, "gender": "女"}, [("gender", "the number is of the other gender")]),
        ({"id_number": MAN, "gender": "?"}, [("gender", "what was read as the gender names none")]),
    ],
)
def test_a_failed_check_of_the_number_says_why(
    fields: dict[str, str], checks: list[tuple[str, str]]
) -> None:
    every = dict.fromkeys(FIELD_NAMES["IDCard"]) | fields
    failed = [check for check in number_checks("id_number", every) if not check.passed]
    assert [check.name for check in failed] == [f"id_number.{name}" for name, _ in checks]
    for check, (_, detail) in zip(failed, checks, strict=True):
        assert (check.detail or "").startswith(detail)


@pytest.mark.parametrize("gender", ["女", "Female", "FEMALE", "F", "f"])
def test_each_word_for_a_woman_fits_a_womans_number(gender: str) -> None:
    number = "11010119741201002" + check_digit("11010119741201002")
    every = dict.fromkeys(FIELD_NAMES["IDCard"]) | {"id_number": number, "gender": gender}
    assert all(check.passed for check in number_checks("id_number", every))


def test_the_check_digit_says_what_it_does_not_fit() -> None:
    every = dict.fromkeys(FIELD_NAMES["IDCard"]) | {"id_number": MAN[:-1] + "7"}
    (check,) = number_checks("id_number", every)
    assert check.detail == "the check digit does not fit the other digits"


def test_an_unread_date_says_so() -> None:
    (check,) = read_card("IDCard", [IdInfo("出生", "?", None, ())], minimum_score=80).checks
    assert check == Check("birth_date.format", passed=False, detail="what was read here is no date")


# -- dates ----------------------------------------------------------------------------------------

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@pytest.mark.parametrize(("number", "name"), [*enumerate(MONTHS, start=1)])
def test_every_month_is_read_by_its_name_and_its_first_three_letters(
    number: int, name: str
) -> None:
    for word in (name, name[:3], name.upper(), f"{name[:3]}."):
        assert read_date(f"{word} 9, 1974") == date(1974, number, 9)


@pytest.mark.parametrize("word", ["Januar", "Janua", "Sep9", "Mon", "Se", "Marchs", "Septembers"])
def test_another_word_is_no_month(word: str) -> None:
    assert read_date(f"{word} 9, 1974") is None


@pytest.mark.parametrize("mark", [*"‐‒–—―−~〜-"])
def test_every_dash_is_one(mark: str) -> None:
    assert read_date(f"1974{mark}12{mark}01") == date(1974, 12, 1)
    assert [*plain_forms(f"a{mark}b")] == ["a-b", "a-b"]


@pytest.mark.parametrize("mark", [*"·•。."])
def test_every_dot_is_one(mark: str) -> None:
    assert read_date(f"1974{mark}12{mark}01") == date(1974, 12, 1)
    assert [*plain_forms(f"a{mark}b")] == ["a.b", "a.b"]


@pytest.mark.parametrize("mark", [*".,:;-"])
def test_marks_around_a_date_do_not_count(mark: str) -> None:
    assert read_date(f"{mark}1974-12-01{mark}") == date(1974, 12, 1)


@pytest.mark.parametrize("mark", [*"xX/年"])
def test_other_signs_around_a_date_do_count(mark: str) -> None:
    assert read_date(f"{mark}1974-12-01") is None


def test_white_space_between_digits_is_a_stray_and_then_a_separator() -> None:
    assert [*plain_forms("19 74 1 2")] == ["197412", "19-74-1-2"]
    assert [*plain_forms("a  1   2")] == ["a12", "a1-2"]


@pytest.mark.parametrize("ending", ["", "日", "号"])
def test_a_day_may_end_in_either_word(ending: str) -> None:
    assert read_date(f"1974年12月1{ending}") == date(1974, 12, 1)


@pytest.mark.parametrize("separator", [*"./,-"])
def test_a_date_may_be_separated_by_each_sign(separator: str) -> None:
    assert read_date(f"1974{separator}2{separator}1") == date(1974, 2, 1)


@pytest.mark.parametrize("suffix", ["st", "nd", "rd", "th", "ST"])
def test_an_english_day_may_have_each_suffix(suffix: str) -> None:
    assert read_date(f"2{suffix} Feb 1974") == date(1974, 2, 2)
    assert read_date(f"Feb 2{suffix}, 1974") == date(1974, 2, 2)


@pytest.mark.parametrize("separator", ["", ".", ",", "-", "/"])
def test_an_english_date_may_have_each_sign_between(separator: str) -> None:
    for text in (
        f"Feb{separator}2{separator}1974",
        f"2{separator}Feb{separator}1974",
        f"1974{separator}Feb{separator}2",
    ):
        assert read_date(text) == date(1974, 2, 2), text


@pytest.mark.parametrize(
    "text",
    [
        *("197412011", "1974120", "1974-12-011", "1974-123-1", "97-12-01", "1974年12日1"),
        *("2x Feb 1974", "002 Feb 1974", "Feb 002 1974", "1974 Feb 002", "1974-12-", "1974"),
        *("1974-12", "Feb 1974", "2 Feb 74", "Fe 2 1974", "1974 Fe 2", "12-01-1974"),
    ],
)
def test_what_has_a_digit_or_a_part_too_many_or_too_few_is_no_date(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("1974-12-01-2025", date(1974, 12, 1), "-2025"),
        ("1974-12-012025-01-01", date(1974, 12, 1), "2025-01-01"),
        ("19741201to20250101", date(1974, 12, 1), "to20250101"),
        ("1974120120250101", date(1974, 12, 1), "20250101"),
        ("1974年2月30日", None, ""),
        ("1feb1974x", date(1974, 2, 1), "x"),
    ],
)
def test_a_date_is_parted_from_the_rest(text: str, day: date | None, rest: str) -> None:
    assert leading_date(text) == (day, rest)


def test_no_date_leads() -> None:
    assert leading_date("to1974-12-01") is None


@pytest.mark.parametrize(
    ("year", "month", "day", "found"),
    [
        ("1974", "2", "28", date(1974, 2, 28)),
        ("1974", "2", "29", None),
        ("1974", "feb", "1", date(1974, 2, 1)),
        ("1974", "fox", "1", None),
        ("1974", "0", "1", None),
        ("0000", "1", "1", None),
    ],
)
def test_digits_that_are_in_no_calendar_are_no_date(
    year: str, month: str, day: str, found: date | None
) -> None:
    assert calendar_date(year, month, day) == found


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2016, 2, 29), 6, date(2022, 2, 28)),
        (date(2016, 2, 29), 8, date(2024, 2, 29)),
        (date(9993, 1, 31), 6, date(9999, 1, 31)),
        (date(9993, 1, 31), 7, None),
    ],
)
def test_years_are_added_to_the_end_of_the_calendar(
    start: date, years: int, end: date | None
) -> None:
    assert add_years(start, years) == end


# -- validity -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["长期", "长期有效", "Long term", "LONG-TERM", "Permanent", "indefinite", "Longterm"],
)
def test_each_word_for_the_long_term_is_the_end(words: str) -> None:
    expected = Reading("valid_until", {"valid_until": "长期"})
    for text in (words, f"至{words}", f"Until {words}"):
        assert read_validity("valid_from", text) == expected


@pytest.mark.parametrize("words", ["至", "到", "to", "until", "till", "through", "TO"])
def test_each_word_before_an_end_is_known(words: str) -> None:
    expected = Reading("valid_until", {"valid_until": "2025-01-01"})
    assert read_validity("valid_from", f"{words} 2025-01-01") == expected
    whole = {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}
    assert read_validity("valid_until", f"2015-01-01 {words} 2025-01-01").values == whole


@pytest.mark.parametrize("words", ["自", "从", "from", "FROM"])
def test_each_word_before_a_start_is_known(words: str) -> None:
    text = f"{words} 2015-01-01 至 2025-01-01 止"
    assert read_validity("valid_until", text) == Reading(
        "valid_from", {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}
    )


@pytest.mark.parametrize("field", ["valid_from", "valid_until"])
def test_a_lone_date_fills_the_field_of_its_label(field: str) -> None:
    assert read_validity(field, "2015-01-01") == Reading(field, {field: "2015-01-01"})
    assert read_validity(field, "2015-02-30") == Reading(field, {field: None})
    assert read_validity(field, "?") == Reading(field, {field: None})


@pytest.mark.parametrize(
    ("term", "years"),
    [("6年", 6), ("1 year", 1), ("10 years", 10), ("99年", 99), ("自6年", 6)],
)
def test_a_term_is_counted_in_years(term: str, years: int) -> None:
    assert read_validity("valid_from", term) == Reading("valid_until", {}, years)
    expected = Reading("valid_from", {"valid_from": "2015-01-01"}, years)
    assert read_validity("valid_until", f"2015-01-01起{term.removeprefix('自')}") == expected


@pytest.mark.parametrize("term", ["0年", "06年", "100年", "6月", "6年半", "years"])
def test_another_term_is_none(term: str) -> None:
    assert read_validity("valid_from", term) == Reading("valid_from", {"valid_from": None})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2015-01-01至?", {"valid_from": "2015-01-01", "valid_until": None}),
        ("2015-02-30至2025-01-01", {"valid_from": None, "valid_until": "2025-01-01"}),
        ("2015-01-01--2025-01-01", {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}),
        ("2015-01-01起2025-01-01", {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}),
        ("2015-01-01起至2025-01-01", {"valid_from": "2015-01-01", "valid_until": "2025-01-01"}),
        ("2015-01-01止2025-01-01", {"valid_from": "2015-01-01", "valid_until": None}),
    ],
)
def test_a_range_is_read_at_both_ends(text: str, values: dict[str, str | None]) -> None:
    assert read_validity("valid_from", text) == Reading("valid_from", values)


def test_the_form_that_can_be_read_whole_counts() -> None:
    text = "2015 1 1 至 2025 1 1"
    assert read_validity("valid_from", text).values == {
        "valid_from": "2015-01-01",
        "valid_until": "2025-01-01",
    }


# -- the card -------------------------------------------------------------------------------------


def licence(*items: tuple[str, str]) -> dict[str, str | None]:
    infos = [IdInfo(label, text, None, ()) for label, text in items]
    return read_card("DriverLicense", infos, minimum_score=80).fields


@pytest.mark.parametrize(
    ("card_type", "label", "field"),
    [
        ("IDCard", "出生", "birth_date"),
        ("DriverLicense", "初次领证日期", "first_issue_date"),
        ("DriverLicense", "出生日期", "birth_date"),
    ],
)
def test_a_date_field_is_iso_8601_or_nothing(card_type: str, label: str, field: str) -> None:
    for text, value in (("1974年12月1日", "1974-12-01"), ("1974年", None)):
        card = read_card(
            "IDCard" if card_type == "IDCard" else "DriverLicense",
            [IdInfo(label, text, None, ())],
            minimum_score=80,
        )
        assert card.fields[field] == value
        assert [check.name for check in card.checks] == ([] if value else [f"{field}.format"])


def test_the_item_of_a_date_names_its_field() -> None:
    for text in ("1974-12-01", "?"):
        info = IdInfo("出生", text, None, ())
        assert read_card("IDCard", [info], minimum_score=80).items == ((info, "birth_date"),)


def test_the_first_term_counts_and_a_known_end_beats_it() -> None:
    start = ("有效起始日期", "2006-03-15")
    assert licence(start, ("有效期限", "6年"), ("有效期", "10年"))["valid_until"] == "2012-03-15"
    ended = licence(start, ("有效期限", "6年"), ("有效期至", "2020-01-01"))
    assert ended["valid_until"] == "2020-01-01"


def test_a_term_whose_start_is_unknown_is_no_date() -> None:
    card = read_card("DriverLicense", [IdInfo("有效期限", "6年", None, ())], minimum_score=80)
    assert card.fields["valid_until"] is None
    assert [check.name for check in card.checks] == ["valid_until.format"]


def test_unread_fields_are_named_in_the_cards_own_order() -> None:
    labels = ("有效期至", "初次领证日期", "出生日期")
    infos = [IdInfo(label, "?", None, ()) for label in labels]
    checks = read_card("DriverLicense", infos, minimum_score=80).checks
    assert [check.name for check in checks] == [
        *("birth_date.format", "first_issue_date.format", "valid_until.format"),
    ]


def test_a_label_that_is_latin_is_matched_as_a_whole() -> None:
    assert field_named("IDCard", "Name (full)") is None
    assert field_named("IDCard", "姓名 (full)") == "name"
