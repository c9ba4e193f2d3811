from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.times import from_rfc3339, is_rfc3339, rfc3339


@given(st.integers(0, 253_402_300_799))  # to the end of the year 9999
def test_a_time_that_was_written_is_read_as_the_same(seconds: int) -> None:
    assert from_rfc3339(rfc3339(seconds)) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31T08:15:00",
        "2026-01-31T08:15:00+00:00",
        "2026-01-31T08:15:00.5Z",
        "2026-01-31 08:15:00Z",
        "20260131T081500Z",
        "2026-W05-6T08:15:00Z",
        "2026-02-30T08:15:00Z",
        "2026-01-31T24:15:00Z",
        "２０２６-01-31T08:15:00Z",
        "2026-01-31T08:15:00Z\n",
    ],
)
def test_any_other_text_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — whichever of two it is
        from_rfc3339(text)
    assert not is_rfc3339(text)
