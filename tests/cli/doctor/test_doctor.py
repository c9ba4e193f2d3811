"""Each check says its sentence where the one thing it looks at is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from coslocal.ci.faults import RequestFault
from coslocal.cos.errors import CosError
from tests.cli.breakages import BROKEN, change_status, locked, policy_of
from tests.cli.deployed import Deployment, deployed
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, DELIVERIES
from tests.support.tencent_api import Fail, Faults


def test_a_deployment_that_works_has_nothing_that_failed(deployment: Deployment) -> None:
    found = [finding["status"] for finding in deployment.findings().values()]
    assert found == ["ok"] * 31
    answer = deployment.doctor()
    lines = answer.out.splitlines()
    assert lines[1].startswith("ok      credentials")
    assert lines[-1] == "31 ok, 0 failed, 0 can't be checked from here"
    assert (answer.status, answer.err) == (0, "")


def test_looking_leaves_no_object_behind_and_changes_nothing(deployment: Deployment) -> None:
    objects, calls = _objects(deployment), len(deployment.api.calls)
    deployment.doctor()
    asked = {call.action for call in deployment.api.calls[calls:] if call.changes}
    assert asked == {"Invoke"}  # which asks submit about nothing, and changes nothing
    assert _objects(deployment) == objects
    assert deployment.local.jobs == []


def _objects(deployment: Deployment) -> list[str]:
    reply = deployment.cloud.user.list_objects(Bucket=BUCKET)
    return [item["Key"] for item in reply.get("Contents", [])]


def _id(value: object) -> str:
    return str(getattr(value, "__name__", value))


@pytest.mark.parametrize(("breaks", "check", "sentence"), BROKEN, ids=_id)
def test_what_is_broken_is_said_with_what_to_do(
    deployment: Deployment, breaks: Callable[[Deployment], None], check: str, sentence: str
) -> None:
    breaks(deployment)
    finding = deployment.findings()[check]
    assert sentence in finding["says"]
    assert finding["status"] == "failed"
    assert deployment.doctor().status == 1


@pytest.mark.parametrize(
    ("kind", "without", "finding"),
    [
        ("NONE", "callback", ("function of callback", "serverless.yml has no callback")),
        ("TDMQ", "callback.events", ("triggers of callback", "none in serverless.yml")),
    ],
)
def test_a_deployment_without_callbacks_or_their_address_has_nothing_that_failed(
    operator: Operator, tmp_path: Path, kind: str, without: str, finding: tuple[str, str]
) -> None:
    places = [f"functions.{without}"]
    with (
        pytest.MonkeyPatch.context() as patch,
        deployed(operator, patch, tmp_path, places, **DELIVERIES[kind]) as there,
    ):
        found = {name: one["says"] for name, one in there.findings().items()}
        assert there.doctor().status == 0
    assert found[finding[0]] == finding[1]
    assert found["Function URL"] == f"CI calls no address: CALLBACK_TYPE is {kind}"


def test_keys_that_are_refused_end_it_at_once(deployment: Deployment) -> None:
    deployment.operator.serves(deployment.cloud, TENCENTCLOUD_SECRET_ID="AKIDofnobody")
    answer = deployment.doctor("--json")
    (finding,) = answer.document()["checks"]
    assert (finding["check"], finding["status"], answer.status) == ("credentials", "failed", 1)
    assert "look at TENCENTCLOUD_SECRET_ID" in finding["says"]


@pytest.mark.usefixtures("served")
def test_on_a_local_cloud_there_is_no_deployment_to_examine(operator: Operator) -> None:
    answer = operator.calls("doctor")
    assert answer.out.splitlines()[1].startswith("FAILED  credentials             the local cloud")
    assert answer.status == 1


@pytest.mark.parametrize(
    ("parameter", "check", "action"),
    [
        ("lifecycle", "lifecycle", "cos:GetBucketLifecycle"),
        ("object-lock", "retention", "cos:GetBucketObjectLock"),
        ("policy", "policy", "cos:GetBucketPolicy"),
        ("acl", "ACL", "cos:GetBucketACL"),
        ("versioning", "versioning", "cos:GetBucketVersioning"),
    ],
)
def test_a_setting_that_the_keys_may_not_read_is_unchecked_with_its_action(
    deployment: Deployment, parameter: str, check: str, action: str
) -> None:
    def refuse(request: Any) -> CosError | None:
        refused = request.parameter(parameter) is not None
        return CosError("AccessDenied", "no") if refused else None

    deployment.local.cos.before_effect = refuse
    finding = deployment.findings()[check]
    assert finding["status"] == "unchecked"
    assert f"lacks {action}" in finding["says"]


def test_a_probe_that_could_not_be_deleted_again_is_not_created(deployment: Deployment) -> None:
    locked(deployment)
    objects = _objects(deployment)
    assert deployment.findings()["create-once"]["status"] == "unchecked"
    assert _objects(deployment) == objects


def test_what_the_keys_may_not_see_is_not_called_a_failure(deployment: Deployment) -> None:
    asked = len(deployment.api.calls)
    deployment.api.faults = Faults({asked + 1: Fail("UnauthorizedOperation")})
    finding = deployment.findings()["role of submit"]
    assert finding["status"] == "unchecked"
    assert "lacks cam:GetRole" in finding["says"]


def test_without_node_the_functions_are_unchecked_and_the_roles_are_those_of_the_stage(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.connect.service.printed", lambda _environ, _stage: None)
    found = deployment.findings("--stage", "staging")
    assert found["function of submit"]["status"] == "unchecked"
    assert "npm ci" in found["function of submit"]["says"]
    assert found["role of sweep"]["says"] == (
        "the role card-ocr-staging-sweep does not exist: run `card-ocr setup --stage staging`"
    )
    assert deployment.doctor().status == 0  # what can't be checked is no failure


def _without_listing(deployment: Deployment, function: str) -> None:
    allowed = json.loads(policy_of(deployment, f"card-ocr-prod-{function}")["PolicyDocument"])
    for statement in allowed["statement"]:
        statement["action"] = [one for one in statement["action"] if "GetBucket" not in one]
    allowed["statement"] = [one for one in allowed["statement"] if one["action"]]
    deployment.local.access.attach(function, allowed)


def test_submit_is_asked_whether_it_finds_what_is_absent(deployment: Deployment) -> None:
    _without_listing(deployment, "submit")
    finding = deployment.findings()["absence of submit"]
    deployment.cloud.calls.clear()  # the refusals that this test is about
    assert finding["status"] == "failed"
    assert "the action that makes the difference is name/cos:GetBucket" in finding["says"]


def test_ci_that_can_not_be_asked_is_a_finding(deployment: Deployment) -> None:
    fault = RequestFault("AccessDenied", method="GET", path="/ai_queue", times=9)
    deployment.local.runner.faults.requests.append(fault)
    assert deployment.findings()["queue"]["says"] == "GET ai_queue failed: AccessDenied"


def test_cos_that_can_not_be_asked_is_a_finding(deployment: Deployment) -> None:
    def refuse(request: Any) -> CosError | None:
        return CosError("AccessDenied", "no") if "state/" in (request.key or "") else None

    deployment.local.cos.before_effect = refuse
    found = deployment.findings()
    assert "AccessDenied" in found["create-once"]["says"]
    assert "AccessDenied" in found["heartbeat"]["says"]


def test_an_address_that_does_not_answer_is_a_finding(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: Any, **_options: Any) -> requests.Response:
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "post", refuse)
    assert "doesn't answer" in deployment.findings()["Function URL"]["says"]


def test_what_is_pending_is_told_with_the_oldest_and_with_what_names_the_unreadable(
    deployment: Deployment,
) -> None:
    oldest = {"state": "waiting", "age_seconds": 600, "error": {"code": "QueuePaused"}}
    change_status(deployment, pending={"waiting": 2, "unreadable": 1}, oldest=oldest)
    assert deployment.findings()["sending"]["says"] == (
        "pending: 2 waiting, 1 unreadable; the oldest for 10 min, QueuePaused; `card-ocr audit "
        "--deep` names what can't be read"
    )


def test_a_function_url_may_be_called_anything(deployment: Deployment) -> None:
    deployment.function("callback").triggers[0]["TriggerName"] = "made-by-hand"
    assert deployment.findings()["triggers of callback"]["status"] == "ok"
