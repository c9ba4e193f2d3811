"""Ages for people are rounded before their unit is chosen; times are in this machine's zone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import typer

from cli.terminal.formats import age_of, local_time, price


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


@pytest.mark.parametrize("text", ["-1", "much", "NaN", "Infinity", "1e9999", "1e-9999"])
def test_a_price_is_an_amount(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is not an amount"):
        price(text)


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put this machine into a zone of tzset's."""

    def choose(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield choose
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UTC0", "2026-01-31 16:15:00+00:00"),
        ("CST-8", "2026-02-01 00:15:00+08:00"),
        ("NST3:30", "2026-01-31 12:45:00-03:30"),
    ],
)
def test_a_time_is_shown_in_the_zone_of_the_machine(
    zone: Callable[[str], None], name: str, text: str
) -> None:
    zone(name)
    assert local_time("2026-01-31T16:15:00Z") == local_time(1_769_876_100.9) == text


@pytest.mark.parametrize(("at", "text"), [(None, "-"), ("no time", "no time")])
def test_what_is_no_time_stays_as_it_is(at: str | None, text: str) -> None:
    assert local_time(at) == text
