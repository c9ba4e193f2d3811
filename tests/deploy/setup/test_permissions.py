"""What a deployer's keys must be allowed is what the commands call for, both ways."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from coslocal.cam.access import Asked
from deploy.api.permissions import PERMISSIONS, Command, action_of, needed_by
from tests.support.deployed import invoker
from tests.support.deployments import DEPLOYER, Deployment
from tests.support.serverless_yml import ROOT


def test_deploying_asks_for_what_is_listed_and_nothing_else(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    asked: list[Asked] = []
    deployment.cloud.access.assume("owner", DEPLOYER.secret_id)
    deployment.cloud.access.on_call = asked.append
    deployment.api.account.invoke = invoker(tmp_path)
    # Given every kind of change there is
    deployment.deployed()
    deployment.package("second")
    functions = deployment.document["functions"]
    del functions["callback"]["concurrency"]
    functions["callback"]["retries"] = 1
    functions["sweep"]["events"][0]["timer"]["cron"] = "0 */3 * * * * *"
    deployment.environ["CALLBACK_SECRET"] = "another-invented-secret-of-32-characters"
    deployment.set_prefix("uploads/new/")
    deployment.deployed()
    deployment.deployed("info")
    deployment.deployed("logs", "--function", "sweep")
    deployment.run("invoke", "--function", "sweep")
    deployment.deployed("remove")
    # Then its calls are those of the list
    calls = {f"{call.service}:{call.action}" for call in deployment.api.calls}
    calls |= {one.call.action for one in asked}
    assert calls == {row.request for row in (*needed_by("deploy"), *needed_by("look"))}


def test_a_request_has_one_row_and_every_row_is_some_commands() -> None:
    requests = [row.request for row in PERMISSIONS]
    assert len(requests) == len(set(requests))
    assert all(row.commands for row in PERMISSIONS)
    assert {name for row in PERMISSIONS for name in row.commands} == set(get_args(Command))


def test_what_invoke_needs_has_cams_name() -> None:
    assert action_of("scf:Invoke") == "scf:InvokeFunction"


def test_no_page_calls_it_by_the_apis_name() -> None:
    names = re.compile(r"scf:Invoke(?!Function)")
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md"]
    wrong = {
        path.name: names.findall(text)
        for path in pages
        if names.search(text := path.read_text(encoding="utf-8").replace("`scf:Invoke` |", ""))
    }
    assert wrong == {}
