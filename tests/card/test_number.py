from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.card.number import check_digit, parse_id_number

seventeen_digits = st.text("0123456789", min_size=17, max_size=17)


@given(digits=seventeen_digits)
def test_the_check_digit_is_the_one_python_stdnum_calculates(digits: str) -> None:
    assert check_digit(digits) == ric.calc_check_digit(digits + "0")


@given(digits=seventeen_digits)
def test_only_one_last_character_fits(digits: str) -> None:
    numbers = (parse_id_number(digits + last) for last in "0123456789X")

    assert [number.check_digit_fits for number in numbers if number].count(True) == 1


@pytest.mark.parametrize(
    "text",
    [
        "11010119741201001x",
        "110101 19741201 001X",
        "１１０１０１１９７４１２０１００１Ｘ",
        " 11010119741201001X\n",
    ],
)
def test_spaces_width_and_a_small_x_are_let_pass(text: str) -> None:
    number = parse_id_number(text)

    assert number is not None
    assert number == parse_id_number("11010119741201001X")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "43xxxx",
        "1101011974120100",
        "1101011974120100100",
        "1101011974120100X1",
        "١" * 18,
        "A" * 15,
    ],
)
def test_another_shape_is_no_id_number(text: str) -> None:
    assert parse_id_number(text) is None


@pytest.mark.parametrize(
    ("text", "birth_date"),
    [
        ("110101197412010011", date(1974, 12, 1)),
        ("110101741201001", date(1974, 12, 1)),
        ("110101197412210011", date(1974, 12, 21)),
        ("110101197402300011", None),
        ("110101740230001", None),
        ("110101000000000000", None),
    ],
)
def test_the_number_holds_the_date_of_birth(text: str, birth_date: date | None) -> None:
    number = parse_id_number(text)

    assert number is not None
    assert number.birth_date == birth_date


@pytest.mark.parametrize(
    ("text", "is_male"),
    [
        ("110101197412010011", True),
        ("11010119741201002X", False),
        ("110101197412010038", True),
        ("110101197412010046", False),
        ("110101741201001", True),
        ("110101741201002", False),
    ],
)
def test_an_odd_sequence_number_is_a_mans(text: str, *, is_male: bool) -> None:
    number = parse_id_number(text)

    assert number is not None
    assert number.is_male is is_male


def test_fifteen_digits_have_no_check_digit() -> None:
    number = parse_id_number("110101741201001")

    assert number is not None
    assert number.check_digit_fits is None
