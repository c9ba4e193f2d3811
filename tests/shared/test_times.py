from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.times import from_ci, from_http_date, from_rfc3339, is_rfc3339, rfc3339


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


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-06-27T14:44:10+0800", "2022-06-27T06:44:10Z"),
        ("2022-06-27T14:44:10+08:00", "2022-06-27T06:44:10Z"),
        ("2022-01-01T00:14:10-0330", "2022-01-01T03:44:10Z"),
        ("2022-12-31T20:44:10-03:30", "2023-01-01T00:14:10Z"),
        ("2022-06-27T14:44:10Z", "2022-06-27T14:44:10Z"),
        ("1970-01-01T08:00:00+0800", "1970-01-01T00:00:00Z"),
    ],
)
def test_a_time_of_cis_is_written_in_utc(text: str, moment: str) -> None:
    assert from_ci(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        "-",
        "2022-06-27T14:44:10",
        "2022-06-27T14:44:10.+0800",
        "2022-02-30T14:44:10+0800",
        "2022-06-27T14:44:10+2400",
        "1970-01-01T07:59:59+0800",
        "0001-01-01T00:00:00+0800",
        "9999-12-31T23:59:59-0800",
    ],
)
def test_no_other_text_is_a_time_of_cis(text: str | None) -> None:
    assert from_ci(text) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "yesterday",
        "Fri, 20 Nov 99999 08:15:00 GMT",
        "Fri, 20 Nov 2026 999999999999999999999:00:00 GMT",
    ],
)
def test_no_other_text_is_an_http_date(text: str | None) -> None:
    assert from_http_date(text) is None


@pytest.mark.parametrize("fraction", [".5", ".123", ".999999999"])
def test_a_time_of_cis_may_have_a_fraction_of_a_second(fraction: str) -> None:
    assert from_ci(f"2022-06-27T14:44:10{fraction}+0800") == "2022-06-27T06:44:10Z"
