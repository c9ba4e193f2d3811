"""A deployment that fails at any of its calls is completed by a second one."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from tests.support.deployments import Deployment
from tests.support.tencent_api import Break, Fail
from tests.support.tencent_api.faults import Fault

FAULTS: dict[str, Fault] = {
    "an error of the API": Fail("InternalError"),
    "an answer of 503": Fail(status=503),
    "a connection that dies before the call": Break(),
    "a connection that dies after the call": Break(after_effect=True),
}


def change_everything(deployment: Deployment) -> None:
    """Make every kind of change there is to a service that is deployed."""
    deployment.package("second")
    functions = deployment.document["functions"]
    functions["submit"]["memorySize"] = 256
    deployment.set_prefix("uploads/new/")
    functions["callback"] |= {"concurrency": 20, "retries": 1}
    functions["sweep"]["events"][0]["timer"]["cron"] = "0 */3 * * * * *"
    functions["sweep"]["events"][1]["timer"]["name"] = "daily"
    deployment.document["provider"]["environment"]["MIN_SCORE"] = "70"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_first_deployment(tmp_path: Path, fault: Fault) -> None:
    deployment = Deployment(tmp_path)
    deployment.deployed()
    wanted, calls = deployment.state(), len(deployment.api.calls)

    for number in range(calls):
        deployment.forget()
        _interrupted(deployment, fault, number, "deploy")
        deployment.deployed()
        assert deployment.state() == wanted, f"after a fault at call {number}"
        assert deployment.changes() == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_deployment_that_changes_everything(tmp_path: Path, fault: Fault) -> None:
    deployment = Deployment(tmp_path)
    deployment.deployed()
    first = copy.deepcopy(deployment.document)
    change_everything(deployment)
    before = len(deployment.api.calls)
    deployment.deployed()
    wanted, changed = deployment.state(), deployment.document
    calls = len(deployment.api.calls) - before

    for number in range(calls):
        deployment.forget()
        deployment.document = copy.deepcopy(first)
        deployment.set_up()
        deployment.package("first")
        deployment.deployed()
        deployment.document = changed
        deployment.set_up()
        deployment.package("second")
        _interrupted(deployment, fault, number, "deploy")
        deployment.deployed()
        assert deployment.state() == wanted, f"after a fault at call {number}"


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_removal(tmp_path: Path, fault: Fault) -> None:
    deployment = Deployment(tmp_path)
    deployment.deployed()
    before = len(deployment.api.calls)
    deployment.deployed("remove")
    calls = len(deployment.api.calls) - before

    for number in range(calls):
        deployment.deployed()
        _interrupted(deployment, fault, number, "remove")
        deployment.deployed("remove")
        assert deployment.api.account.functions == {}, f"after a fault at call {number}"


def _interrupted(deployment: Deployment, fault: Fault, number: int, command: str) -> None:
    """Run a command whose call of that number fails: one sentence, and no traceback."""
    deployment.api.faults.at = {len(deployment.api.calls) + number: fault}
    ended = deployment.run(command)
    deployment.api.faults.at = {}
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "failed: " in ended.err
