"""A function of ours is known by its Description, and so is its code."""

from __future__ import annotations

import pytest

from deploy.functions.ownership import code_in, description_of

CODE = "0123456789abcdef" * 4


def test_a_description_names_the_code() -> None:
    assert code_in(description_of(CODE)) == CODE


def test_a_description_worded_by_another_version_is_ours_too() -> None:
    assert code_in(f"Card OCR on upload. Made otherwise.\nCode sha256 {CODE}.") == CODE


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Card OCR on upload.",
        f"Code sha256 {CODE}.",
        f"Another service. Code sha256 {CODE}.",
        f"Card OCR on upload. Code sha256 {CODE[1:]}.",
        f"Card OCR on upload. Code sha256 {CODE}. Changed by hand",
    ],
)
def test_any_other_description_is_somebody_elses(description: str) -> None:
    assert code_in(description) is None
