"""`card-ocr alarms` makes, shows and removes the alarms of one deployment, by their names."""

from __future__ import annotations

from typing import Any

import pytest

from cli.alarms.cls import EVERY_MINUTES
from cli.alarms.table import watches
from tests.cli.deployed import Functions
from tests.cli.operators import Answer
from tests.support.tencent_api import Break, Fail, Faults

NAMES = [f"card-ocr-prod/{name}" for name in watches(has_callbacks=True)]


@pytest.fixture
def deployment(deployed_functions: Functions) -> Functions:
    return deployed_functions


def alarms(deployment: Functions, *words: str) -> Answer:
    return deployment.operator.calls("alarms", *words)


def stored(deployment: Functions) -> list[dict[str, Any]]:
    return deployment.api.account.alarms


def changes(deployment: Functions, *words: str) -> list[str]:
    """The actions by which a call changes something."""
    before = len(deployment.api.calls)
    assert alarms(deployment, *words).status == 0
    return [call.action for call in deployment.api.calls[before:] if call.changes]


def test_each_alarm_watches_the_topic_that_the_functions_log_into(deployment: Functions) -> None:
    answer = alarms(deployment, "--yes")
    assert (answer.status, answer.err) == (0, "Done.\n")
    assert [alarm["Name"] for alarm in stored(deployment)] == NAMES
    topic = deployment.function("sweep").configuration["ClsTopicId"]
    targets = [target for alarm in stored(deployment) for target in alarm["AlarmTargets"]]
    assert {target["TopicId"] for target in targets} == {topic}
    assert all('SCF_FunctionName:"card-ocr-prod-' in target["Query"] for target in targets)


def test_the_accounts_owner_gets_an_e_mail_unless_others_are_named(deployment: Functions) -> None:
    alarms(deployment, "--yes")
    (notice,) = deployment.api.account.notices
    (receiver,) = notice["NoticeReceivers"]
    assert receiver["ReceiverIds"] == [int(deployment.api.account.uin)]
    assert {one for alarm in stored(deployment) for one in alarm["AlarmNoticeIds"]} == {
        notice["AlarmNoticeId"]
    }
    alarms(deployment, "--remove", "--yes")
    alarms(deployment, "--yes", "--to", "100000000007", "--to", "100000000008")
    (notice,) = deployment.api.account.notices
    (receiver,) = notice["NoticeReceivers"]
    assert receiver["ReceiverIds"] == [100000000007, 100000000008]


def test_a_second_call_changes_nothing(deployment: Functions) -> None:
    alarms(deployment, "--yes")
    assert changes(deployment, "--yes") == []
    assert "Nothing to do." in alarms(deployment).err


def test_a_dry_run_says_what_it_would_make_and_makes_nothing(deployment: Functions) -> None:
    said = alarms(deployment, "--dry-run").out.splitlines()
    assert [line for line in said if line.startswith("make card-ocr-prod/")][1:] == [
        line for line in said if "$1." in line
    ]
    assert changes(deployment, "--dry-run") == []
    alarms(deployment, "--yes")
    assert changes(deployment, "--remove", "--dry-run") == []


def test_without_an_answer_nothing_is_made(deployment: Functions) -> None:
    answer = deployment.operator.answers("n\n", "alarms")
    assert (answer.status, stored(deployment)) == (0, [])
    assert alarms(deployment).status == 2  # nobody is there to be asked


def test_an_answer_that_is_none_is_asked_for_again(deployment: Functions) -> None:
    answer = deployment.operator.answers("perhaps\nY\n", "alarms")
    assert "Write y or n; nothing was done yet.\n" in answer.err
    assert answer.err.count("Do this now? [y/N] ") == 2
    assert len(stored(deployment)) == len(NAMES)
    assert deployment.operator.answers("", "alarms", "--remove").status == 130


def test_what_somebody_else_made_stays(deployment: Functions) -> None:
    alarms(deployment, "--yes")
    deployment.api.account.alarms.append(
        {**stored(deployment)[0], "Name": "theirs", "AlarmId": "a"}
    )
    other = {**stored(deployment)[0], "Name": "card-ocr-prod-2/heartbeat", "AlarmId": "b"}
    deployment.api.account.alarms.append(other)
    deployment.api.account.notices.append({"Name": "theirs", "AlarmNoticeId": "notice-theirs"})
    for alarm in stored(deployment)[-2:]:
        alarm["AlarmNoticeIds"] = ["notice-theirs"]
    answer = alarms(deployment, "--remove", "--yes")
    assert answer.status == 0, answer.err
    assert [alarm["Name"] for alarm in stored(deployment)] == ["theirs", other["Name"]]
    assert [one["Name"] for one in deployment.api.account.notices] == ["theirs"]


