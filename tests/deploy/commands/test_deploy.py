"""`python -m deploy deploy` against the stand-in of the API: what is there afterwards."""

from __future__ import annotations

import json

import pytest

from deploy.configuration.service import FUNCTIONS
from deploy.functions.plan import ORDER
from deploy.functions.triggers import QUALIFIER
from tests.support.deployments import Deployment
from tests.support.environment import BUCKET

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


def test_what_finishes_cards_is_there_before_what_starts_them(deployment: Deployment) -> None:
    deployment.deployed()
    made = [
        (call.body["FunctionName"].rpartition("-")[2], call.action.removeprefix("Create"))
        for call in deployment.api.calls
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


def test_every_request_was_one_that_the_real_api_would_take(deployment: Deployment) -> None:
    deployment.deployed()
    refused = {call.error for call in deployment.api.calls} - {None}
    assert refused == {"ResourceNotFound.Function"}  # asked for before they were there
    triggers = [call.body for call in deployment.api.calls if call.action == "CreateTrigger"]
    assert {trigger["Qualifier"] for trigger in triggers} == {QUALIFIER}


def test_a_second_deployment_changes_nothing(deployment: Deployment) -> None:
    deployment.deployed()
    state, since = deployment.state(), deployment.since()
    assert deployment.changes() == []
    assert (deployment.state(), deployment.since()) == (state, since)
    assert "nothing to change" in deployment.deployed().out


def test_a_dry_run_shows_the_plan_and_changes_nothing(deployment: Deployment) -> None:
    ended = deployment.deployed("deploy", "--dry-run")
    assert "callback: create the function card-ocr-prod-callback: Python3.10, 128 MB" in ended.out
    assert "submit: create the COS trigger cos:ObjectCreated:*" in ended.out
    assert f"create {'ocr/state/since.json'}" in ended.out
    assert deployment.api.actions(changes=True) == []
    assert deployment.since() is None


def test_other_code_alone_is_uploaded_alone(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.package("second")
    changed = ["UpdateFunctionCode", "UpdateFunctionConfiguration"] * 3
    assert deployment.changes() == changed
    assert deployment.changes() == []


def test_another_memory_or_time_out_changes_the_configuration_alone(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.document["functions"]["submit"] |= {"memorySize": 256, "timeout": 90}
    ended = deployment.deployed("deploy", "--dry-run")
    assert "submit: memory 128 becomes 256; time-out 60 becomes 90" in ended.out
    assert deployment.changes() == ["UpdateFunctionConfiguration"]
    assert deployment.function("submit").configuration["MemorySize"] == 256
    assert deployment.changes() == []


def test_a_changed_environment_is_told_by_the_names_of_its_variables(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.document["provider"]["environment"] |= {"MIN_SCORE": "70", "LOG_LEVEL": ""}
    before = deployment.environ["CALLBACK_SECRET"]
    deployment.environ["CALLBACK_SECRET_PREVIOUS"] = before
    deployment.environ["CALLBACK_SECRET"] = "another-invented-secret-of-32-characters"
    ended = deployment.deployed("deploy", "--dry-run")
    names = "CALLBACK_SECRET, CALLBACK_SECRET_PREVIOUS, LOG_LEVEL, MIN_SCORE"
    assert f"sweep: change {names} in the environment" in ended.out
    assert deployment.changes() == ["UpdateFunctionConfiguration"] * 3
    environment = deployment.function("sweep").environment
    assert environment["CALLBACK_SECRET_PREVIOUS"] == before
    assert "LOG_LEVEL" not in environment
    assert deployment.changes() == []


def test_a_changed_cron_updates_the_timer(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.document["functions"]["sweep"]["events"][0]["timer"]["cron"] = "0 */3 * * * * *"
    assert deployment.changes() == ["UpdateTrigger"]
    assert deployment.function("sweep").triggers[0]["TriggerDesc"] == '{"cron": "0 */3 * * * * *"}'
    assert deployment.changes() == []


def test_a_changed_prefix_replaces_the_cos_trigger(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_prefix("uploads/new/")
    changed = ["UpdateFunctionConfiguration"] * 3 + ["DeleteTrigger", "CreateTrigger"]
    assert deployment.changes() == changed
    (trigger,) = deployment.function("submit").triggers
    assert json.loads(trigger["TriggerDesc"])["filter"]["Prefix"] == "uploads/new/"
    assert deployment.changes() == []


def test_a_removed_timer_is_deleted(deployment: Deployment) -> None:
    timers = deployment.document["functions"]["sweep"]["events"]
    timers.append({"timer": {"name": "noon", "cron": "0 0 12 * * * *"}})
    deployment.deployed()
    timers.pop()
    assert deployment.changes() == ["DeleteTrigger"]
    names = [one["TriggerName"] for one in deployment.function("sweep").triggers]
    assert names == ["sweep", "reconcile"]
    assert deployment.changes() == []


def test_a_closed_trigger_is_opened_again(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").triggers[0]["Enable"] = 0
    deployment.function("submit").triggers[0]["Enable"] = 0
    assert deployment.changes() == ["DeleteTrigger", "CreateTrigger", "UpdateTrigger"]
    assert deployment.changes() == []


def test_a_removed_function_is_deleted_with_its_triggers(deployment: Deployment) -> None:
    deployment.deployed()
    del deployment.document["functions"]["callback"]
    deployment.document["provider"]["environment"]["CALLBACK_TYPE"] = "NONE"
    changed = ["UpdateFunctionConfiguration"] * 2 + ["DeleteTrigger", "DeleteFunction"]
    assert deployment.changes() == changed
    assert len(deployment.api.account.functions) == 2
    assert deployment.changes() == []


def test_changed_retries_and_a_changed_ceiling_are_set(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.document["functions"]["submit"] |= {"retries": 1, "concurrency": 10}
    del deployment.document["functions"]["callback"]["concurrency"]
    assert sorted(deployment.changes()) == [
        "DeleteReservedConcurrencyConfig",
        "PutReservedConcurrencyConfig",
        "UpdateFunctionEventInvokeConfig",
    ]
    assert deployment.function("submit").reserved_memory == 1280
    assert deployment.changes() == []


def test_a_dead_letter_queue_and_a_log_topic_come_and_go(deployment: Deployment) -> None:
    deployment.deployed()
    queue = {"type": "CMQ-QUEUE", "name": "cards"}
    deployment.document["functions"]["submit"]["deadLetterQueue"] = queue
    deployment.document["provider"]["logs"] = {"logset": "set-1", "topic": "topic-1"}
    assert deployment.changes() == ["UpdateFunctionConfiguration"] * 3
    configuration = deployment.function("submit").configuration
    assert configuration["DeadLetterConfig"]["Name"] == "cards"
    assert configuration["ClsTopicId"] == "topic-1"
    del deployment.document["functions"]["submit"]["deadLetterQueue"]
    assert deployment.changes() == ["UpdateFunctionConfiguration"]
    assert deployment.changes() == []


def test_a_changed_tag_is_noted_since_scf_can_not_change_it(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.document["provider"]["tags"] = {"project": "card-ocr", "team": "records"}
    ended = deployment.deployed()
    assert "note: card-ocr-prod-sweep lacks the tags team: records: SCF sets them" in ended.out
    assert deployment.changes() == []


def test_the_beginning_is_never_moved(deployment: Deployment) -> None:
    deployment.deployed()
    since = deployment.since()
    deployment.deployed("remove")
    deployment.deployed()
    assert deployment.since() == since


def test_a_stage_of_its_own_has_functions_of_its_own(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.set_stage("test")
    deployment.set_prefix("test/")
    assert "CreateFunction" in deployment.changes()
    assert len(deployment.api.account.functions) == 6


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
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.document["provider"]["environment"] |= TOPIC
    events = deployment.document["functions"]["callback"]["events"]
    events.append({"cmq": {"topic": "cards"}})
    deployment.deployed()
    kinds = [trigger["Type"] for trigger in deployment.function("callback").triggers]
    assert sorted(kinds) == ["cmq", "http"]
    del events[0]
    assert deployment.changes() == ["DeleteTrigger"]


def test_a_topic_takes_the_place_of_the_address_before_anything_is_sent(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.document["provider"]["environment"] |= TOPIC
    deployment.document["functions"]["callback"]["events"] = [{"cmq": {"topic": "cards"}}]
    configured = "UpdateFunctionConfiguration"
    assert deployment.changes() == [configured, "DeleteTrigger", "CreateTrigger", *[configured] * 2]
    (trigger,) = deployment.function("callback").triggers
    assert (trigger["Type"], trigger["TriggerName"]) == ("cmq", "cards")
    assert "CALLBACK_URL" not in deployment.function("submit").environment
    assert deployment.changes() == []


def test_local_cloud_is_not_deployed_from_the_shell(deployment: Deployment) -> None:
    deployment.deployed()
    assert "LOCAL_CLOUD" not in deployment.function("submit").environment


@pytest.mark.parametrize("key", ["submit", "callback"])
def test_one_function_can_be_deployed_alone(deployment: Deployment, key: str) -> None:
    deployment.deployed()
    deployment.package("second")
    changed = deployment.changes("deploy-function", "--function", key)
    assert changed == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert deployment.changes("deploy-function", "--function", key) == []
    assert deployment.changes() == changed * 2


def test_a_function_that_every_change_keeps_busy_is_waited_for(deployment: Deployment) -> None:
    deployment.deployed()
    wanted = deployment.state()
    deployment.forget()
    deployment.api.account.restless = True
    deployment.deployed()
    assert deployment.changes() == []
    assert deployment.state() == wanted
