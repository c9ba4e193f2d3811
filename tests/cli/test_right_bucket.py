"""A command acts on the bucket that its call names, and names it before it changes anything."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import cli.connect.environment
from cli.app import app
from cli.lazy_group import loaded_commands
from coslocal.cos.requests import CosRequest
from tests.cli.deployed import Deployment
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, Cloud
from tests.support.networks import serving

OTHER = "others-1250000000"
KEY = "uploads/a.jpg"
PLACE = f"{BUCKET}/uploads/ → {BUCKET}/ocr/, ap-guangzhou, local (http://127.0.0.1:8000)"
READ = (
    ("status",),
    ("audit", "--deep"),
    ("show", KEY),
    ("report",),
    ("export", "--format=jsonl"),
    ("logs",),
    ("bill", "--compare"),
    ("wait", KEY, "--timeout=1"),
)
CHANGE = (
    ("setup", "--yes"),
    ("doctor", "--upload", "--yes", "--wait=1"),
    ("alarms", "--yes"),
    ("sweep", "--reconcile"),
    ("seal",),
    ("pause",),
    ("resume",),
    ("backfill", "--yes"),
    ("review", "reject", KEY),
    ("rerun", KEY, "--yes"),
    ("forget", KEY, "--yes", "--no-wait"),
    ("purge", "--older-than=9", "--yes"),
)
WITHOUT_COS = {"setup", "logs", "alarms"}
HAVE_JSON = [command for command in CHANGE if command[0] != "setup"]


class Shell(NamedTuple):
    """The variables of another bucket, and the file of this one."""

    there: Deployment
    file: Path
    asked: list[str | None]  # the bucket of each request to COS


@pytest.fixture
def shell(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # before the doctor looks again
    asked: list[str | None] = []
    there = deployment
    there.local.cos.create_bucket(OTHER)
    there.cloud.upload(KEY)
    file = tmp_path / "prod.env"
    file.touch(0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in of_file(there.cloud)))
    there.operator.serves(
        there.cloud,
        INPUT_BUCKET=OTHER,
        OUTPUT_BUCKET=OTHER,
        OUTPUT_PREFIX="others/",
        LOCAL_CLOUD="http://127.0.0.1:9",
        TENCENTCLOUD_SECRET_ID="AKIDofanotheraccount",
    )
    there.local.cos.before_effect = lambda request: _note(asked, request)
    return Shell(there, file, asked)


def of_file(cloud: Cloud) -> Iterator[tuple[str, str]]:
    settings = cloud.local.environment("sweep")
    for name in ("INPUT_BUCKET", "TENCENTCLOUD_REGION", "CALLBACK_SECRET", "LOCAL_CLOUD"):
        yield name, settings[name]
    yield "CALLBACK_URL", settings["CALLBACK_URL"]
    yield "TENCENTCLOUD_SECRET_ID", cloud.local.uploader.secret_id
    yield "TENCENTCLOUD_SECRET_KEY", cloud.local.uploader.secret_key


def _note(asked: list[str | None], request: CosRequest) -> None:
    asked.append(request.bucket)


def test_the_tables_hold_every_command() -> None:
    commands = loaded_commands(app)
    assert sorted(command[0] for command in READ + CHANGE) == sorted(commands)
    for name, command in commands.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert options >= {"--env-file", "--stage"}, name


@pytest.mark.parametrize("command", READ + CHANGE, ids=" ".join)
def test_in_a_shell_with_another_buckets_variables_the_named_file_counts(
    shell: Shell, command: tuple[str, ...]
) -> None:
    answer = shell.there.operator.calls(*command, f"--env-file={shell.file}")
    assert answer.status in {0, 1}, answer.err
    assert shell.asked or command[0] in WITHOUT_COS
    assert set(shell.asked) <= {BUCKET}
    (conflict,) = (line for line in answer.err.splitlines() if "prod.env counts" in line)
    assert conflict == (
        "card-ocr: prod.env counts, and the environment has another CARD_TYPE_RULES, INPUT_BUCKET, "
        "LOCAL_CLOUD, OUTPUT_BUCKET, OUTPUT_PREFIX, TENCENTCLOUD_APPID, TENCENTCLOUD_SECRET_ID"
    )
    # What changes anything names the place before it does
    assert answer.out.startswith(f"{PLACE}\n") is (command in CHANGE)


@pytest.mark.parametrize("command", HAVE_JSON, ids=" ".join)
def test_beside_data_the_place_is_a_message(shell: Shell, command: tuple[str, ...]) -> None:
    answer = shell.there.operator.calls(*command, "--json", f"--env-file={shell.file}")
    assert f"{PLACE}\n" in answer.err
    assert answer.document()


@pytest.mark.parametrize(
    "command",
    [
        ("doctor", "--upload"),
        ("backfill",),
        ("rerun", KEY),
        ("forget", KEY),
        ("purge", "--older-than=9"),
        ("setup",),
    ],
    ids=" ".join,
)
def test_a_question_names_the_place(shell: Shell, command: tuple[str, ...]) -> None:
    there = shell.there
    there.api.account.roles.clear()
    there.clock.move(20 * 86_400)
    if command[0] == "backfill":
        there.cloud.put("uploads/b.jpg")
    answer = there.operator.answers("n\n", *command, f"--env-file={shell.file}")
    assert f"{PLACE}: " in answer.err
    assert "?" in answer.err


def test_the_file_of_a_stage_counts_as_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.connect.environment, "ENV_FILE", shell.file.with_name(".env"))
    shell.file.rename(shell.file.with_name(".env.staging"))
    answer = shell.there.operator.calls("audit", "--stage=staging")
    assert answer.status == 0, answer.err
    assert set(shell.asked) == {BUCKET}


@pytest.mark.parametrize("command", ["setup --yes", "setup --print", "setup --yes --account=1"])
def test_setup_refuses_a_local_cloud(command: str, operator: Operator, served: Cloud) -> None:
    with serving(served.local.app) as url:
        operator.serves(served, LOCAL_CLOUD=url)
        answer = operator.calls(*command.split())
    assert (answer.status, answer.err.count("\n")) == (3, 1)
    assert answer.err.startswith("card-ocr: a local cloud has no roles to make")


def test_the_environment_counts_against_the_clones_own_file(
    operator: Operator, served: Cloud
) -> None:
    cli.connect.environment.ENV_FILE.write_text("INPUT_BUCKET=others-1250000000\nMIN_SCORE=80\n")
    operator.serves(served)
    assert operator.calls("audit").err == (
        "card-ocr: the environment counts, and .env has another INPUT_BUCKET\n"
    )
    assert os.environ["INPUT_BUCKET"] == BUCKET
