from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.export.files import as_text, without_controls


@pytest.mark.parametrize(
    "formula",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "\x00=1"),
        *("＝1", "＋1", "－1", "＠A", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")'),
    ],
)
def test_a_formula_stands_behind_an_apostrophe(formula: str) -> None:
    assert as_text(formula) == f"'{formula}"


@pytest.mark.parametrize(
    "number", ["990101199002300013", "007", "1", "1e5", "3.5", "1,000", "12E30", " 5 ", "1e-5"]
)
def test_a_text_of_digits_stands_behind_an_apostrophe(number: str) -> None:
    assert as_text(number) == f"'{number}"


@pytest.mark.parametrize(
    "text", ["", "样本甲", "C1", "1990-01-02", "99010119900102439X", "a=b", "长期"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert as_text(text) == text


@given(st.text())
def test_taking_one_apostrophe_off_gives_the_value_back(text: str) -> None:
    assert as_text(text).removeprefix("'") == text


def test_what_xml_can_not_carry_is_replaced() -> None:
    assert without_controls("a\x00b\tc\ufffed") == "a\ufffdb\tc\ufffdd"
