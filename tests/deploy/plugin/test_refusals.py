"""Each wrong configuration through the real command line, which says the same sentence."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.environment import SECRET
from tests.support.serverless_yml import configuration
from tests.support.sls import service_folder, sls
from tests.support.wrong_configurations import WRONG_CONFIGURATIONS, WrongConfiguration

Runs = Mapping[str, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """What `sls package` said to each of them."""
    folder = tmp_path_factory.mktemp("wrong")

    def run(wrong: WrongConfiguration) -> subprocess.CompletedProcess[str]:
        service = service_folder(folder / wrong.name, configuration(wrong.change, wrong.remove))
        if wrong.settings is not None:
            (service / ".env").write_text(wrong.settings, encoding="utf-8")
        return sls(service, "package", environ=wrong.environ)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(run, WRONG_CONFIGURATIONS)
        return {wrong.name: ran for wrong, ran in zip(WRONG_CONFIGURATIONS, done, strict=True)}


@pytest.mark.parametrize("wrong", WRONG_CONFIGURATIONS, ids=lambda wrong: wrong.name)
def test_sls_package_refuses_it_with_the_sentence(runs: Runs, wrong: WrongConfiguration) -> None:
    ran = runs[wrong.name]
    said = ran.stdout + ran.stderr
    assert ran.returncode == 1
    assert (wrong.framework or wrong.sentence) in said
    assert SECRET not in said
    assert "Traceback" not in said
    assert "\n    at " not in said, "a stack trace"


@pytest.mark.parametrize("name", ["memory-scf-lacks", "prefixes-overlap", "secret-too-short"])
def test_what_python_refuses_is_said_once_and_nothing_else(runs: Runs, name: str) -> None:
    (wrong,) = (wrong for wrong in WRONG_CONFIGURATIONS if wrong.name == name)
    assert (runs[name].stdout, runs[name].stderr) == ("", f"{wrong.sentence}\n")


def test_nothing_is_packaged_from_a_wrong_configuration(tmp_path: Path) -> None:
    folder = service_folder(tmp_path / "service", configuration({"provider.runtime": "Python2.7"}))
    assert sls(folder, "package").returncode == 1
    assert not (folder / ".serverless").exists()
