"""Other people's functions and triggers, other stages and clones: named, and left alone."""

from __future__ import annotations

import json

import pytest

from tests.support.deployments import Deployment
from tests.support.environment import BUCKET, REGION
from tests.support.tencent_api import Fail


def somebody_elses_rule(deployment: Deployment) -> None:
    """Another program's function gets what is uploaded below uploads/old/."""
    deployment.deployed()
    old = deployment.api.account.functions.pop((REGION, "card-ocr-prod-submit"))
    old.configuration |= {"FunctionName": "thumbnails", "Description": "of somebody else"}
    shown = json.loads(old.triggers[0]["TriggerDesc"])
    shown["filter"]["Prefix"] = "uploads/old/"
    old.triggers[0] |= {"TriggerDesc": json.dumps(shown), "Description": ""}
    deployment.api.account.functions = {(REGION, "thumbnails"): old}


def test_whoever_has_a_rule_that_overlaps_is_named_and_nothing_runs_by_itself(
    deployment: Deployment,
) -> None:
    somebody_elses_rule(deployment)
    ended = deployment.run("deploy")
    assert ended.err.startswith(f"uploads to {BUCKET} under uploads/ start thumbnails already")
    triggers = [deployment.function(key).triggers for key in ("submit", "sweep")]
    assert triggers == [[], []]
    # And a second run completes, once the other has gone
    del deployment.api.account.functions[REGION, "thumbnails"]
    assert deployment.changes() == ["CreateTrigger"] * 3


def test_a_rule_that_no_function_has_is_said_to_be_seen_in_the_console(
    deployment: Deployment,
) -> None:
    called = enumerate(deployment.actions())
    _url, number, *_timers = [one for one, action in called if action == "CreateTrigger"]
    deployment.forget()
    conflict = Fail("InvalidParameterValue.CosNotifyRuleConflict")
    deployment.api.faults.at = {number: conflict}
    ended = deployment.run("deploy")
    assert "start something that the bucket's page in the console shows already" in ended.err


def test_stages_on_one_bucket_that_do_not_overlap_are_neighbours(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_stage("test")
    deployment.set_prefix("test/")
    deployment.deployed()
    assert deployment.changes() == []


def test_whoever_may_not_list_functions_learns_it_from_scf(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_stage("test")
    before = len(deployment.api.calls)
    deployment.run("deploy")
    after = len(deployment.api.calls)
    number = after + deployment.api.actions()[before:].index("ListFunctions")
    deployment.api.faults.at = {number: Fail("UnauthorizedOperation")}
    ended = deployment.run("deploy")
    assert ended.err.startswith(f"uploads to {BUCKET} under uploads/ start card-ocr-prod-submit")
    assert "CreateFunction" in deployment.api.actions()[after:]


def test_triggers_of_somebody_else_are_left_alone(deployment: Deployment) -> None:
    deployment.deployed()
    theirs = {**deployment.function("sweep").triggers[0], "TriggerName": "t", "Description": ""}
    deployment.function("sweep").triggers.append(theirs)
    ended = deployment.deployed()
    assert "card-ocr-prod-sweep's timer t, 0 */5 * * * * * stays" in ended.out
    assert theirs in deployment.function("sweep").triggers
    assert deployment.changes() == []


@pytest.mark.parametrize(("prefix", "enabled"), [("uploads/", 0), ("", 1), ("uploads/id/", 1)])
def test_a_rule_of_somebody_else_that_cos_lets_no_other_beside_is_named_before_anything_is_done(
    deployment: Deployment, prefix: str, enabled: int
) -> None:
    deployment.deployed()
    deployment.package("second")
    (trigger,) = deployment.function("submit").triggers
    shown = json.loads(trigger["TriggerDesc"])
    shown["filter"]["Prefix"] = prefix
    trigger |= {"TriggerDesc": json.dumps(shown), "Description": "by hand", "Enable": enabled}
    changes = deployment.api.actions(changes=True)
    ended = deployment.run("deploy")
    assert ended.status == 1
    named = f"card-ocr-prod-submit's COS trigger cos:ObjectCreated:* of {BUCKET}, {prefix}*"
    assert ended.err.startswith(f"{named} was not made by this service")
    assert deployment.api.actions(changes=True) == changes
