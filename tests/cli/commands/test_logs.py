"""`card-ocr logs` shows what the functions logged, as `sls logs` does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from shared.times import from_rfc3339
from tests.cli.operators import Answer, Operator
from tests.support.accounts import FUNCTIONS, account
from tests.support.clouds import Cloud
from tests.support.networks import serving
from tests.support.tencent_api import TencentApi
from tests.support.tencent_api.functions import ACTIONS
from tests.support.tencent_api.state import Caller
from tests.support.tencent_clients import CREATE, SERVED

SWEPT = {"level": "info", "event": "swept", "sending": "yes", "count": 0}


class Deployed(NamedTuple):
    """An account whose functions are deployed, and what they logged."""

    operator: Operator
    api: TencentApi

    def log(self, key: str, at: str, request: str, text: str) -> None:
        """Have a function log a line; one without fields is one that CLS couldn't index."""
        name = f"card-ocr-prod-{key}"
        fields = {"SCF_FunctionName": name, "SCF_RequestId": request, "SCF_Message": text}
        line = {"Time": from_rfc3339(at) * 1000, "LogJson": json.dumps(fields)}
        self.api.account.functions[SERVED, name].logs.append(line)

    def logs(self, *words: str) -> Answer:
        return self.operator.calls("logs", *words)

    def asked(self) -> list[dict[str, Any]]:
        return [call.body for call in self.api.calls if call.action == "SearchLog"]


@pytest.fixture
def deployed(operator: Operator) -> Iterator[Deployed]:
    with account() as owned:
        operator.serves(owned)
        for key in FUNCTIONS:
            body = {**CREATE, "FunctionName": f"card-ocr-prod-{key}"}
            ACTIONS["CreateFunction"](owned.api.account, Caller(SERVED, None), body)
        yield Deployed(operator, owned.api)


def test_the_lines_of_all_functions_come_in_the_order_of_time(deployed: Deployed) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", "first\nsecond")
    deployed.log("submit", "2026-01-31T08:10:00Z", "b1", "earlier")
    answer = deployed.logs()
    assert answer.status == 0
    assert answer.out.splitlines() == [
        "2026-01-31 08:10:00 UTC  b1  card-ocr-prod-submit",
        "  earlier",
        "2026-01-31 08:15:00 UTC  a1  card-ocr-prod-sweep",
        "  first",
        "  second",
    ]


def test_one_function_can_be_asked_for(deployed: Deployed) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", "its line")
    deployed.log("submit", "2026-01-31T08:10:00Z", "b1", "another's")
    answer = deployed.logs("--function", "sweep", "--lines", "7", "--since", "2026-01-31")
    assert answer.out == "2026-01-31 08:15:00 UTC  a1\n  its line\n"
    (asked,) = deployed.asked()
    assert (asked["Limit"], asked["From"]) == (7, from_rfc3339("2026-01-31T00:00:00Z") * 1000)


def test_for_programs_a_line_is_an_object(deployed: Deployed) -> None:
    deployed.log("sweep", "2026-01-31T08:15:00Z", "a1", json.dumps(SWEPT))
    deployed.log("sweep", "2026-01-31T08:15:01Z", "a1", "REPORT Duration 12 ms")
    whose = {"function": "card-ocr-prod-sweep", "request_id": "a1"}
    assert deployed.logs("--json").document() == [
        {"at": "2026-01-31T08:15:00Z", **whose, "line": SWEPT},
        {"at": "2026-01-31T08:15:01Z", **whose, "line": "REPORT Duration 12 ms"},
    ]


def test_nothing_is_said_to_be_nothing(deployed: Deployed) -> None:
    answer = deployed.logs()
    assert (answer.status, answer.out, answer.err) == (0, "", "Nothing was logged in this time.\n")


def test_a_function_that_is_not_deployed_or_has_no_topic_is_named(deployed: Deployed) -> None:
    functions = deployed.api.account.functions
    functions[SERVED, "card-ocr-prod-sweep"].configuration["ClsTopicId"] = ""
    answer = deployed.logs()
    assert answer.status == 2
    assert "SCF names no log topic of card-ocr-prod-sweep" in answer.err
    del functions[SERVED, "card-ocr-prod-submit"]
    assert "card-ocr-prod-submit is not deployed" in deployed.logs().err


def test_without_the_framework_serverless_yml_can_not_be_read(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)
    monkeypatch.setenv("LOCAL_CLOUD", "")
    answer = deployed.logs()
    said = "card-ocr: serverless.yml: can't be read before `npm ci`\n"
    assert (answer.status, answer.err) == (2, said)


@pytest.mark.parametrize("command", ["logs", "alarms --yes", "alarms --list"])
@pytest.mark.parametrize("has_node", [True, False])
def test_a_local_cloud_is_said_to_have_no_logs_to_ask_for(
    operator: Operator,
    served: Cloud,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_node: bool,
) -> None:
    if not has_node:
        monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)
    with serving(served.local.app) as url:
        operator.serves(served, LOCAL_CLOUD=url)
        answer = operator.calls(*command.split())
    assert answer.status == 3
    assert answer.err == (
        "card-ocr: scf:GetFunction failed: no answer; a local cloud has no SCF and no CLS: the "
        "terminal of `make up` shows what its functions log, and `card-ocr status` what needs "
        "attention; for a deployment, unset LOCAL_CLOUD\n"
    )
