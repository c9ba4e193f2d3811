"""`remove` deletes what `deploy` made, and says what stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.deployments import Deployment
from tests.support.tencent_api import Fail


def named(deployment: Deployment, calls: int) -> list[tuple[str, str]]:
    """The functions and actions of the calls that changed something, from one on."""
    return [
        (call.body["FunctionName"].rpartition("-")[2], call.action)
        for call in deployment.api.calls[calls:]
        if call.changes
    ]


def test_triggers_go_first_and_the_one_that_starts_cards_before_all(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    calls = len(deployment.api.calls)
    ended = deployment.deployed("remove")
    assert named(deployment, calls) == [
        ("submit", "DeleteTrigger"),
        ("sweep", "DeleteTrigger"),
        ("sweep", "DeleteTrigger"),
        ("callback", "DeleteTrigger"),
        ("submit", "DeleteFunction"),
        ("sweep", "DeleteFunction"),
        ("callback", "DeleteFunction"),
    ]
    assert deployment.api.account.functions == {}
    assert deployment.since() is not None
    assert "The bucket and its objects stay" in ended.out


def test_what_is_removed_can_be_removed_again(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.deployed("remove")
    assert deployment.changes("remove") == []


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_where_nothing_is_deployed_it_is_said_where_that_could_be(
    deployment: Deployment, option: tuple[str, ...]
) -> None:
    deployment.deployed()
    deployment.document["region"] = "ap-shanghai"
    ended = deployment.deployed("remove", *option)
    assert ended.out.startswith("card-ocr, stage prod, ap-shanghai: there is no function of this ")
    assert "another name, --stage or TENCENTCLOUD_REGION" in ended.out
    assert len(deployment.api.account.functions) == 3


def test_nothing_of_the_package_is_needed(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.document["package"]["path"] = "nowhere"
    del deployment.environ["CALLBACK_SECRET"]
    deployment.deployed("remove")
    assert deployment.api.account.functions == {}


def test_a_dry_run_removes_nothing(deployment: Deployment) -> None:
    deployment.deployed()
    state = deployment.state()
    ended = deployment.deployed("remove", "--dry-run")
    assert "submit: delete the function card-ocr-prod-submit" in ended.out
    assert deployment.state() == state


def test_another_stage_stays(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_stage("test")
    deployment.set_prefix("test/")
    deployment.deployed()
    deployment.deployed("remove")
    names = {function.name for function in deployment.api.account.functions.values()}
    assert names == {f"card-ocr-prod-{key}" for key in ("submit", "callback", "sweep")}


def test_a_function_of_somebody_else_stays(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["Description"] = "of somebody else"
    ended = deployment.deployed("remove")
    assert [one.name for one in deployment.api.account.functions.values()] == [
        "card-ocr-prod-sweep"
    ]
    assert len(deployment.function("sweep").triggers) == 2
    assert "the function card-ocr-prod-sweep stays: it was not made by this service" in ended.out


def test_a_function_with_a_trigger_of_somebody_else_stays_without_ours_and_is_named(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    theirs: dict[str, Any] = deployment.function("sweep").triggers[0]
    theirs["Description"] = "by hand"
    ended = deployment.run("remove")
    assert deployment.function("sweep").triggers == [theirs]
    assert "so card-ocr-prod-sweep stays, too, unless you run `sls remove --force`" in ended.out
    assert ended.status == 1
    left = "still there: the function card-ocr-prod-sweep with its timer sweep, 0 */5 * * * * *; "
    assert ended.err.startswith(left + "run `sls remove` again, with --force if ")


def test_force_deletes_triggers_of_somebody_else_on_functions_of_ours(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.function("sweep").triggers[0]["Description"] = "by hand"
    deployment.deployed("remove", "--force")
    assert deployment.api.account.functions == {}


def test_a_cos_trigger_of_somebody_else_on_submit_keeps_everything(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    (ours,) = deployment.function("submit").triggers
    shown = {**json.loads(ours["TriggerDesc"]), "filter": {"Prefix": "other/", "Suffix": ""}}
    theirs = {**ours, "TriggerDesc": json.dumps(shown), "Description": "by hand"}
    deployment.function("submit").triggers.insert(0, theirs)
    state = deployment.state()
    ended = deployment.run("remove")
    assert (ended.status, deployment.state()) == (1, state)
    assert "was not made by this service and stays as it is: close or delete it" in ended.err
    assert ended.err.endswith("or run `sls remove --force`\n")
    deployment.deployed("remove", "--force")
    assert deployment.api.account.functions == {}


def test_a_submit_that_stays_keeps_sweep_and_callback_whole(deployment: Deployment) -> None:
    deployment.deployed()
    theirs = {**deployment.function("sweep").triggers[0], "Description": "by hand"}
    deployment.function("submit").triggers.append(theirs)
    ended = deployment.run("remove")
    assert ended.status == 1
    assert deployment.function("submit").triggers == [theirs]
    assert len(deployment.function("sweep").triggers) == 2
    assert len(deployment.function("callback").triggers) == 1


def test_a_cos_trigger_that_stays_keeps_every_function(deployment: Deployment) -> None:
    deployment.deployed()
    calls = len(deployment.api.calls)
    deployment.deployed("remove")
    number = deployment.api.actions()[calls:].index("DeleteTrigger")
    deployment.deployed()
    refused = Fail("ResourceNotFound.Trigger")
    deployment.api.faults.at = {len(deployment.api.calls) + number: refused}
    ended = deployment.run("remove")
    assert ended.status == 1
    assert ended.err.startswith("scf:DeleteTrigger failed: ResourceNotFound.Trigger")
    assert len(deployment.api.account.functions) == 3


def test_nothing_is_removed_below_a_submit_of_somebody_else_that_starts_cards(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.function("submit").configuration["Description"] = "changed by hand"
    state = deployment.state()
    ended = deployment.run("remove")
    assert ended.status == 1
    assert ended.err.startswith("card-ocr-prod-submit's COS trigger cos:ObjectCreated:* of ")
    assert deployment.state() == state
