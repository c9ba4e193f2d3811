"""Whatever is wrong between an operator and the cloud is one sentence, and no traceback."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest

from tests.cli.adversity import REFUSING, empty_bucket, is_refusal
from tests.cli.operators import Operator

COMMANDS = (
    ("audit",),
    ("audit", "--json"),
    ("audit", "--deep"),
    ("audit", "--deep", "--prefix", "uploads/"),
    ("status",),
    ("status", "--json"),
    ("sweep",),
    ("sweep", "--reconcile"),
)
# What it writes gets through where only replies with a body are cut: it does what it can.
SURVIVING = {
    ("sweep", "a network that dies in the middle of a reply"),
    ("sweep", "a network that dies in the middle of a body"),
}
commands = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


# A reply that is given up in the middle leaves its socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The SDK waits a second before it asks once more."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    yield
    gc.collect()  # here, where the warning is expected


@commands
def test_an_empty_bucket_is_no_fault(command: tuple[str, ...], operator: Operator) -> None:
    with empty_bucket(operator):
        answer = operator.calls(*command)
    assert answer.status == (1 if command[0] == "status" else 0)  # no sweep has run there
    assert not answer.err


@commands
@pytest.mark.parametrize("adversity", REFUSING)
def test_what_the_cloud_refuses_is_one_sentence(
    adversity: str, command: tuple[str, ...], operator: Operator
) -> None:
    with REFUSING[adversity](operator):
        answer = operator.calls(*command)
    if (" ".join(command), adversity) in SURVIVING:
        assert "could not be found out" in answer.out
    else:
        assert is_refusal(answer), (answer.status, answer.err)
