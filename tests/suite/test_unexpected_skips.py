from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
IN_TWO = ("-p", "xdist", "-n2")

SKIPPED = """
import pytest

@pytest.mark.skip(reason="a reason nobody allowed")
def test_something():
    pass
"""

SKIPPED_MODULE = """
import pytest

pytest.skip("a reason nobody allowed", allow_module_level=True)
"""

PASSED = """
def test_something():
    pass
"""


def run_pytest(
    folder: Path, source: str, environment: dict[str, str], *options: str
) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]")
    (folder / "test_it.py").write_text(source)
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    inherited["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # most of a start is plugins
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.support.skips", *options, folder],
        cwd=REPOSITORY,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("environment", "status"), [({"CI": "true"}, 1), ({}, 0)])
def test_a_skip_for_a_reason_not_allowed_fails_the_run_only_in_ci(
    tmp_path: Path, environment: dict[str, str], status: int
) -> None:
    run = run_pytest(tmp_path, SKIPPED, environment)

    assert run.returncode == status, run.stdout
    assert "test_it.py::test_something: a reason nobody allowed" in run.stdout


def test_a_skipped_test_and_module_are_noticed_in_each_of_several_processes(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_other.py").write_text(SKIPPED_MODULE)
    run = run_pytest(tmp_path, SKIPPED, {"CI": "true"}, *IN_TWO)

    assert run.returncode == 1, run.stdout
    for noticed in ("test_it.py::test_something", "test_other.py"):
        assert f"\n{noticed}: a reason nobody allowed" in run.stdout.replace(f"{tmp_path}/", "")


def test_a_run_without_skips_passes_in_ci(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, PASSED, {"CI": "true"}, *IN_TWO)

    assert run.returncode == 0, run.stdout
    assert "unexpected skips" not in run.stdout
