"""`card-ocr logs` shows what the functions logged, as `sls logs` does."""

from __future__ import annotations

import json

import pytest

from shared.times import from_rfc3339
from tests.cli.deployed import Functions
from tests.cli.operators import Answer, Operator
from tests.support.clouds import Cloud
from tests.support.networks import serving
from tests.support.tencent_clients import SERVED

SWEPT = {"level": "info", "event": "swept", "sending": "yes", "count": 0}


@pytest.fixture
def deployed(deployed_functions: Functions) -> Functions:
    return deployed_functions


def logs(deployed: Functions, *words: str) -> Answer:
    return deployed.operator.calls("logs", *words)


def test_the_lines_of_all_functions_come_in_the_order_of_time(deployed: Functions) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", "first\nsecond")
    deployed.log("submit", "2026-01-31T08:10:00Z", "b1", "earlier")
    answer = logs(deployed)
    assert answer.status == 0
    assert answer.out.splitlines() == [
        "2026-01-31 08:10:00 UTC  b1  card-ocr-prod-submit",
        "  earlier",
        "2026-01-31 08:15:00 UTC  a1  card-ocr-prod-sweep",
        "  first",
        "  second",
    ]


def test_one_function_can_be_asked_for(deployed: Functions) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", "its line")
    deployed.log("submit", "2026-01-31T08:10:00Z", "b1", "another's")
    answer = logs(deployed, "--function", "sweep", "--lines", "7", "--since", "2026-01-31")
    assert answer.out == "2026-01-31 08:15:00 UTC  a1\n  its line\n"
    (asked,) = (call.body for call in deployed.api.calls if call.action == "SearchLog")
    assert (asked["Limit"], asked["From"]) == (7, from_rfc3339("2026-01-31T00:00:00Z") * 1000)


def test_for_programs_a_line_is_an_object(deployed: Functions) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", json.dumps(SWEPT))
    deployed.log("sweep", "2026-01-31T08:15:01Z", "a1", "REPORT Duration 12 ms")
    whose = {"function": "card-ocr-prod-sweep", "request_id": "a1"}
    assert logs(deployed, "--json").document() == [
        {"at": "2026-01-31T08:15:00Z", **whose, "line": SWEPT},
        {"at": "2026-01-31T08:15:01Z", **whose, "line": "REPORT Duration 12 ms"},
    ]


def test_nothing_is_said_to_be_nothing(deployed: Functions) -> None:
    answer = logs(deployed)
    assert (answer.status, answer.out, answer.err) == (0, "", "Nothing was logged in this time.\n")


def test_a_function_that_is_not_deployed_or_has_no_topic_is_named(deployed: Functions) -> None:
    deployed.function("sweep").configuration["ClsTopicId"] = ""
    answer = logs(deployed)
    assert answer.status == 2
    assert "SCF names no log topic of card-ocr-prod-sweep" in answer.err
    del deployed.api.account.functions[SERVED, "card-ocr-prod-submit"]
    assert "card-ocr-prod-submit is not deployed" in logs(deployed).err


@pytest.mark.usefixtures("without_node")
def test_without_the_framework_serverless_yml_can_not_be_read(
    deployed: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_CLOUD", "")
    answer = logs(deployed)
    said = "card-ocr: serverless.yml: can't be read before `npm ci`\n"
    assert (answer.status, answer.err) == (2, said)


@pytest.mark.parametrize("command", ["logs", "alarms --yes", "alarms --list", "alarms --remove"])
@pytest.mark.parametrize("node", ["with_node", "without_node"])
def test_a_local_cloud_is_said_to_have_no_logs_to_ask_for(
    operator: Operator, served: Cloud, command: str, node: str, request: pytest.FixtureRequest
) -> None:
    if node == "without_node":
        request.getfixturevalue(node)
    with serving(served.local.app) as url:
        operator.serves(served, LOCAL_CLOUD=url)
        answer = operator.calls(*command.split())
    assert (answer.status, answer.out) == (3, "")
    assert answer.err == (
        "card-ocr: a local cloud has no SCF and no CLS: the terminal of `make up` "
        "shows what its functions log, and `card-ocr status` what needs attention; for a "
        "deployment, unset LOCAL_CLOUD\n"
    )
