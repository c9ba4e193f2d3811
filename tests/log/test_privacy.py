"""The watch over the log must be able to bark."""

from __future__ import annotations

import pytest

from tests.support.cards import ADDRESS, NAME, NUMBER
from tests.support.environment import SECRET
from tests.support.privacy import SPECIMENS, leaks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NAME, "specimen"),
        (f"at {ADDRESS}.", "specimen"),
        (f"number {NUMBER}", "specimen"),
        ("11010119900101123X", "ID number"),
        (SECRET, "credential"),
        ("inventedsessiontoken", "credential"),
        ("?t=v1.MToxODAwMDAwMDAwOmFiYzow.c2lnbmF0dXJlLXNpZ25hdHVyZQ", "token"),
        ("uploads/someone.jpg", "key"),
    ],
)
def test_a_planted_leak_is_found(text: str, kind: str) -> None:
    assert kind in leaks(f'{{"event": "x", "problem": "{text}"}}')


def test_a_leak_is_found_in_escaped_text() -> None:
    assert leaks('"\\u6837\\u672c\\u7532"') == {"specimen"}


def test_an_ordinary_line_holds_nothing() -> None:
    line = (
        '{"level": "info", "event": "attempt", "key": "3f1c0a9b2d4e5f60", "version": '
        '"9e107d9d372bb6826bd81d3542a419d6", "attempt": 1, "job_id": "a3c193f288b2c11eeb60f39"}'
    )
    assert leaks(line) == set()


def test_the_samples_are_among_the_specimens() -> None:
    assert len(SPECIMENS) > 10
