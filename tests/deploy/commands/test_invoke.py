"""`invoke`: a deployed function on an event; what is no event is refused, by `invoke local` too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.deployed import invoker
from tests.support.deployments import Deployment
from tests.support.tencent_clients import zip_with


def test_an_invocation_runs_the_upload_and_shows_what_it_returns(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.api.account.invoke = invoker(tmp_path)
    source = (
        "import os\n"
        "def main_handler(event, context):\n"
        "    print('at work')\n"
        "    return {'event': event, 'level': os.environ['LOG_LEVEL']}\n"
    )
    (deployment.package_folder / "sweep.zip").write_bytes(zip_with(source))
    deployment.deployed()
    ended = deployment.run("invoke", "--function", "sweep", "--data", '{"Message": "reconcile"}')
    assert ended.status == 0
    assert json.loads(ended.out) == {"event": {"Message": "reconcile"}, "level": "INFO"}
    assert ended.err == "at work\n"
    # And its log is there to be read
    out = deployment.deployed("logs", "--function", "sweep").out
    assert out == "2026-01-31 08:15:00 UTC  b5a1f3c2\n  at work\n"


def test_a_function_that_raises_fails_the_command_without_its_traceback(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.api.account.invoke = invoker(tmp_path)
    source = "def main_handler(event, context):\n    raise ValueError('not today')\n"
    (deployment.package_folder / "sweep.zip").write_bytes(zip_with(source))
    deployment.deployed()
    ended = deployment.run("invoke", "--function", "sweep")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "card-ocr-prod-sweep failed: ValueError: not today\n"


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--data", "{"), "--data is no JSON\n"),
        (("--path", "nowhere.json"), "--path nowhere.json can't be read: FileNotFoundError\n"),
        (("--data", "{}", "--path", "a.json"), "--data and --path can't both be given\n"),
    ],
)
@pytest.mark.parametrize("command", ["invoke", "invoke-local"])
def test_an_event_that_is_none_is_refused(
    deployment: Deployment, command: str, flags: tuple[str, ...], sentence: str
) -> None:
    ended = deployment.run(command, "--function", "sweep", *flags)
    assert (ended.status, ended.err) == (1, sentence)
