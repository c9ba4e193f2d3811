"""What `make` takes from its environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands(target: str, *arguments: str, **environment: str) -> str:
    """What it would run."""
    return subprocess.run(
        ["make", "--dry-run", target, *arguments],  # noqa: S607 — of whoever runs the tests
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_port_and_a_recogniser_may_stand_in_the_environment() -> None:
    found = commands("up", PORT="18971", RECOGNISER="scripted")
    assert "local.up --recogniser scripted --port 18971\n" in found


def test_an_argument_beats_the_environment() -> None:
    found = commands("up", "RECOGNISER=ocr", RECOGNISER="scripted")
    assert "--recogniser ocr" in found


@pytest.mark.parametrize("target", ["up", "demo"])
def test_without_either_the_recogniser_is_the_ocr_one(target: str) -> None:
    assert "--recogniser ocr" in commands(target)
