"""`python -m deploy deploy` against the stand-in of the API: what is there afterwards."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from coslocal.functions import Returned
from deploy.__main__ import main
from deploy.commands import session
from deploy.configuration.service import FUNCTIONS
from deploy.functions.plan import ORDER
from tests.support.deployed import written_beside
from tests.support.deployments import DEPLOYER, Deployment, VirtualClock
from tests.support.environment import BUCKET, REGION, SECRET
from tests.support.served_deployments import Served, served_deployment
from tests.support.serverless_yml import document
from tests.support.tencent_api import Fail
from tests.support.unpacked import runtime

URL = "https://1250000000-callback.ap-guangzhou.tencentscf.com"


def test_three_functions_their_triggers_and_the_beginning_are_there(
    deployment: Deployment,
) -> None:
    ended = deployment.deployed()
    submit, callback, sweep = map(deployment.function, ("submit", "callback", "sweep"))
    assert [one.status for one in (submit, callback, sweep)] == ["Active"] * 3
    assert submit.configuration["Role"] == "card-ocr-prod-submit"
    assert sweep.configuration["Timeout"] == 270
    assert submit.configuration["Tags"] == [{"Key": "project", "Value": "card-ocr"}]
    assert callback.asynchronous == {"RetryConfig": [{"RetryNum": 0}], "MsgTTL": 60}
    assert (callback.reserved_memory, submit.reserved_memory) == (40 * 128, None)
    assert [trigger["Type"] for trigger in callback.triggers] == ["http"]
    assert [trigger["TriggerName"] for trigger in sweep.triggers] == ["sweep", "reconcile"]
    assert sweep.triggers[1]["CustomArgument"] == "reconcile"
    assert submit.triggers[0]["TriggerName"] == f"{BUCKET}.cos.ap-guangzhou.myqcloud.com"
    assert json.loads(submit.triggers[0]["TriggerDesc"])["filter"]["Prefix"] == "uploads/"
    assert deployment.since() is not None
    assert URL in ended.out


def test_what_finishes_cards_is_there_before_what_starts_them(existing: Deployment) -> None:
    made = [
        (call.body["FunctionName"].rpartition("-")[2], call.action.removeprefix("Create"))
        for call in existing.api.calls
        if call.action in {"CreateFunction", "CreateTrigger"}
    ]
    assert made == [
        ("callback", "Function"),
        ("callback", "Trigger"),
        ("sweep", "Function"),
        ("submit", "Function"),
        ("submit", "Trigger"),
        ("sweep", "Trigger"),
        ("sweep", "Trigger"),
    ]


def test_every_function_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(FUNCTIONS)


def test_a_second_deployment_changes_nothing(existing: Deployment) -> None:
    state, since = existing.state(), existing.since()
    assert existing.changes() == []
    assert (existing.state(), existing.since()) == (state, since)
    assert "nothing to change" in existing.deployed().out


def test_a_dry_run_shows_the_plan_and_changes_nothing(deployment: Deployment) -> None:
    ended = deployment.deployed("deploy", "--dry-run")
    assert "callback: create the function card-ocr-prod-callback: Python3.10, 128 MB" in ended.out
    assert "submit: create the COS trigger cos:ObjectCreated:*" in ended.out
    assert f"create {'ocr/state/since.json'}" in ended.out
    assert deployment.api.actions(changes=True) == []
    assert deployment.since() is None


CONFIGURATION = "UpdateFunctionConfiguration"
CLOSED = ("sweep", "submit")
QUEUE = {"type": "CMQ-QUEUE", "name": "cards"}
CODE_ONLY = ["UpdateFunctionCode", CONFIGURATION]
CHANGES: dict[str, tuple[list[str], Callable[[Any], object]]] = {
    "code": (CODE_ONLY * 3, lambda there: there.package("second")),
    "memory and time-out": (
        [CONFIGURATION],
        lambda there: functions(there)["submit"].update(memorySize=256, timeout=90),
    ),
    "a cron": (["UpdateTrigger"], lambda there: timers(there)[0].update(cron="0 */3 * * * * *")),
    "the prefix": (
        [CONFIGURATION] * 3 + ["DeleteTrigger", "CreateTrigger"],
        lambda there: there.set_prefix("uploads/new/"),
    ),
    "a timer less": (
        ["DeleteTrigger", "CreateTrigger"],
        lambda there: timers(there)[1].update(name="daily"),
    ),
    "closed triggers": (
        ["DeleteTrigger", "CreateTrigger", "UpdateTrigger"],
        lambda there: [there.function(key).triggers[0].update(Enable=0) for key in CLOSED],
    ),
    "retries": (
        ["UpdateFunctionEventInvokeConfig"],
        lambda there: functions(there)["submit"].update(retries=1),
    ),
    "a ceiling": (
        ["PutReservedConcurrencyConfig"],
        lambda there: functions(there)["submit"].update(concurrency=10),
    ),
    "a ceiling less": (
        ["DeleteReservedConcurrencyConfig"],
        lambda there: functions(there)["callback"].pop("concurrency"),
    ),
    "a dead-letter queue": (
        [CONFIGURATION],
        lambda there: functions(there)["submit"].update(deadLetterQueue=QUEUE),
    ),
    "a log topic": (
        [CONFIGURATION] * 3,
        lambda there: there.document["provider"].update(logs={"logset": "s", "topic": "t"}),
    ),
}


def functions(deployment: Deployment) -> Any:
    """The functions in serverless.yml."""
    return deployment.document["functions"]


def timers(deployment: Deployment) -> Any:
    """The timers in serverless.yml."""
    return [event["timer"] for event in functions(deployment)["sweep"]["events"]]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_only_its_own_requests_and_ends_as_a_first_deployment(
    deployment: Deployment, change: str
) -> None:
    requests, make = CHANGES[change]
    deployment.deployed()
    make(deployment)
    assert deployment.changes() == requests
    assert deployment.changes() == []
    changed = deployment.state()
    deployment.forget()
    deployment.deployed()
    assert deployment.state() == changed


def test_a_dead_letter_queue_that_is_no_longer_wanted_is_taken_away(
    deployment: Deployment,
) -> None:
    functions(deployment)["submit"]["deadLetterQueue"] = QUEUE
    deployment.deployed()
    del functions(deployment)["submit"]["deadLetterQueue"]
    assert deployment.changes() == [CONFIGURATION]
    assert deployment.changes() == []


def test_the_plan_has_each_value_before_and_after(existing: Deployment) -> None:
    functions(existing)["submit"] |= {"memorySize": 256, "timeout": 90}
    ended = existing.deployed("deploy", "--dry-run")
    assert "submit: memory 128 becomes 256; time-out 60 becomes 90" in ended.out


def test_a_changed_environment_is_told_by_the_names_of_its_variables(
    existing: Deployment,
) -> None:
    existing.document["provider"]["environment"] |= {"MIN_SCORE": "70", "LOG_LEVEL": ""}
    before = existing.environ["CALLBACK_SECRET"]
    existing.environ["CALLBACK_SECRET_PREVIOUS"] = before
    existing.environ["CALLBACK_SECRET"] = "another-invented-secret-of-32-characters"
    ended = existing.deployed("deploy", "--dry-run")
    names = "CALLBACK_SECRET, CALLBACK_SECRET_PREVIOUS, LOG_LEVEL, MIN_SCORE"
    assert f"sweep: change {names} in the environment" in ended.out
    assert existing.changes() == ["UpdateFunctionConfiguration"] * 3
    environment = existing.function("sweep").environment
    assert environment["CALLBACK_SECRET_PREVIOUS"] == before
    assert "LOG_LEVEL" not in environment
    assert existing.changes() == []


def test_a_removed_function_is_deleted_with_its_triggers(existing: Deployment) -> None:
    del existing.document["functions"]["callback"]
    existing.document["provider"]["environment"]["CALLBACK_TYPE"] = "NONE"
    changed = ["UpdateFunctionConfiguration"] * 2 + ["DeleteTrigger", "DeleteFunction"]
    assert existing.changes() == changed
    assert len(existing.api.account.functions) == 2
    assert existing.changes() == []


def test_a_changed_tag_is_noted_since_scf_can_not_change_it(existing: Deployment) -> None:
    existing.document["provider"]["tags"] = {"project": "card-ocr", "team": "records"}
    ended = existing.deployed()
    assert "note: card-ocr-prod-sweep lacks the tags team: records: SCF sets them" in ended.out
    assert existing.changes() == []


def test_the_beginning_is_never_moved(existing: Deployment) -> None:
    since = existing.since()
    existing.deployed("remove")
    existing.deployed()
    assert existing.since() == since


def test_without_a_callback_url_nobody_is_told_one(deployment: Deployment) -> None:
    deployment.document["provider"]["environment"]["CALLBACK_TYPE"] = "NONE"
    ended = deployment.deployed()
    assert "note: with CALLBACK_TYPE NONE CI calls no address" in ended.out
    assert "CALLBACK_URL" not in deployment.function("submit").environment
    assert deployment.changes() == []


TOPIC = {
    "CALLBACK_TYPE": "TDMQ",
    "CALLBACK_MQ_REGION": "gz",
    "CALLBACK_MQ_MODE": "Topic",
    "CALLBACK_MQ_NAME": "cards",
}


def test_the_address_of_jobs_in_flight_can_stay_beside_a_topic_and_go_later(
    existing: Deployment,
) -> None:
    existing.document["provider"]["environment"] |= TOPIC
    events = existing.document["functions"]["callback"]["events"]
    events.append({"cmq": {"topic": "cards"}})
    existing.deployed()
    kinds = [trigger["Type"] for trigger in existing.function("callback").triggers]
    assert sorted(kinds) == ["cmq", "http"]
    del events[0]
    assert existing.changes() == ["DeleteTrigger"]


def test_a_topic_takes_the_place_of_the_address_before_anything_is_sent(
    existing: Deployment,
) -> None:
    existing.document["provider"]["environment"] |= TOPIC
    existing.document["functions"]["callback"]["events"] = [{"cmq": {"topic": "cards"}}]
    configured = "UpdateFunctionConfiguration"
    assert existing.changes() == [configured, "DeleteTrigger", "CreateTrigger", *[configured] * 2]
    (trigger,) = existing.function("callback").triggers
    assert (trigger["Type"], trigger["TriggerName"]) == ("cmq", "cards")
    assert "CALLBACK_URL" not in existing.function("submit").environment
    assert existing.changes() == []


@pytest.mark.parametrize("key", ["submit", "callback"])
def test_one_function_can_be_deployed_by_itself(existing: Deployment, key: str) -> None:
    existing.package("second")
    changed = existing.changes("deploy-function", "--function", key)
    assert changed == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert existing.changes("deploy-function", "--function", key) == []
    assert existing.changes() == changed * 2


# `deploy` tells the callback's address to the functions that send jobs, in the same pass.


def address(deployment: Deployment, key: str) -> str:
    """The address that a function was told."""
    return str(deployment.function(key).environment["CALLBACK_URL"])


def test_the_address_of_another_alias_is_nobodys_to_be_told(existing: Deployment) -> None:
    (ours,) = existing.function("callback").triggers
    shown = ours["TriggerDesc"].replace("1250000000-callback", "1250000000-trial")
    theirs = {**ours, "TriggerDesc": shown, "Qualifier": "trial", "Description": ""}
    existing.function("callback").triggers.insert(0, theirs)
    assert existing.changes() == []
    assert address(existing, "submit") == URL


def test_an_address_that_is_replaced_is_told_in_the_same_pass(existing: Deployment) -> None:
    existing.function("callback").triggers[0]["Qualifier"] = "$LATEST"
    existing.api.account.url_of = lambda _function: "https://another.tencentscf.com"
    replaced = ["DeleteTrigger", "CreateTrigger", *["UpdateFunctionConfiguration"] * 2]
    assert existing.changes() == replaced
    assert address(existing, "submit") == "https://another.tencentscf.com"
    assert existing.changes() == []


def test_a_function_url_is_opened_again_whatever_it_is_called(existing: Deployment) -> None:
    existing.function("callback").triggers[0] |= {"TriggerName": "by-hand", "Enable": 0}
    assert existing.changes() == ["UpdateTrigger"]
    assert existing.changes() == []


# Other people's functions and triggers, other stages and clones: named, and left alone.


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
    assert ended.err.startswith(f"uploads to {BUCKET} under uploads/ already start thumbnails")
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
    assert "already start something that the bucket's page in the console shows" in ended.err


def test_stages_on_one_bucket_that_do_not_overlap_are_neighbours(existing: Deployment) -> None:
    existing.set_stage("test")
    existing.set_prefix("test/")
    assert "CreateFunction" in existing.changes()
    assert len(existing.api.account.functions) == 6
    assert existing.changes() == []


def test_whoever_may_not_list_functions_learns_it_from_scf(existing: Deployment) -> None:
    existing.set_stage("test")
    before = len(existing.api.calls)
    existing.run("deploy")
    after = len(existing.api.calls)
    number = after + existing.api.actions()[before:].index("ListFunctions")
    existing.api.faults.at = {number: Fail("UnauthorizedOperation")}
    ended = existing.run("deploy")
    start = f"uploads to {BUCKET} under uploads/ already start card-ocr-prod-submit"
    assert ended.err.startswith(start)
    assert "CreateFunction" in existing.api.actions()[after:]


def test_triggers_of_somebody_else_are_left_alone(existing: Deployment) -> None:
    theirs = {**existing.function("sweep").triggers[0], "TriggerName": "t", "Description": ""}
    existing.function("sweep").triggers.append(theirs)
    ended = existing.deployed()
    assert "card-ocr-prod-sweep's timer t, 0 */5 * * * * * stays" in ended.out
    assert theirs in existing.function("sweep").triggers
    assert existing.changes() == []


@pytest.mark.parametrize(("prefix", "enabled"), [("uploads/", 0), ("", 1), ("uploads/id/", 1)])
def test_a_rule_of_somebody_else_that_cos_lets_no_other_beside_is_named_before_anything_is_done(
    existing: Deployment, prefix: str, enabled: int
) -> None:
    existing.package("second")
    (trigger,) = existing.function("submit").triggers
    shown = json.loads(trigger["TriggerDesc"])
    shown["filter"]["Prefix"] = prefix
    trigger |= {"TriggerDesc": json.dumps(shown), "Description": "by hand", "Enable": enabled}
    changes = existing.api.actions(changes=True)
    ended = existing.run("deploy")
    assert ended.status == 1
    named = f"card-ocr-prod-submit's COS trigger cos:ObjectCreated:* of {BUCKET}, {prefix}*"
    assert ended.err.startswith(f"{named} was not made by this service")
    assert existing.api.actions(changes=True) == changes


# What is deployed runs: the uploaded zips, with the environment the deployment gave them. The
# functions are the runtime's own process, with nothing to import but the unpacked upload, in a
# folder that nothing may be written to.


def run_in(served: Served, package: Path, *arguments: str) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "INPUT_BUCKET": BUCKET,
        "CARD_TYPE_RULES": "uploads/driver/=DriverLicense",
        "CALLBACK_SECRET": SECRET,
        "TENCENTCLOUD_SECRET_ID": DEPLOYER.secret_id,
        "TENCENTCLOUD_SECRET_KEY": DEPLOYER.secret_key,
        "LOCAL_CLOUD": served.url,
    }
    handed_over = {**json.loads(document(environ=environ)), "package": {"path": str(package)}}
    with (
        mock.patch.object(sys, "stdin", io.StringIO(json.dumps(handed_over))),
        mock.patch.dict(os.environ, environ, clear=True),
        mock.patch.object(session, "time", VirtualClock()),
    ):
        assert main(arguments) == 0


def test_the_uploaded_zips_process_the_specimens_end_to_end(tmp_path: Path, packaged: Path) -> None:
    runtime()
    with served_deployment(tmp_path / "code") as served:
        # Given what `sls package` and `sls deploy` make of the repository
        run_in(served, packaged, "deploy")
        # Then each specimen has its result, as it was drawn, and was called back for
        served.run_specimens()
        # And a sweep finds nothing to do
        swept = served.cloud.functions["sweep"].invoke({"Type": "Timer", "Message": "reconcile"})
        assert isinstance(swept, Returned)
        # And nothing was written beside the code
        assert written_beside(tmp_path / "code") == set()
