"""What a deployer's keys must be allowed is what the commands call for, both ways."""

from __future__ import annotations

from pathlib import Path

from deploy.setup.permissions import DEPLOY, LOOK
from local.cam.access import Asked
from tests.support.deployed import invoker
from tests.support.deployments import DEPLOYER, Deployment


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
    assert calls == {*DEPLOY, *LOOK}
