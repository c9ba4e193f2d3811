"""`info`, `invoke`, `invoke local` and `logs`: what is deployed, and what it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.deployed import invoker
from tests.support.deployments import Deployment
from tests.support.environment import BUCKET
from tests.support.tencent_clients import zip_with

ADDRESS = "https://1250000000-callback.ap-guangzhou.tencentscf.com"


def test_info_shows_functions_triggers_and_the_callbacks_address(deployment: Deployment) -> None:
    deployment.deployed()
    lines = deployment.deployed("info").out.splitlines()
    assert lines == [
        "card-ocr, stage prod, ap-guangzhou",
        "  card-ocr-prod-submit  Active  Python3.10, 128 MB, 60 s  changed 2026-01-31 08:15:00",
        f"    COS trigger cos:ObjectCreated:* of {BUCKET}, uploads/*",
        "  card-ocr-prod-callback  Active  Python3.10, 128 MB, 60 s  changed 2026-01-31 08:15:00",
        f"    Function URL, AuthType NONE  {ADDRESS}",
        "  card-ocr-prod-sweep  Active  Python3.10, 128 MB, 270 s  changed 2026-01-31 08:15:00",
        "    timer sweep, 0 */5 * * * * *",
        "    timer reconcile, 30 17 3 * * * *, message reconcile",
    ]


def test_info_shows_what_is_not_as_it_was_deployed(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").triggers[0]["Enable"] = 0
    deployment.function("sweep").triggers[1]["Description"] = ""
    deployment.function("submit").configuration["Description"] = "of somebody else"
    out = deployment.deployed("info").out
    assert "timer sweep, 0 */5 * * * * *, closed\n" in out
    assert "message reconcile, not made by this service\n" in out
    assert "changed 2026-01-31 08:15:00  not made by this service\n" in out


def test_info_of_nothing_says_so(deployment: Deployment) -> None:
    assert deployment.deployed("info").out.count("not deployed") == 3


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


def test_a_function_without_a_log_is_said_to_have_none(deployment: Deployment) -> None:
    deployment.deployed()
    out = deployment.deployed("logs", "--function", "callback").out
    assert out == "card-ocr-prod-callback has logged nothing in a week\n"


def test_where_scf_names_no_log_topic_the_console_is_pointed_to(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["ClsTopicId"] = ""
    out = deployment.deployed("logs", "--function", "sweep").out
    assert out == (
        "SCF names no log topic of card-ocr-prod-sweep: look at the function's page in its "
        "console\n"
    )


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
