"""What these commands say where the cloud is not as they need it: one sentence, no traceback."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.adversity import REFUSING, is_refusal
from tests.cli.operators import Answer, Operator

KEY = "uploads/a.jpg"
NOTHING, ATTENTION = 0, 1
COMMANDS: dict[str, tuple[str, ...]] = {
    "backfill": ("backfill", "--yes"),
    "backfill of keys": ("backfill", "--yes", "--keys={keys}"),
    "backfill of an audit": ("backfill", "--yes", "--from-audit={audit}"),
    "backfill, dry": ("backfill", "--dry-run"),
    "rerun": ("rerun", KEY, "--yes"),
    "rerun of failed": ("rerun", "--failed", "--yes"),
    "rerun, dry": ("rerun", "--prefix=uploads/", "--dry-run"),
    "pause": ("pause",),
    "resume": ("resume",),
    "forget": ("forget", KEY, "--yes"),
    "forget, dry": ("forget", KEY, "--dry-run"),
    "purge": ("purge", "--older-than=9", "--photos", "--yes"),
    "purge, dry": ("purge", "--older-than=9", "--photos", "--dry-run"),
    "drain": ("sweep", "--drain"),
}


REPLY = "a network that dies in the middle of a reply"
BODY = "a network that dies in the middle of a body"
# What is asked and written gets through where only bodies of replies are cut.
SURVIVING = {
    ("drain", REPLY),
    *((name, BODY) for name in ("pause", "drain", "purge", "purge, dry", "resume")),
}

# A reply that is given up in the middle leaves its socket to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The SDK waits a second before it asks once more."""
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    yield
    gc.collect()  # here, where the warning is expected


def called(operator: Operator, name: str, folder: Path) -> Answer:
    keys = folder / "keys.txt"
    keys.write_text(f"{KEY}\n", "utf-8")
    audit = folder / "audit.json"
    audit.write_text(f'{{"findings": [\n{{"kind": "missing", "key": "{KEY}"}}\n]}}\n', "utf-8")
    return operator.calls(*(part.format(keys=keys, audit=audit) for part in COMMANDS[name]))


@pytest.mark.parametrize("adversity", REFUSING)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_cloud_refuses_is_one_sentence(
    operator: Operator, tmp_path: Path, name: str, adversity: str
) -> None:
    with REFUSING[adversity](operator):
        answer = called(operator, name, tmp_path)
    if (name, adversity) in SURVIVING:
        assert answer.status == (ATTENTION if name == "drain" else NOTHING)
        assert answer.out
    else:
        assert is_refusal(answer), (answer.status, answer.err)
    assert KEY not in answer.err


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("name", COMMANDS)
def test_an_empty_bucket_is_no_trouble(operator: Operator, tmp_path: Path, name: str) -> None:
    answer = called(operator, name, tmp_path)
    assert answer.status == NOTHING
    assert answer.out
