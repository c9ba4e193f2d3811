"""The commands beside `deploy`: `remove`, `info`, `invoke`, `invoke local` and `logs`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests

from coslocal.client import official_client
from coslocal.cos.errors import CosError
from coslocal.server import LocalServer
from deploy.__main__ import main
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from tests.support.clouds import CARD
from tests.support.deployed import invoker
from tests.support.deployments import DEPLOYER, ENVIRONMENT, Deployment, document
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.event_files import FOLDER
from tests.support.privacy import leaks
from tests.support.serverless_yml import ENVIRON, ROOT
from tests.support.serverless_yml import document as serverless_document
from tests.support.tencent_api import Fail
from tests.support.tencent_clients import zip_with

# `remove` deletes what `deploy` made, and says what stays.


def named(deployment: Deployment, calls: int) -> list[tuple[str, str]]:
    """The functions and actions of the calls that changed something, from one on."""
    return [
        (call.body["FunctionName"].rpartition("-")[2], call.action)
        for call in deployment.api.calls[calls:]
        if call.changes
    ]


def test_triggers_go_first_and_the_one_that_starts_cards_before_all(
    existing: Deployment,
) -> None:
    calls = len(existing.api.calls)
    ended = existing.deployed("remove")
    assert named(existing, calls) == [
        ("submit", "DeleteTrigger"),
        ("sweep", "DeleteTrigger"),
        ("sweep", "DeleteTrigger"),
        ("callback", "DeleteTrigger"),
        ("submit", "DeleteFunction"),
        ("sweep", "DeleteFunction"),
        ("callback", "DeleteFunction"),
    ]
    assert existing.api.account.functions == {}
    assert existing.since() is not None
    assert "The bucket stays, with all its objects" in ended.out


def test_what_is_removed_can_be_removed_again(existing: Deployment) -> None:
    existing.deployed("remove")
    assert existing.changes("remove") == []


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_if_nothing_is_deployed_it_is_said_where_that_could_be(
    existing: Deployment, option: tuple[str, ...]
) -> None:
    existing.document["region"] = "ap-shanghai"
    ended = existing.deployed("remove", *option)
    assert ended.out.startswith("card-ocr, stage prod, ap-shanghai: there is no function of this ")
    assert "its service name, --stage or TENCENTCLOUD_REGION" in ended.out
    assert len(existing.api.account.functions) == 3


def test_nothing_of_the_package_is_needed(existing: Deployment) -> None:
    existing.document["package"]["path"] = "nowhere"
    del existing.environ["CALLBACK_SECRET"]
    existing.deployed("remove")
    assert existing.api.account.functions == {}


def test_a_dry_run_removes_nothing(existing: Deployment) -> None:
    state = existing.state()
    ended = existing.deployed("remove", "--dry-run")
    assert "submit: delete the function card-ocr-prod-submit" in ended.out
    assert existing.state() == state


def test_another_stage_stays(existing: Deployment) -> None:
    existing.set_stage("test")
    existing.set_prefix("test/")
    existing.deployed()
    existing.deployed("remove")
    names = {function.name for function in existing.api.account.functions.values()}
    assert names == {f"card-ocr-prod-{key}" for key in ("submit", "callback", "sweep")}


def test_a_function_of_somebody_else_stays(existing: Deployment) -> None:
    existing.function("sweep").configuration["Description"] = "of somebody else"
    ended = existing.deployed("remove")
    assert [one.name for one in existing.api.account.functions.values()] == ["card-ocr-prod-sweep"]
    assert len(existing.function("sweep").triggers) == 2
    assert "the function card-ocr-prod-sweep stays: it was not made by this service" in ended.out


def test_a_function_with_a_trigger_of_somebody_else_stays_without_ours_unless_forced(
    existing: Deployment,
) -> None:
    theirs: dict[str, Any] = existing.function("sweep").triggers[0]
    theirs["Description"] = "by hand"
    ended = existing.run("remove")
    assert existing.function("sweep").triggers == [theirs]
    assert "so card-ocr-prod-sweep stays too, unless you run `sls remove --force`" in ended.out
    assert ended.status == 1
    left = "still there: the function card-ocr-prod-sweep with its timer sweep, 0 */5 * * * * *; "
    assert ended.err.startswith(left + "run `sls remove` again, with --force to ")
    existing.deployed("remove", "--force")
    assert existing.api.account.functions == {}


def test_a_cos_trigger_of_somebody_else_on_submit_keeps_everything(
    existing: Deployment,
) -> None:
    (ours,) = existing.function("submit").triggers
    shown = {**json.loads(ours["TriggerDesc"]), "filter": {"Prefix": "other/", "Suffix": ""}}
    theirs = {**ours, "TriggerDesc": json.dumps(shown), "Description": "by hand"}
    existing.function("submit").triggers.insert(0, theirs)
    state = existing.state()
    ended = existing.run("remove")
    assert (ended.status, existing.state()) == (1, state)
    assert "was not made by this service and stays as it is: close or delete it" in ended.err
    assert ended.err.endswith("or run `sls remove --force`\n")
    existing.deployed("remove", "--force")
    assert existing.api.account.functions == {}


def test_a_submit_that_stays_keeps_sweep_and_callback_whole(existing: Deployment) -> None:
    theirs = {**existing.function("sweep").triggers[0], "Description": "by hand"}
    existing.function("submit").triggers.append(theirs)
    ended = existing.run("remove")
    assert ended.status == 1
    assert existing.function("submit").triggers == [theirs]
    assert len(existing.function("sweep").triggers) == 2
    assert len(existing.function("callback").triggers) == 1


def test_a_cos_trigger_that_stays_keeps_every_function(existing: Deployment) -> None:
    calls = len(existing.api.calls)
    existing.deployed("remove")
    number = existing.api.actions()[calls:].index("DeleteTrigger")
    existing.deployed()
    refused = Fail("ResourceNotFound.Trigger")
    existing.api.faults.at = {len(existing.api.calls) + number: refused}
    ended = existing.run("remove")
    assert ended.status == 1
    assert ended.err.startswith("scf:DeleteTrigger failed: ResourceNotFound.Trigger")
    assert len(existing.api.account.functions) == 3


def test_nothing_is_removed_below_a_submit_of_somebody_else_that_starts_cards(
    existing: Deployment,
) -> None:
    existing.function("submit").configuration["Description"] = "changed by hand"
    state = existing.state()
    ended = existing.run("remove")
    assert ended.status == 1
    assert ended.err.startswith("card-ocr-prod-submit's COS trigger cos:ObjectCreated:* of ")
    assert existing.state() == state


# `info`: what is deployed, as SCF has it.


ADDRESS = "https://1250000000-callback.ap-guangzhou.tencentscf.com"


def test_info_shows_functions_triggers_and_the_callbacks_address(existing: Deployment) -> None:
    lines = existing.deployed("info").out.splitlines()
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


def test_info_shows_what_is_not_as_it_was_deployed(existing: Deployment) -> None:
    existing.function("sweep").triggers[0]["Enable"] = 0
    existing.function("sweep").triggers[1]["Description"] = "by hand"
    existing.function("submit").configuration["Description"] = "of somebody else"
    out = existing.deployed("info").out
    assert "timer sweep, 0 */5 * * * * *, closed\n" in out
    assert "message reconcile, not made by this service\n" in out
    assert "changed 2026-01-31 08:15:00  not made by this service\n" in out


def test_info_of_nothing_says_so(deployment: Deployment) -> None:
    assert deployment.deployed("info").out.count("not deployed") == 3


# `invoke`: a deployed function on an event; what is no event is refused, by `invoke local` too.


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


def test_a_function_that_raises_fails_the_command_with_its_log_and_one_sentence(
    deployment: Deployment, tmp_path: Path
) -> None:
    deployment.api.account.invoke = invoker(tmp_path)
    source = "def main_handler(event, context):\n    raise ValueError('not today')\n"
    (deployment.package_folder / "sweep.zip").write_bytes(zip_with(source))
    deployment.deployed()
    ended = deployment.run("invoke", "--function", "sweep")
    assert (ended.status, ended.out) == (1, "")
    *log, sentence = ended.err.splitlines()
    assert sentence == "card-ocr-prod-sweep failed: ValueError: not today"
    assert log[-1] == "ValueError: not today"


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--data", "{"), "--data is not JSON\n"),
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


# `invoke local` runs a function of the repository in a process, here on the local cloud.


@pytest.fixture
def served() -> Iterator[LocalCloud]:
    server, session = LocalServer(), requests.Session()
    session.trust_env = False
    cloud = LocalCloud(ScriptedRecogniser(), Setup(url=server.url, functions=()), session=session)
    cloud.credentials.add(DEPLOYER)
    server.serve(cloud.app)
    yield cloud
    server.stop()


def run_local(cloud: LocalCloud, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "PATH": os.environ["PATH"],
        **ENVIRONMENT,
        "LOCAL_CLOUD": cloud.setup.url,
        "CALLBACK_URL": "https://callback.example/card",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "deploy", "invoke-local", *arguments],
        cwd=ROOT,
        env=environ,
        input=json.dumps(document(Path("unused"))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert leaks(ended.stdout + ended.stderr, [SECRET, DEPLOYER.secret_key]) == set()
    return ended


def test_a_stranger_is_refused_by_callback(served: LocalCloud) -> None:
    path = str(FOLDER / "callback-json-object.json")
    ended = run_local(served, "--function", "callback", "--path", path)
    assert (ended.returncode, json.loads(ended.stdout)["statusCode"]) == (0, 403)
    assert json.loads(ended.stderr)["event"] == "refused"


def test_an_upload_is_submitted_with_the_operators_keys(served: LocalCloud) -> None:
    # Given a photo in the bucket, and the event of its upload
    client = official_client(served.setup.url, DEPLOYER, REGION)
    client.put_object(Bucket=BUCKET, Key="uploads/a.jpg", Body=CARD)
    ended = run_local(served, "--function", "submit", "--path", str(FOLDER / "cos-put.json"))
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"records": 1})
    assert [job.state for job in served.jobs] == ["Submitted"]


def test_a_function_that_fails_fails_the_command(served: LocalCloud) -> None:
    served.cos.before_effect = lambda _request: CosError("AccessDenied", "no")
    ended = run_local(served, "--function", "sweep")
    assert (ended.returncode, ended.stdout) == (1, "")
    *_, raised, said = ended.stderr.splitlines()
    assert raised.startswith("StorageFault: ")
    assert said == "sweep failed: the lines above say why"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "SSL_CERT_FILE"])
def test_a_function_takes_the_way_out_of_this_network_that_the_command_takes(
    deployment: Deployment, name: str
) -> None:
    given = __file__ if name == "SSL_CERT_FILE" else "invented"
    deployment.environ |= {name: given, "CALLBACK_URL": "https://callback.example/card"}
    with mock.patch.object(subprocess, "run", return_value=mock.Mock(returncode=0)) as started:
        deployment.deployed("invoke-local", "--function", "sweep")
    environment = started.call_args.kwargs["env"]
    assert environment[name] == given
    assert "TENCENTCLOUD_SECRET_KEY" not in environment


# `logs`: what a function logged, and where that can't be read here.


def test_a_function_without_a_log_is_said_to_have_none(existing: Deployment) -> None:
    out = existing.deployed("logs", "--function", "callback").out
    assert out == "card-ocr-prod-callback has logged nothing in a week\n"


def test_if_scf_names_no_log_topic_the_console_is_pointed_to(existing: Deployment) -> None:
    existing.function("sweep").configuration["ClsTopicId"] = ""
    out = existing.deployed("logs", "--function", "sweep").out
    assert out == (
        "SCF names no log topic of card-ocr-prod-sweep: look at the function's page in its "
        "console\n"
    )


# How every command ends that does not go well.


def test_a_refusal_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = {**ENVIRON, "CALLBACK_SECRET": "invented", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-m", "deploy", "package"],
        input=serverless_document(),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "CALLBACK_SECRET: has 8 characters; it must have 32 or more\n"
    assert list(tmp_path.iterdir()) == []


def ended_by(monkeypatch: pytest.MonkeyPatch, raised: BaseException) -> int:
    """The exit status if reading the document raises."""
    monkeypatch.setattr(sys, "stdin", mock.Mock(read=mock.Mock(side_effect=raised)))
    return main(["package"])


def test_an_interruption_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_by(monkeypatch, KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_bug_is_told_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended_by(monkeypatch, RuntimeError("of a secret")) == 70
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "secret" not in said
    assert "Traceback" not in said