def test_an_interrupted_call_is_gone_on_with(deployment: Functions) -> None:
    before = len(deployment.api.calls)
    alarms(deployment, "--yes")
    calls = len(deployment.api.calls) - before
    for number in range(calls):
        deployment.api.account.alarms.clear()
        deployment.api.account.notices.clear()
        deployment.api.faults = Faults(at={len(deployment.api.calls) + number: Break()})
        alarms(deployment, "--yes")
        deployment.api.faults = Faults()
        alarms(deployment, "--yes")
        assert [alarm["Name"] for alarm in stored(deployment)] == NAMES
        assert len(deployment.api.account.notices) == 1


def test_an_alarm_that_was_changed_is_named_and_left(deployment: Functions) -> None:
    alarms(deployment, "--yes")
    stored(deployment)[0]["Condition"] = "$1.runs < 2"
    stored(deployment)[1]["Status"] = False
    del stored(deployment)[2]
    answer = alarms(deployment, "--list")
    assert answer.status == 1
    assert answer.out.splitlines()[:4] == [
        f"different {NAMES[0]}",
        f"off       {NAMES[1]}",
        f"missing   {NAMES[2]}",
        f"on        {NAMES[3]}",
    ]
    again = alarms(deployment, "--yes")
    assert again.err.splitlines()[:2] == [
        f"{NAMES[0]} is different and stays so; --remove and another call make it anew",
        f"{NAMES[1]} is off and stays so; --remove and another call make it anew",
    ]
    assert stored(deployment)[0]["Condition"] == "$1.runs < 2"
    assert alarms(deployment, "--list", "--json").document()["alarms"][NAMES[2]] == "on"


@pytest.mark.parametrize(
    "changed",
    [
        {"AlarmLevel": 1},
        {"MonitorTime": {"Type": "Period", "Time": 60}},
        {"MonitorTime": {"Type": "Fixed", "Time": EVERY_MINUTES}},
        {"TriggerCount": 2},
        {"AlarmPeriod": 1440},
    ],
    ids=str,
)
def test_whatever_an_alarm_is_made_of_is_compared(
    deployment: Functions, changed: dict[str, Any]
) -> None:
    alarms(deployment, "--yes")
    assert alarms(deployment, "--list").status == 0
    stored(deployment)[0].update(changed)
    assert alarms(deployment, "--list").out.splitlines()[0] == f"different {NAMES[0]}"


@pytest.mark.parametrize("code", ["ResourceNotFound", "ResourceNotFound.AlarmNotExist"])
def test_an_alarm_that_is_gone_meanwhile_is_no_failure(deployment: Functions, code: str) -> None:
    alarms(deployment, "--yes")
    before = len(deployment.api.calls)
    alarms(deployment, "--remove", "--dry-run")
    now = len(deployment.api.calls)
    first_deletion = now + (now - before)
    deployment.api.faults = Faults(at={first_deletion: Fail(code, after_effect=True)})
    answer = alarms(deployment, "--remove", "--yes")
    assert (answer.status, stored(deployment)) == (0, []), answer.err


def test_more_alarms_than_a_page_holds_are_all_seen(deployment: Functions) -> None:
    alarms(deployment, "--yes")
    one = stored(deployment)[0]
    deployment.api.account.alarms[:0] = [
        {**one, "Name": f"theirs-{number}", "AlarmId": f"a{number}"} for number in range(150)
    ]
    assert changes(deployment, "--yes") == []


def test_without_callbacks_none_is_watched() -> None:
    assert set(watches(has_callbacks=True)) - set(watches(has_callbacks=False)) == {
        "callbacks",
        "strangers",
    }


def test_functions_that_log_into_several_topics_are_refused(deployment: Functions) -> None:
    deployment.function("submit").configuration["ClsTopicId"] = "another"
    answer = alarms(deployment, "--yes")
    assert (answer.status, stored(deployment)) == (2, [])
    assert "several topics" in answer.err


def test_lines_that_are_not_written_are_not_counted(
    deployment: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    answer = alarms(deployment, "--yes")
    assert (answer.status, stored(deployment)) == (2, [])
    assert answer.err.endswith(
        "LOG_LEVEL: is WARNING; the alarms count lines that are written at INFO\n"
    )


def test_a_refusal_names_the_action_that_is_missing(deployment: Functions) -> None:
    denied = Fail("AuthFailure.UnauthorizedOperation")
    alarms(deployment, "--yes")
    (last,) = (
        n for n, call in enumerate(deployment.api.calls) if call.body.get("Name") == NAMES[-1]
    )
    stored(deployment).clear()
    deployment.api.account.notices.clear()
    deployment.api.faults = Faults(at={len(deployment.api.calls) + last: denied})
    answer = alarms(deployment, "--yes")
    assert answer.status == 3
    assert "lacks cls:CreateAlarm" in answer.err
