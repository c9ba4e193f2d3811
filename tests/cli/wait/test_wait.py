from __future__ import annotations

import time

import pytest

from local.recognition.scripted import scripted_card
from tests.cli.operators import Operator
from tests.support.cards import ID_CARD
from tests.support.clouds import CARD, Cloud

KEY, WHOLE = "uploads/a.jpg", scripted_card(ID_CARD)


@pytest.fixture(autouse=True)
def _time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sleep takes no time, and ends the wait."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [(WHOLE, 0, "recognised"), (CARD, 1, "recognised (needs review)"), (b"", 1, "rejected")],
)
def test_the_exit_status_is_that_of_the_outcome(
    operator: Operator, served: Cloud, content: bytes, status: int, text: str
) -> None:
    served.upload(KEY, content)
    answer = operator.calls("wait", KEY, "--reveal")
    assert (answer.status, answer.out) == (status, f"{KEY}  {text}\n")


def test_cards_under_a_prefix_are_counted(operator: Operator, served: Cloud) -> None:
    for number in range(3):
        served.upload(f"uploads/batch/{number}.jpg", WHOLE)
    served.upload("uploads/batch/3.jpg", b"")
    answer = operator.calls("wait", "--prefix=uploads/batch/")
    assert (answer.status, answer.out) == (1, "3 recognised, 1 rejected\n")


def test_a_card_without_a_result_in_time_is_another_status(
    operator: Operator, served: Cloud
) -> None:
    served.put(KEY)
    answer = operator.calls("wait", KEY, "--timeout=1", "--json")
    assert answer.status == 75
    assert answer.document()["waiting"] == 1
    assert answer.document()["cards"][0]["outcome"] is None
    assert "1 card had no result" in answer.err
    assert KEY not in answer.out


@pytest.mark.usefixtures("served")
def test_a_key_that_was_never_uploaded_is_absent_with_what_to_do(operator: Operator) -> None:
    answer = operator.calls("wait", KEY, "--reveal")
    assert (answer.status, answer.out) == (1, f"{KEY}  absent\n")
    assert answer.err == (
        "absent: COS has no object of this name, and no card of it was ever seen, unless `forget` "
        "or `purge` deleted it. Check the key and INPUT_BUCKET, or upload the photo.\n"
    )


@pytest.mark.usefixtures("served")
def test_a_prefix_without_a_card_is_as_an_absent_key(operator: Operator) -> None:
    answer = operator.calls("wait", "--prefix=uploads/batch/")
    assert (answer.status, answer.out) == (1, "no card has a result\n")
    assert answer.err == (
        "There is nothing to wait for: no key under the prefix is a card. Check the prefix and "
        "INPUT_BUCKET, or upload the photos.\n"
    )
