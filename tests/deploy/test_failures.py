"""A deployment that can't go on says so in one sentence, and a second run completes it."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from coslocal.cos.errors import CosError
from tests.support.deployments import DEPLOYER, SINCE, Deployment
from tests.support.environment import BUCKET
from tests.support.tencent_api import Break, Call, Fail
from tests.support.tencent_api.faults import Fault

Change = Callable[[Deployment], Any]


def wrong_key(deployment: Deployment) -> None:
    deployment.environ["TENCENTCLOUD_SECRET_KEY"] = "not-the-key-of-this-id"


def unknown_id(deployment: Deployment) -> None:
    deployment.environ["TENCENTCLOUD_SECRET_ID"] = "AKIDofnobody"


def no_key(deployment: Deployment) -> None:
    deployment.environ["TENCENTCLOUD_SECRET_KEY"] = ""


def no_secret(deployment: Deployment) -> None:
    del deployment.environ["CALLBACK_SECRET"]


def no_role(deployment: Deployment) -> None:
    del deployment.api.account.roles["card-ocr-prod-sweep"]


def role_of_others(deployment: Deployment) -> None:
    role = deployment.api.account.roles["card-ocr-prod-sweep"].document
    role["PolicyDocument"] = role["PolicyDocument"].replace("scf.qcloud.com", "cvm.qcloud.com")


def no_role_of_a_stage(deployment: Deployment) -> None:
    deployment.set_stage("test")
    del deployment.api.account.roles["card-ocr-test-sweep"]


def role_that_allows_too_little(deployment: Deployment) -> None:
    deployment.api.account.roles["card-ocr-prod-sweep"].policies.clear()


def other_region(deployment: Deployment) -> None:
    deployment.document["region"] = "ap-shanghai"


def no_output_bucket(deployment: Deployment) -> None:
    environment = deployment.document["provider"]["environment"]
    environment["OUTPUT_BUCKET"] = "results-1250000000"


def locked_bucket(deployment: Deployment) -> None:
    deployment.lock()


def forbidden_bucket(deployment: Deployment) -> None:
    deployment.cloud.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.method == "HEAD" and not request.key else None
    )


def cos_that_is_gone(deployment: Deployment) -> None:
    def gone(_request: object) -> None:
        raise ConnectionResetError

    deployment.cloud.cos.before_effect = gone


def no_package(deployment: Deployment) -> None:
    deployment.document["package"]["path"] = "nowhere"


def foreign_function(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["Description"] = "of somebody else"


def other_runtime(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["Runtime"] = "Python3.9"


def another_clone(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_bucket("another-1250000000")


def another_stage(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_stage("test")


def another_name(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.document["service"] = "cards"


def foreign_url(deployment: Deployment) -> None:
    deployment.deployed()
    trigger = deployment.function("callback").triggers[0]
    shown = json.loads(trigger["TriggerDesc"])
    trigger |= {"Description": "by hand", "TriggerDesc": json.dumps({**shown, "AuthType": "CAM"})}


REFUSALS: dict[Change, str] = {
    wrong_key: "sts:GetCallerIdentity failed: AuthFailure.SignatureFailure, The provided "
    "credentials could not be validated",
    unknown_id: "sts:GetCallerIdentity failed: AuthFailure.SecretIdNotFound, The SecretId is not "
    "found (RequestId ",
    no_key: "TENCENTCLOUD_SECRET_KEY is missing: write the API key into .env or the environment",
    no_secret: "CALLBACK_SECRET: is missing; set it in .env",
    no_role: "the role card-ocr-prod-sweep does not exist: run `card-ocr setup`, which makes it",
    no_role_of_a_stage: "the role card-ocr-test-sweep does not exist: run `card-ocr setup --stage "
    "test`, which makes it",
    role_of_others: "card-ocr-prod-sweep can't be assumed by SCF, or not only by SCF: run "
    "`card-ocr setup`",
    role_that_allows_too_little: "no policy of card-ocr-prod-sweep allows exactly what sweep needs",
    other_region: f"the bucket {BUCKET} is not in ap-shanghai: bucket and functions must be in one "
    "region",
    no_output_bucket: "the bucket results-1250000000 is not in ap-guangzhou",
    locked_bucket: f"OUTPUT_BUCKET: {BUCKET} has object lock, 30 days for every object, so COS may "
    "refuse to overwrite and delete pending objects; nobody can remove a lock, so set "
    "OUTPUT_BUCKET to a bucket without one",
    forbidden_bucket: f"the bucket {BUCKET} belongs to another account, or the API key's owner "
    "lacks ",
    cos_that_is_gone: f"the bucket {BUCKET} could not be checked: no answer from COS",
    no_package: "nowhere/submit.zip is missing: run `sls package` first",
    foreign_function: "the function card-ocr-prod-sweep was not made by this service and stays",
    other_runtime: "card-ocr-prod-sweep runs on Python3.9 and SCF can't change that to Python3.10",
    another_clone: f"card-ocr-prod-callback works for {BUCKET}, but INPUT_BUCKET names another "
    "bucket: choose another stage with --stage; or, to change this deployment's bucket, run ",
    another_stage: f"uploads to {BUCKET} under uploads/ already start card-ocr-prod-submit, and "
    "COS takes no second rule that overlaps: delete that trigger (run `sls remove` with its",
    another_name: f"uploads to {BUCKET} under uploads/ already start card-ocr-prod-submit",
    foreign_url: "card-ocr-prod-callback's Function URL, AuthType CAM was not made by this service",
}


@pytest.mark.parametrize("change", REFUSALS, ids=lambda change: change.__name__)
def test_it_is_one_sentence_and_nothing_is_changed(
    deployment: Deployment, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    change(deployment)
    before, since = len(deployment.api.calls), deployment.since()
    ended = deployment.run("deploy")
    assert (ended.status, deployment.since()) == (1, since)
    assert ended.err.startswith(REFUSALS[change])
    assert ended.err.count("\n") == 1
    assert not any(call.changes for call in deployment.api.calls[before:])


@pytest.mark.parametrize("repaired", [wrong_key, no_role, other_region, cos_that_is_gone])
def test_a_second_run_completes(
    deployment: Deployment, repaired: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    roles, hook = dict(deployment.api.account.roles), deployment.cloud.cos.before_effect
    repaired(deployment)
    assert deployment.run("deploy").status == 1
    deployment.environ["TENCENTCLOUD_SECRET_KEY"] = DEPLOYER.secret_key
    deployment.document["region"] = "ap-guangzhou"
    deployment.api.account.roles = roles
    deployment.cloud.cos.before_effect = hook
    deployment.deployed()
    assert deployment.changes() == []


def test_the_beginning_that_cos_does_not_take_leaves_everything_for_the_next_run(
    deployment: Deployment,
) -> None:
    hook = deployment.cloud.cos.before_effect
    deployment.cloud.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.key == SINCE and request.method == "PUT" else None
    )
    ended = deployment.run("deploy")
    assert (ended.status, ended.err) == (1, "PUT of an object failed: AccessDenied\n")
    assert deployment.api.actions(changes=True) == []
    deployment.cloud.cos.before_effect = hook
    deployment.deployed()
    assert deployment.since() is not None


def test_whoever_may_not_see_the_lock_can_deploy(deployment: Deployment) -> None:
    deployment.cloud.cos.before_effect = lambda request: (
        CosError("AccessDenied", "no") if request.parameter("object-lock") is not None else None
    )
    deployment.deployed()


def test_a_zip_over_7_mb_is_refused(deployment: Deployment) -> None:
    path = deployment.package_folder / "callback.zip"
    with path.open("wb") as file:
        file.truncate(7 * 1024 * 1024 + 1)
    ended = deployment.run("deploy")
    assert ended.err == f"{path} has 7.0 MB, but a request carries at most 7 MB\n"
    assert deployment.api.actions(changes=True) == []


def test_no_error_of_the_api_can_carry_a_secret(deployment: Deployment) -> None:
    secret = deployment.environ["CALLBACK_SECRET"]
    deployment.api.faults.at = {0: Fail("InternalError", message=f"near '{secret}'")}
    ended = deployment.run("deploy")
    assert ended.err.startswith("sts:GetCallerIdentity failed: InternalError, near '…'")


def test_an_unknown_function_is_named_with_those_there_are(deployment: Deployment) -> None:
    ended = deployment.run("logs", "--function", "sweeep")
    assert ended.err == "--function: is 'sweeep'; there are submit, callback, sweep\n"


@pytest.mark.parametrize("command", ["logs", "invoke", "deploy-function"])
def test_a_function_that_is_not_deployed_is_said_to_be_so(
    deployment: Deployment, command: str
) -> None:
    ended = deployment.run(command, "--function", "sweep")
    assert ended.err == "card-ocr-prod-sweep is not deployed: run `sls deploy` first\n"


def test_a_submitter_is_not_deployed_by_itself_without_the_callbacks_address(
    existing: Deployment,
) -> None:
    before = existing.function("submit").environment
    existing.function("callback").triggers.clear()
    ended = existing.run("deploy-function", "--function", "submit")
    sentence = "the Function URL of card-ocr-prod-callback is not deployed: run `sls deploy` first"
    assert (ended.status, ended.err) == (1, f"{sentence}\n")
    assert existing.function("submit").environment == before


# A function that SCF fails to create or to change, or keeps busy: the next run completes.


def test_a_function_that_could_not_be_created_is_made_anew(deployment: Deployment) -> None:
    deployment.api.account.failures = 1
    ended = deployment.run("deploy")
    assert ended.err.startswith(
        "card-ocr-prod-callback is CreateFailed: It failed, as the test wanted."
    )
    assert deployment.changes()[:2] == ["DeleteFunction", "CreateFunction"]
    assert deployment.changes() == []


@pytest.mark.parametrize("failures", [1, 2])
def test_a_function_that_could_not_be_updated_is_updated_again(
    existing: Deployment, failures: int
) -> None:
    existing.package("second")
    existing.document["functions"]["callback"]["memorySize"] = 256
    existing.api.account.failures = failures
    for _ in range(failures):
        assert "is UpdateFailed" in existing.run("deploy").err
    assert existing.changes()[:2] == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert existing.function("callback").configuration["MemorySize"] == 256
    assert existing.changes() == []


def test_a_configuration_that_could_not_be_changed_is_sent_again_whatever_scf_shows(
    existing: Deployment,
) -> None:
    existing.document["functions"]["submit"]["memorySize"] = 256
    existing.api.account.failures = 1
    assert "card-ocr-prod-submit is UpdateFailed" in existing.run("deploy").err
    assert existing.function("submit").configuration["MemorySize"] == 256
    assert existing.changes() == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert existing.function("submit").status == "Active"


def test_a_function_that_stays_busy_is_given_up_and_found_by_the_next_run(
    deployment: Deployment,
) -> None:
    deployment.api.account.busy_polls = 1000
    ended = deployment.run("deploy")
    assert ended.err.startswith("SCF still shows card-ocr-prod-callback as Creating after 60 s; ")
    assert "run the same command again" in ended.err
    deployment.api.account.busy_polls = 2
    deployment.function("callback").busy = 3
    deployment.deployed()
    assert deployment.changes() == []


# A deployment that fails at any of its calls is completed by a second one.


FAULTS: dict[str, Fault] = {
    "an error of the API": Fail("InternalError"),
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


def interruptions(calls: Sequence[Call]) -> Iterator[tuple[int, Fault]]:
    """Yield which of the calls fails, and how.

    A call that reads leaves the account as it was, whatever becomes of it: the faults take turns.
    A call that changes something fails as each, since what it did may be done or not.
    """
    turns = itertools.cycle(FAULTS.values())
    for number, call in enumerate(calls):
        for fault in FAULTS.values() if call.changes else [next(turns)]:
            yield number, fault


def test_a_first_deployment(deployment: Deployment) -> None:
    deployment.api.account.busy_polls = 1
    deployment.deployed()
    wanted, calls = deployment.state(), list(deployment.api.calls)

    for number, fault in interruptions(calls):
        deployment.forget()
        _interrupted(deployment, fault, number, "deploy")
        deployment.deployed()
        assert deployment.state() == wanted, f"after {fault} at call {number}"


def test_a_deployment_that_changes_everything(deployment: Deployment) -> None:
    deployment.api.account.busy_polls = 1
    deployment.deployed()
    first = copy.deepcopy(deployment.api.account.functions)
    change_everything(deployment)
    before = len(deployment.api.calls)
    deployment.deployed()
    wanted, calls = deployment.state(), deployment.api.calls[before:]

    for number, fault in interruptions(calls):
        deployment.api.account.functions = copy.deepcopy(first)
        _interrupted(deployment, fault, number, "deploy")
        deployment.deployed()
        assert deployment.state() == wanted, f"after {fault} at call {number}"


def test_a_removal(deployment: Deployment) -> None:
    deployment.api.account.busy_polls = 1
    deployment.deployed()
    first = copy.deepcopy(deployment.api.account.functions)
    before = len(deployment.api.calls)
    deployment.deployed("remove")
    calls = deployment.api.calls[before:]

    for number, fault in interruptions(calls):
        deployment.api.account.functions = copy.deepcopy(first)
        _interrupted(deployment, fault, number, "remove")
        deployment.deployed("remove")
        assert deployment.api.account.functions == {}, f"after {fault} at call {number}"


def _interrupted(deployment: Deployment, fault: Fault, number: int, command: str) -> None:
    """Run a command whose call of that number fails: one sentence, and no traceback."""
    deployment.api.faults.at = {len(deployment.api.calls) + number: fault}
    ended = deployment.run(command)
    deployment.api.faults.at = {}
    assert ended.status == 1
    assert ended.err.count("\n") == 1
    assert "failed: " in ended.err
