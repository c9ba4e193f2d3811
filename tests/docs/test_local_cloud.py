"""The blocks of docs/local-cloud.md do what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from qcloud_cos import CosS3Client, CosServiceError

from docs.blocks import ROOT
from docs.documents import code_blocks
from local.cloud import LocalCloud, Setup
from local.control import Control
from local.recognition.scripted import ScriptedRecogniser
from local.running import SETTINGS
from local.server import LocalServer
from local.up import settings_file

PAGE = (ROOT / "docs/local-cloud.md").read_text(encoding="utf-8")
PYTHON, PLUGIN, FUNCTION, CI = code_blocks(PAGE, "python")
(NODE,) = code_blocks(PAGE, "javascript")
SOURCE = 'set -a; . "$1"; set +a; env'
NODE_SDK = ROOT / "tests/local/node_sdk"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A shell's variables after it has read the file of a local cloud that runs."""
    server = LocalServer()
    setup = Setup(functions=(), settings=SETTINGS, url=server.url)
    cloud = LocalCloud(ScriptedRecogniser(), setup)
    server.serve(cloud.app)
    monkeypatch.chdir(tmp_path)
    try:
        with settings_file(cloud) as file:
            printed = subprocess.run(
                ["sh", "-c", SOURCE, "sh", f"./{file}"],  # noqa: S607 - the shell of the page
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            yield dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)
    finally:
        server.stop()


def test_the_page_shows_how_the_file_is_read() -> None:
    assert "$ set -a; . build/up-8970.env; set +a\n" in code_blocks(PAGE, "console")


@pytest.fixture
def names(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the page's Python leaves behind."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    left: dict[str, Any] = {}
    exec(PYTHON, left)  # noqa: S102 - it is the page that is tested
    return left


def test_the_python_sdk_reaches_it(names: dict[str, Any]) -> None:
    assert names["text"] == b"hello"


def test_ci_is_paused_and_unbound_as_the_page_does_it(names: dict[str, Any]) -> None:
    for line in CI.splitlines():
        statement, _, said = line.partition("  # ")
        exec(statement, names)  # noqa: S102 - as above
        if said.isidentifier():
            with pytest.raises(CosServiceError) as refused:
                submit(names["client"], names["bucket"])
            assert f"<Code>{said}</Code>" in refused.value.get_origin_msg()
    submit(names["client"], names["bucket"])


def submit(client: CosS3Client, bucket: str) -> None:
    job = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": "notes/你好.txt"},
        "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
    }
    client.ci_create_media_jobs(Bucket=bucket, Jobs=job, ContentType="application/xml")


@pytest.mark.node
def test_the_node_sdk_reaches_it(environment: dict[str, str]) -> None:
    folder = ROOT / "build" / "node_sdk"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NODE_SDK / name, folder)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=folder, check=True)
    answer = subprocess.run(
        ["node", "-"],  # noqa: S607 - whichever Node is in use
        cwd=folder,
        env=environment,
        input=NODE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout, answer.stderr) == ("hello\n", "")


def test_a_function_of_ones_own_is_tested(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "test_function.py").write_text(FUNCTION, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_function.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in answer.stdout, answer.stdout


def test_a_fault_is_made_as_the_page_makes_it(environment: dict[str, str]) -> None:
    (block,) = (one for one in code_blocks(PAGE, "console") if "curl" in one)
    shown = re.fullmatch(r"""\$ curl --json '(.+)' "\$LOCAL_CLOUD(.+)"\n(.+)\n""", block)
    assert shown is not None
    asked, path, printed = shown.groups()
    answer = requests.post(environment["LOCAL_CLOUD"] + path, data=asked, timeout=10)
    assert (answer.status_code, answer.text) == (200, printed)


def test_every_request_of_the_control_api_is_listed() -> None:
    control = Control(LocalCloud(ScriptedRecogniser(), Setup(functions=())))
    listed = re.findall(r"^\| `([A-Z]+) /control/([a-z-]*)` \|", PAGE, re.MULTILINE)
    assert listed == list(control.requests)
