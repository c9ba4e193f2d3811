"""The Serverless Framework's own reading of `.env`, which `card-ocr` and the deployer share."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.serverless_yml import ROOT
from tests.support.settings_lines import LINES
from tests.support.sls import inherited, service_folder, sls

_READ = "require('osls/lib/cli/load-dotenv')('prod'); console.log(JSON.stringify(process.env))"


@pytest.mark.parametrize(("line", "value"), LINES.items())
def test_the_functions_get_the_same_value(line: str, value: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(f"{line}\n".encode())
    read = subprocess.run(
        ["node", "-e", _READ],  # noqa: S607 — whichever Node is in use
        cwd=tmp_path,
        env={**inherited(), "NODE_PATH": str(ROOT / "node_modules")},
        capture_output=True,
        check=True,
    )
    assert json.loads(read.stdout)["QUEUE_ID"] == value


def test_the_file_of_the_stage_is_the_one_that_counts(tmp_path: Path) -> None:
    # Given two files that are wrong, each in its own way
    folder = service_folder(tmp_path / "service")
    (folder / ".env").write_text("CALLBACK_SECRT=a\n", encoding="utf-8")
    (folder / ".env.test").write_text("INPUT_BUCKT=a\n", encoding="utf-8")
    # Then each stage is refused for its own
    for arguments, name in ((["--stage", "test"], "INPUT_BUCKT"), ([], "CALLBACK_SECRT")):
        run = sls(folder, "package", *arguments)
        assert run.returncode == 1
        assert run.stderr.startswith(f"{name}: is no variable of card-ocr")
