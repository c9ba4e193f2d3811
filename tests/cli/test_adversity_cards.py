"""What reads cards, where the cloud is not as it should be: a sentence, a status, no traceback."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.adversity import REFUSING, empty_bucket, is_refusal
from tests.cli.operators import Answer, Operator

KEY = "uploads/a.jpg"  # of the one card in the bucket, where there is one
COMMANDS = (
    ("show", KEY),
    ("show", KEY, "--image", "OUT"),
    ("export", "--format", "csv", "--out", "OUT"),
    ("export", "--format", "jsonl", "--out", "OUT", "--every-version"),
    ("export", "--format", "xlsx", "--out", "OUT"),
    ("report", "--out", "OUT"),
    ("report", "--out", "OUT", "--images"),
    ("report", "--out", "OUT", "--images", "--reveal"),
)
commands = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits a second before it asks once more."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


def called(operator: Operator, command: tuple[str, ...], folder: Path) -> Answer:
    out = str(folder / "out")
    return operator.calls(*(out if part == "OUT" else part for part in command))


@commands
def test_an_empty_bucket_is_no_fault(
    command: tuple[str, ...], operator: Operator, tmp_path: Path
) -> None:
    with empty_bucket(operator):
        answer = called(operator, command, tmp_path)
    assert answer.status == (1 if command[0] == "show" else 0)  # nothing of the card is there
    assert answer.err.count("\n") == 1


@commands
@pytest.mark.parametrize("adversity", REFUSING)
def test_what_the_cloud_refuses_is_one_sentence_and_leaves_no_file(
    adversity: str, command: tuple[str, ...], operator: Operator, tmp_path: Path
) -> None:
    with REFUSING[adversity](operator):
        answer = called(operator, command, tmp_path)
    assert is_refusal(answer), (answer.status, answer.err)
    assert not (tmp_path / "out").exists()
