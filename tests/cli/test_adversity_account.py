"""What doctor and setup say where the account is not as they need it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from tests.cli.adversity import REFUSING, empty_bucket, is_refusal
from tests.cli.operators import Operator

ATTENTION = 1
SETUP = (("setup", "--yes"), ("setup", "--dry-run"))
# Setup makes roles by a bucket's name, and reads nothing of COS.
SURVIVED_BY_SETUP = {"a bucket that doesn't exist", "a network that dies in the middle of a body"}
DOCTOR = (("doctor", "--json"), ("doctor", "--upload", "--yes", "--wait=1"))

# A reply that is given up in the middle leaves its socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without the wait of the SDK before it asks once more, and without Node.js."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)
    yield
    gc.collect()  # here, where the warning is expected


@pytest.mark.parametrize("command", SETUP, ids=" ".join)
def test_an_empty_account_is_what_setup_is_for(
    command: tuple[str, ...], operator: Operator
) -> None:
    with empty_bucket(operator):
        answer = operator.calls(*command)
    assert answer.status == 0, answer.err


@pytest.mark.parametrize("adversity", sorted(REFUSING.keys() - SURVIVED_BY_SETUP))
@pytest.mark.parametrize("command", SETUP, ids=" ".join)
def test_what_the_cloud_refuses_setup_is_one_sentence(
    adversity: str, command: tuple[str, ...], operator: Operator
) -> None:
    with REFUSING[adversity](operator):
        answer = operator.calls(*command)
    assert is_refusal(answer), (answer.status, answer.err)


@pytest.mark.parametrize("adversity", ["an empty bucket", *REFUSING])
@pytest.mark.parametrize("command", DOCTOR, ids=" ".join)
def test_whatever_is_wrong_is_a_finding_of_the_doctors(
    adversity: str, command: tuple[str, ...], operator: Operator
) -> None:
    with {**REFUSING, "an empty bucket": empty_bucket}[adversity](operator):
        answer = operator.calls(*command)
    assert (answer.status, answer.err) == (ATTENTION, ""), (answer.out, answer.err)
    assert "failed" in answer.out
