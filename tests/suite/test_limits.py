from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docs.blocks import ROOT

HANGS = """
import time


def test_that_hangs():
    time.sleep(60)


def test_that_follows():
    pass
"""


def test_a_test_that_hangs_fails_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.limits"]
    options = ["-c", "/dev/null", "--rootdir", str(tmp_path), str(tmp_path)]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env={"TEST_SECONDS": "0.3", "PYTHONPATH": str(ROOT)},
    )
    assert "test_that_hangs took longer than 0.3 s" in done.stdout
    assert "1 failed, 1 passed" in done.stdout
