"""The command, from the source and from an installed package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import requests

from coslocal.__main__ import main
from tests.command import answered, running

ROOT = Path(__file__).parents[1]


def failure(*options: str, folder: Path) -> tuple[int, str]:
    status, _, written = answered("up", *options, folder=folder)
    return status, written


def test_it_creates_the_bucket_it_is_asked_for(tmp_path: Path) -> None:
    asked = ("--bucket", "photos-1250000001", "--region", "ap-shanghai")
    more = ("--also-region", "ap-beijing", "--also-region", "ap-nanjing")
    with running(*asked, *more, folder=tmp_path) as variables:
        assert variables["COSLOCAL_BUCKET"] == "photos-1250000001"
        shown = requests.get(f"{variables['COSLOCAL_URL']}/control/", timeout=10).json()
        for region in ("ap-beijing", "ap-nanjing", "ap-nowhere"):
            answer = requests.get(
                f"http://cos.{region}.myqcloud.com/",
                proxies={"http": variables["COSLOCAL_URL"]},
                timeout=10,
            )
            served = region != "ap-nowhere"
            assert ("AccessDenied" in answer.text, "NoSuchBucket" in answer.text) == (
                served,
                not served,
            )
    assert (shown["bucket"], shown["region"]) == ("photos-1250000001", "ap-shanghai")


def test_its_variables_are_in_a_file_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "here.env"
    with running("--env-file", "here.env", folder=tmp_path) as variables:
        lines = [f"{name}={value}\n" for name, value in variables.items() if name != "PID"]
        assert path.read_text() == "".join(lines)
    assert not path.exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--bucket", "photos", "a bucket is named <name>-<appid>, in lower case, not 'photos'"),
        ("--job-type", "missing:Name", "missing:Name can't be imported: No module named"),
        ("--job-type", "json:Name", "json:Name can't be imported: module 'json' has no"),
        ("--job-type", "os:sep", "os:sep is a str: name a JobType, or what makes one"),
        ("--job-type", "os:getcwd", "os:getcwd is a str: name a JobType, or what makes one"),
        ("--job-type", "json:dumps", "json:dumps() raised TypeError: "),
        ("--region", "no such region!", "as ap-guangzhou, not 'no such region!'"),
        ("--region", "", "as ap-guangzhou, not ''"),
        ("--port", "65536", "'65536' is no port: give a number from 0 to 65535"),
        ("--port", "-1", "'-1' is no port: give a number from 0 to 65535"),
        ("--port", "http", "'http' is no port: give a number from 0 to 65535"),
    ],
)
def test_what_can_not_be_is_said(tmp_path: Path, option: str, value: str, said: str) -> None:
    status, written = failure(option, value, folder=tmp_path)
    assert status == 2
    assert written.startswith(f"coslocal: {option}: ")
    assert said in written
    assert written.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "COMMAND is missing; `coslocal --help` shows what there is"),
        (("down",), "'down' is no command; `coslocal --help` shows what there is"),
        (("up", "--frob"), "--frob is not known; `coslocal --help` shows what there is"),
        (("up", "--port"), "--port needs a value; `coslocal up --help` shows what there is"),
        (("invoke",), "function is missing; `coslocal invoke --help` shows what there is"),
    ],
)
def test_a_command_line_that_can_not_be_is_answered_with_one_sentence(
    options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert capsys.readouterr().err == f"coslocal: {said}\n"


def test_a_taken_port_is_said_to_be_taken(tmp_path: Path) -> None:
    with running(folder=tmp_path) as variables:
        taken = variables["COSLOCAL_URL"].rpartition(":")[2]
        status, written = failure("--port", taken, folder=tmp_path)
    assert status == 2
    assert written.endswith("Address already in use; choose another port with --port\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".env", ".env exists and is none of mine"),
        ("folder", "folder exists and is none of mine"),
        ("missing/x.env", "missing/x.env can't be written: No such file or directory"),
    ],
)
def test_an_env_file_that_can_not_be_is_said(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / ".env").write_text("TENCENTCLOUD_SECRET_ID=of a deployment\n")
    (tmp_path / "folder").mkdir()
    found = failure("--port", "0", "--env-file", name, folder=tmp_path)
    assert found == (2, f"coslocal: --env-file: {said}; name another\n")
    assert (tmp_path / ".env").read_text() == "TENCENTCLOUD_SECRET_ID=of a deployment\n"


@pytest.mark.install
def test_installed_into_an_empty_environment_the_project_of_the_page_works(tmp_path: Path) -> None:
    # Given a copy of the package, since a build leaves files behind
    copy = tmp_path / "package"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src/coslocal", copy / "src/coslocal")
    # And the three files of the page, elsewhere
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    for name, text in re.findall(
        r"^`([\w.]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    ):
        (project / name).write_text(text, encoding="utf-8")
    assert {one.name for one in project.iterdir()} == {
        "serverless.yml",
        "resize.py",
        "test_resize.py",
    }
    # When it is installed where nothing else is, with what the page names
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = str(environment / "bin/python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "install", str(copy)], check=True)
    (line,) = re.findall(r"^\$ pip install (pillow .*)$", page, re.MULTILINE)
    subprocess.run([*pip, "install", *line.split()], check=True)
    # Then pytest finds the fixture by itself
    done = subprocess.run(
        [python, "-m", "pytest", "-q"], cwd=project, capture_output=True, text=True, check=False
    )
    assert "2 passed" in done.stdout, done.stdout
    # And the command runs the project, and is typed
    command = [str(environment / "bin/coslocal")]
    with running("serverless.yml", folder=project, command=command) as variables:
        shown = requests.get(f"{variables['COSLOCAL_URL']}/control/", timeout=10).json()
        url = ("--url", variables["COSLOCAL_URL"])
        raised = answered("invoke", "resize", *url, folder=project, command=command)
        logs = answered("logs", *url, folder=project, command=command)
        unknown = answered("logs", "crop", *url, folder=project, command=command)
    assert shown["functions"] == ["resize"]
    assert raised[0] == 1
    assert "resize | KeyError: 'Records'\n" in logs[1]
    assert unknown == (2, "", "coslocal: there is no function called crop; known: resize\n")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert (environment / f"lib/{version}/site-packages/coslocal/py.typed").is_file()
