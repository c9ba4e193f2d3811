from __future__ import annotations

import pytest

from cli.terminal.period import Period, period_of
from shared.errors import ConfigurationError
from shared.times import from_rfc3339

DAY = "2026-01-02"
NOON = "2026-01-02T12:00:00Z"


@pytest.mark.parametrize(
    ("at", "inside"),
    [
        ("2026-01-01T23:59:59Z", False),
        ("2026-01-02T00:00:00Z", True),
        ("2026-01-02T11:59:59Z", True),
        (NOON, False),
        ("no time", False),
        (None, False),
    ],
)
def test_a_period_has_its_first_moment_and_not_its_last(at: object, inside: bool) -> None:  # noqa: FBT001
    assert period_of(DAY, NOON).contains(at) is inside


def test_all_of_time_has_what_is_no_time() -> None:
    assert period_of(None, None).is_all
    assert Period().contains(None)


@pytest.mark.parametrize(("since", "until"), [(NOON, NOON), (NOON, DAY), ("x", None), (None, "x")])
def test_what_is_no_period_is_refused(since: str | None, until: str | None) -> None:
    with pytest.raises(ConfigurationError):
        period_of(since, until)


def test_an_object_that_was_written_an_hour_before_may_say_what_is_in_it() -> None:
    start = from_rfc3339(NOON)
    period = period_of(NOON, None)
    assert period.may_contain(start - 3600)
    assert not period.may_contain(start - 3601)
    assert (period.first_day, period_of(DAY, None).first_day) == (DAY, "2026-01-01")
    assert Period().first_day is None


def test_a_period_is_written_as_rfc_3339() -> None:
    assert period_of(DAY, NOON).document() == {"since": f"{DAY}T00:00:00Z", "until": NOON}
    assert Period().document() == {"since": None, "until": None}
