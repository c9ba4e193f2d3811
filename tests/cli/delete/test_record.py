"""Why something was deleted."""

from __future__ import annotations

import pytest

from cli.delete.record import checked_why
from shared.errors import ConfigurationError
from tests.cli.operators import Operator
from tests.support.clouds import Cloud

KEY, OTHER = "uploads/a.jpg", "uploads/b.jpg"


@pytest.mark.usefixtures("forget_at_once")
def test_a_later_call_keeps_the_reason_and_a_new_one_counts(
    operator: Operator, here: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, second, why in (
        (KEY, (), "the first"),
        (OTHER, ("--why", "the second"), "the second"),
    ):
        here.upload(key)
        monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 300)
        operator.calls("forget", key, "--yes", "--no-wait", "--why", "the first")
        monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
        here.local.advance(300)
        assert operator.calls("forget", key, "--yes", *second).status == 0
        assert why in {here.document(name)["why"] for name in here.names("deleted")}


@pytest.mark.usefixtures("forget_at_once")
def test_a_reason_that_names_the_card_is_a_wrong_call(operator: Operator, here: Cloud) -> None:
    here.upload(KEY)
    answer = operator.calls("forget", KEY, "--yes", f"--why=for {KEY}")
    assert (answer.status, answer.err.count("--why")) == (2, 1)
    assert KEY in here.stored()


@pytest.mark.parametrize(
    "why",
    [
        *("", " ", "two\nlines", "x" * 201),
        *(f"for {KEY}", f"for {KEY.rpartition('/')[2].upper()} of today"),
        *("for 990101199002300013", "for 990101 19900230 001X", "for 9901-0119-9002-3000-13"),
        *("for 990101900230001", "for 990101-900230-001", "for 990101.19900230.0013"),
        "for ９９０１０１１９９００２３００１３",
    ],
)
def test_a_reason_that_is_none_or_names_the_card_is_refused(why: str) -> None:
    with pytest.raises(ConfigurationError, match="--why"):
        checked_why(why, KEY)


@pytest.mark.parametrize(
    "why", ["of 2026-01-01 2026-02-01", "request 2026-17 of 2026-01-02", "request 20260117123456"]
)
def test_a_reason_with_dates_or_the_number_of_a_request_is_taken(why: str) -> None:
    assert checked_why(why, KEY) == why
