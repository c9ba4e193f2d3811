"""Ages for people are rounded before their unit is chosen."""

from __future__ import annotations

import pytest

from cli.terminal.formats import age_of


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 min"),
        (89, "1 min"),
        (3569, "59 min"),
        (3571, "1.0 h"),
        (3600, "1.0 h"),
        (172_700, "48.0 h"),
        (172_800, "2 days"),
        (1_036_800, "12 days"),
    ],
)
def test_an_age_has_one_unit(seconds: float, words: str) -> None:
    assert age_of(seconds) == words
