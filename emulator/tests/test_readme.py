"""The blocks of README.md do what the page says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from qcloud_cos import CosS3Client, CosServiceError

from coslocal import Emulator
from coslocal.ci.requests_xml import Node
from coslocal.control import Control
from coslocal.project import ProjectReader
from tests.command import running
from tests.sdks.node_examples import installed

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCE = 'set -a; . "$1"; set +a; env'


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


HANDLER, TEST, PYTHON, BOTO, FUNCTION, JOB_TYPE, RECOGNISER, CI = blocks("python")
(PROJECT,) = blocks("yaml")
(NODE,) = blocks("javascript")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A shell's variables after it has read the file of an emulator that runs."""
    with running("--env-file", "coslocal.env", folder=tmp_path):
        printed = subprocess.run(
            ["sh", "-c", SOURCE, "sh", "./coslocal.env"],  # noqa: S607 - the shell of the page
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        yield dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)


def test_the_page_shows_how_the_file_is_made_and_read() -> None:
    shown = blocks("console")
    assert "$ coslocal up --env-file coslocal.env\n" in shown
    assert "$ set -a; . ./coslocal.env; set +a\n" in shown


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


def test_boto3_reaches_it(names: dict[str, Any]) -> None:
    exec(BOTO, names)  # noqa: S102 - as above
    assert names["found"] == b"hello"


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
def test_the_node_sdk_reaches_it(environment: dict[str, str], tmp_path: Path) -> None:
    answer = subprocess.run(
        ["node", "-"],  # noqa: S607 - whichever Node is in use
        cwd=installed(tmp_path),
        env=environment,
        input=NODE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout, answer.stderr) == ("hello\n", "")


def run_pytest(folder: Path, name: str, *options: str) -> str:
    # The plugin is named, since the package may not be installed here as it is in the source.
    plugin = ("-p", "coslocal.testing", "-p", "no:cacheprovider")
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, *options, name],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout


def test_a_function_of_ones_own_is_tested(tmp_path: Path) -> None:
    (tmp_path / "test_function.py").write_text(FUNCTION, encoding="utf-8")
    said = run_pytest(tmp_path, "test_function.py")
    assert "1 passed" in said, said


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (
        ("serverless.yml", PROJECT),
        ("resize.py", HANDLER),
        ("test_resize.py", TEST),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_project_of_three_files_is_tested(project: Path) -> None:
    said = run_pytest(project, "test_resize.py")
    assert "2 passed" in said, said


def test_the_project_of_three_files_runs(project: Path) -> None:
    printed: list[str] = []
    with running("serverless.yml", folder=project, printed=printed) as variables:
        assert variables["COSLOCAL_BUCKET"] == "photos-1250000000"
    assert printed == ["function: resize (uploads)"]


def test_every_kind_of_event_that_is_read_is_in_the_table() -> None:
    table = README[README.index("| event | what is read |") :]
    listed = re.findall(r"^\| `([a-z]+)` \|", table[: table.index("\n\n")], re.MULTILINE)
    assert listed == list(ProjectReader(ROOT, {}).kinds)


@pytest.mark.parametrize(("code", "name"), [(JOB_TYPE, "file_hash"), (RECOGNISER, "one_label")])
def test_a_job_type_is_handed_in_at_the_command_line(tmp_path: Path, code: str, name: str) -> None:
    (tmp_path / "module.py").write_text(code, encoding="utf-8")
    with running("--job-type", f"module:{name}", folder=tmp_path) as variables:
        assert requests.get(f"{variables['COSLOCAL_URL']}/control/", timeout=10).ok


def test_the_job_types_do_what_the_page_says() -> None:
    left: dict[str, Any] = {}
    exec(JOB_TYPE + RECOGNISER, left)  # noqa: S102 - as above
    node = Node("", {"Type": "MD5"})
    assert left["file_hash"].run(b"text", left["file_hash"].parse(node)) == {
        "FileSize": 4,
        "MD5": "1cb251ec0d568de6a929b520c4aed8d1",
    }
    found = left["one_label"].run(b"", {"CardType": "IDCard"})
    assert (found["Status"], found["IdInfo"][0]["DetectedText"]) == (1, "样本")


def test_a_fault_is_made_as_the_page_makes_it(environment: dict[str, str]) -> None:
    (block,) = (one for one in blocks("console") if "curl" in one)
    shown = re.fullmatch(r"""\$ curl --json '(.+)' "\$COSLOCAL_URL(.+)"\n(.+)\n""", block)
    assert shown is not None
    asked, path, printed = shown.groups()
    answer = requests.post(environment["COSLOCAL_URL"] + path, data=asked, timeout=10)
    assert (answer.status_code, answer.text) == (200, printed)


def test_every_request_of_the_control_api_is_listed() -> None:
    listed = re.findall(r"^\| `([A-Z]+) /control/([a-z-]*)` \|", README, re.MULTILINE)
    assert listed == list(Control(Emulator()).requests)


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in ("README.md", "operations.md", "api.md", "clients.md", "examples.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page}: {target}"
