from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serverless_yml import ROOT

HANGS = """
import threading


def test_that_hangs():
    threading.Event().wait()


def test_that_follows():
    pass
"""


def test_a_test_that_hangs_fails_with_its_name_and_the_next_one_runs(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGS, "utf-8")
    # Our own settings, less the plugins of our own conftest.
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--timeout=0.3"]
    options = ["--rootdir", str(tmp_path), "-p", "pytest_timeout", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *options, str(tmp_path)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Failed: Timeout" in done.stdout
    (failed,) = (line for line in done.stdout.splitlines() if line.startswith("FAILED"))
    assert "test_hanging.py::test_that_hangs" in failed
    assert "1 failed, 1 passed" in done.stdout


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) <= 300
