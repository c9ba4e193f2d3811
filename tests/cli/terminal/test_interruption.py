"""Signals before a command has begun: one line, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import LINE
from cli.terminal.interruption import interruptible

ROOT = Path(__file__).parents[3]
START = (ROOT / "cli" / "card-ocr").read_text().split("'")[-2]  # what Python is to run
IMPORTED = ("signal", "contextlib", "cli.app", "typer", "qcloud_cos", "cli.commands.sweep")
OTHERS = (signal.SIGTERM, signal.SIGHUP)  # which one handler takes with SIGINT
# Sends the process a signal while it imports a module.
HOOK = """
import os, sys

class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["AT"]:
            os.kill(os.getpid(), int(os.environ["SENT"]))

sys.meta_path.insert(0, Hook())
"""


def started(folder: Path, at: str, sent: int, before: object) -> subprocess.CompletedProcess[str]:
    """Run `card-ocr sweep --help`, with a signal at an import; `before` is how it is handled."""
    (folder / "sitecustomize.py").write_text(HOOK)
    return subprocess.run(
        [sys.executable, "-c", START, "sweep", "--help"],
        env={
            **os.environ,
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
            "AT": at,
            "SENT": str(int(sent)),
        },
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(sent, before),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        *((at, signal.SIGINT) for at in IMPORTED),
        *((at, other) for at in (IMPORTED[0], IMPORTED[-1]) for other in OTHERS),
    ],
)
def test_a_signal_while_it_starts_is_one_line(
    tmp_path: Path, at: str, sent: signal.Signals
) -> None:
    ended = started(tmp_path, at, sent, signal.SIG_DFL)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", f"{LINE}\n")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_is_ignored_stays_so(tmp_path: Path, sent: signal.Signals) -> None:
    ended = started(tmp_path, "typer", sent, signal.SIG_IGN)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.fixture
def _hangs_up() -> Iterator[None]:
    """SIGHUP as at a terminal: `nohup make test` ignores it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("_hangs_up")
def test_a_closed_terminals_second_signal_does_not_disturb_the_cleaning() -> None:
    cleaned: list[str] = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        _interrupted(cleaned)
    assert cleaned == ["all of it"]


def _interrupted(cleaned: list[str]) -> None:
    try:
        signal.raise_signal(signal.SIGHUP)
    finally:
        signal.raise_signal(signal.SIGHUP)
        cleaned.append("all of it")
