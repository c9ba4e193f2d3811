"""`sls deploy` and what belongs to it, as a user runs it, into a cloud on this machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed import invoker, written_beside
from tests.support.deployments import DEPLOYER, state_of
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.roles import set_up_roles
from tests.support.served_deployments import Served, served_deployment
from tests.support.serverless_yml import configuration
from tests.support.sls import service_folder, sls
from tests.support.tencent_api import Break, Fail
from tests.support.tencent_api.faults import Fault

CODE, CONFIGURATION = "UpdateFunctionCode", "UpdateFunctionConfiguration"


class User:
    """Somebody with a checkout, an API key and a shell."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served = served
        self.folder = service_folder(folder)
        self.environ: dict[str, str] = {
            "INPUT_BUCKET": BUCKET,
            "CALLBACK_SECRET": SECRET,
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_SECRET_ID": DEPLOYER.secret_id,
            "TENCENTCLOUD_SECRET_KEY": DEPLOYER.secret_key,
            "LOCAL_CLOUD": served.url,
        }
        self.reads("uploads/")

    def reads(self, prefix: str) -> None:
        """Have other photos be cards, in .env."""
        self.environ |= {"INPUT_PREFIX": prefix}
        self.environ["CARD_TYPE_RULES"] = f"{prefix}driver/=DriverLicense"
        set_up_roles(self.served.api.account, INPUT_PREFIX=prefix)

    def writes(self, change: Mapping[str, Any]) -> None:
        """Change serverless.yml: values at dotted paths."""
        text = json.dumps(configuration(change))
        (self.folder / "serverless.yml").write_text(text, encoding="utf-8")

    def runs(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `sls`; no secret may be seen, nor a stack trace."""
        ended = sls(self.folder, *arguments, environ=self.environ)
        seen = ended.stdout + ended.stderr
        for secret in (SECRET, DEPLOYER.secret_key, "Traceback", "at process."):
            assert secret not in seen
        return ended

    def does(self, *arguments: str) -> list[str]:
        """Run `sls` with success; returns the actions that changed something."""
        before = len(self.served.api.calls)
        ended = self.runs(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return [call.action for call in self.served.api.calls[before:] if call.changes]

    def is_refused(self, *arguments: str) -> str:
        """Run `sls` without success; returns the one sentence that it says."""
        ended = self.runs(*arguments)
        assert ended.returncode == 1, ended.stdout + ended.stderr
        (sentence,) = ended.stderr.splitlines()
        return sentence

    def deployed(self) -> dict[str, Any]:
        """What is deployed."""
        return state_of(self.served.api.account)


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    with served_deployment(tmp_path / "code") as served:
        served.api.account.busy_polls = 0  # or each would be waited for, in real time
        yield User(served, tmp_path / "service")


def test_a_service_is_deployed_changed_and_removed(user: User) -> None:
    # Given SCF as it is, where a function isn't ready at once
    user.served.api.account.busy_polls = 1
    # When the service is deployed
    made = user.does("deploy")
    # Then everything is there, and a second deployment changes nothing
    assert [made.count(action) for action in ("CreateFunction", "CreateTrigger")] == [3, 4]
    first = user.deployed()
    assert user.does("deploy") == []
    assert user.deployed() == first
    user.served.api.account.busy_polls = 0

    # When a cron, the prefix and a memory are changed
    timers = {"functions.sweep.events.0.timer.cron": "0 */3 * * * * *"}
    user.writes({**timers, "functions.submit.memorySize": 256})
    user.reads("cards/")
    before = user.deployed()
    user.does("deploy", "--dry-run")
    assert user.deployed() == before
    assert sorted(user.does("deploy")) == [
        "CreateTrigger",
        "DeleteTrigger",
        "PutReservedConcurrencyConfig",  # it is in MB, and submit's memory changed
        *[CONFIGURATION] * 3,
        "UpdateTrigger",
    ]
    (rule,) = user.deployed()["card-ocr-prod-submit"]["triggers"]
    assert json.loads(rule["TriggerDesc"])["filter"]["Prefix"] == "cards/"
    assert user.does("deploy") == []

    # When everything is as it was again, but for one more timer, which then goes
    user.reads("uploads/")
    user.writes({})
    user.does("deploy")
    assert user.deployed() == first
    events = configuration()["functions"]["sweep"]["events"]
    noon = {"timer": {"name": "noon", "cron": "0 0 12 * * * *"}}
    user.writes({"functions.sweep.events": [*events, noon]})
    assert user.does("deploy") == ["CreateTrigger"]
    user.writes({})
    assert user.does("deploy") == ["DeleteTrigger"]
    assert user.deployed() == first

    # When one function is deployed by itself
    user.writes({"functions.sweep.timeout": 280, "functions.submit.timeout": 90})
    assert user.does("deploy", "function", "--function", "sweep") == [CONFIGURATION]

    # When it is removed, and removed again
    assert user.does("remove", "--force", "--dry-run") == []
    assert "DeleteFunction" in user.does("remove")
    assert user.deployed() == {}
    assert user.does("remove") == []


def test_a_function_can_be_left_out_where_ci_calls_nobody(user: User) -> None:
    user.does("deploy")
    # The others need it while CI calls back
    left_out = configuration()
    del left_out["functions"]["callback"]
    (user.folder / "serverless.yml").write_text(json.dumps(left_out), encoding="utf-8")
    before = user.deployed()
    sentence = user.is_refused("deploy")
    assert sentence == "functions.callback: is missing; write it, since the others need it"
    assert user.deployed() == before
    # Then it goes
    user.environ["CALLBACK_TYPE"] = "NONE"
    assert user.does("deploy") == [CONFIGURATION, CONFIGURATION, "DeleteTrigger", "DeleteFunction"]
    assert sorted(user.deployed()) == ["card-ocr-prod-submit", "card-ocr-prod-sweep"]


def test_a_failure_in_the_middle_is_completed_by_a_second_deployment(user: User) -> None:
    user.does("deploy")
    wanted, calls = user.deployed(), len(user.served.api.calls)
    faults: list[Fault] = [Fail("InternalError"), Break(), Break(after_effect=True)]
    for position, fault in enumerate(faults):
        user.does("remove")
        number = len(user.served.api.calls) + calls // 2 + position
        user.served.api.faults.at = {number: fault}
        assert " failed: " in user.is_refused("deploy")
        assert user.deployed() != wanted
        user.does("deploy")
        assert user.deployed() == wanted


def test_what_stands_in_the_way_is_one_sentence_and_a_second_run_completes(user: User) -> None:
    account = user.served.api.account
    # Given wrong keys
    user.environ["TENCENTCLOUD_SECRET_KEY"] = "of-something-else"
    assert "AuthFailure.SignatureFailure" in user.is_refused("deploy")
    user.environ["TENCENTCLOUD_SECRET_ID"] = "AKIDofnobody"
    assert "AuthFailure.SecretIdNotFound" in user.is_refused("deploy")
    user.environ["TENCENTCLOUD_SECRET_ID"] = DEPLOYER.secret_id
    user.environ["TENCENTCLOUD_SECRET_KEY"] = DEPLOYER.secret_key
    # And a role that isn't there
    roles = dict(account.roles)
    del account.roles["card-ocr-prod-submit"]
    assert user.is_refused("deploy").startswith("the role card-ocr-prod-submit does not exist")
    account.roles = roles
    # And a bucket in another region
    user.environ["TENCENTCLOUD_REGION"] = "ap-shanghai"
    assert f"the bucket {BUCKET} is not in ap-shanghai" in user.is_refused("deploy")
    user.environ["TENCENTCLOUD_REGION"] = REGION
    # Then nothing was changed, and all of it repaired, the deployment succeeds
    assert user.served.api.actions(changes=True) == []
    user.does("deploy")
    assert len(user.deployed()) == 3


def test_what_was_deployed_is_shown_invoked_and_processes_the_specimens(
    user: User, tmp_path: Path
) -> None:
    # Given a deployment, whose uploads run for real
    user.does("deploy")
    added = {
        "TENCENTCLOUD_REGION": REGION,
        "TENCENTCLOUD_SECRETID": DEPLOYER.secret_id,
        "TENCENTCLOUD_SECRETKEY": DEPLOYER.secret_key,
        "LOCAL_CLOUD": user.served.url,
    }
    user.served.api.account.invoke = invoker(tmp_path / "code", added)
    # Then the specimens become results, and nothing is written beside the code
    user.served.run_specimens()
    assert written_beside(tmp_path / "code") == set()
    # And the deployment can be looked at
    shown = user.runs("info").stdout
    assert f"Function URL, AuthType NONE  {user.served.url}/functions/callback" in shown
    assert "?t=" not in shown
    # And a function be invoked, in the cloud and here
    swept = user.runs("invoke", "--function", "sweep", "--data", '{"Message": "reconcile"}')
    assert swept.returncode == 0, swept.stderr
    assert sum(json.loads(swept.stdout)["pending"].values()) == 0
    here = user.runs("invoke", "local", "--function", "sweep")
    assert sum(json.loads(here.stdout)["pending"].values()) == 0
    assert "card-ocr-prod-sweep" in user.runs("logs", "--function", "sweep").stdout
