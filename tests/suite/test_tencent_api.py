"""The stand-in of Tencent's API behaves as the real one; the official SDK is its client."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.scf.v20180416 import models

from coslocal.credentials import Credential, CredentialStore
from tests.support.tencent_api import ApiError, Break, Fail, schema
from tests.support.tencent_api.signature import SignedRequest, verify
from tests.support.tencent_clients import CREATE, SERVED, Client, served_api

DOCUMENTED = Credential("AKID" + "*" * 32, "*" * 32)
DOCUMENTED_AT = 1551113065


def documented_request(**headers: str) -> SignedRequest:
    """The worked example of the documentation, with its own signature."""
    return SignedRequest(
        "POST",
        "/",
        "",
        {
            "authorization": f"TC3-HMAC-SHA256 Credential={DOCUMENTED.secret_id}/2019-02-25/cvm/"
            "tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature="
            "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
            "content-type": "application/json; charset=utf-8",
            "host": "cvm.tencentcloudapi.com",
            "x-tc-action": "DescribeInstances",
            "x-tc-timestamp": str(DOCUMENTED_AT),
            **headers,
        },
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
    )


def test_the_worked_example_of_the_documentation_is_a_valid_signature() -> None:
    credentials = CredentialStore(DOCUMENTED)
    assert verify(documented_request(), credentials, DOCUMENTED_AT + 299) == "cvm"


@pytest.mark.parametrize(
    ("headers", "late", "code"),
    [
        ({"x-tc-action": "TerminateInstances"}, 0, "AuthFailure.SignatureFailure"),
        ({"host": "elsewhere"}, 0, "AuthFailure.SignatureFailure"),
        ({"x-tc-timestamp": str(DOCUMENTED_AT + 1)}, 0, "AuthFailure.SignatureFailure"),
        ({"authorization": "none"}, 0, "AuthFailure.InvalidAuthorization"),
        ({"x-tc-token": "of somebody else"}, 0, "AuthFailure.TokenFailure"),
        ({}, 301, "AuthFailure.SignatureExpire"),
        ({}, -301, "AuthFailure.SignatureExpire"),
    ],
)
def test_a_request_that_was_altered_or_comes_late_is_refused(
    headers: dict[str, str], late: int, code: str
) -> None:
    with pytest.raises(ApiError) as refused:
        verify(documented_request(**headers), CredentialStore(DOCUMENTED), DOCUMENTED_AT + late)
    assert refused.value.code == code


def test_an_unknown_secret_id_is_not_found() -> None:
    with pytest.raises(ApiError, match=r"AuthFailure\.SecretIdNotFound"):
        verify(documented_request(), CredentialStore(), DOCUMENTED_AT)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"FunctionNam": "a"}, "UnknownParameter"),
        ({"Environment": {"Variables": [{"Key": "A", "Val": "b"}]}}, "UnknownParameter"),
        ({"Variables": []}, "UnknownParameter"),
        ({"Timeout": "60"}, "InvalidParameter"),
        ({"Timeout": True}, "InvalidParameter"),
        ({"Tags": {"Key": "a", "Value": "b"}}, "InvalidParameter"),
        ({"Code": "UEsDBA=="}, "InvalidParameter"),
        ({"FunctionName": "a"}, "MissingParameter"),
    ],
)
def test_a_field_that_the_official_model_lacks_or_types_otherwise_is_an_error(
    body: Mapping[str, Any], code: str
) -> None:
    with pytest.raises(ApiError) as refused:
        schema.check("scf", "CreateFunction", body)
    assert refused.value.code == code


def test_every_request_model_has_fields_that_the_check_can_read() -> None:
    for service in schema.SERVICES.values():
        for name in vars(service.models):
            if name.endswith("Request"):
                attributes = vars(getattr(service.models, name)()).keys() - {"_headers"}
                assert {f"_{field}" for field in schema.fields(service.models, name)} == attributes


def test_an_action_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ApiError, match="InvalidAction"):
        schema.check("scf", "CreateFunktion", {})


def taken_down() -> list[tuple[str, str]]:
    """Every action of which the SDK says so, in whatever tense."""
    return [
        (name, action)
        for name, service in schema.SERVICES.items()
        for action, method in vars(service.client).items()
        if re.search("下线|废弃", method.__doc__ or "")
    ]


@pytest.mark.parametrize(("service", "action"), taken_down())
def test_an_action_that_was_taken_down_is_an_error(service: str, action: str) -> None:
    with pytest.raises(ApiError, match="offline"):
        schema.check(service, action, {})


def test_the_action_that_showed_logs_is_among_those_taken_down() -> None:
    assert ("scf", "GetFunctionLogs") in taken_down()


def test_a_function_refuses_changes_until_it_has_been_seen_active() -> None:
    # Given a function that was just created
    with served_api() as api:
        client = Client(api)
        client.call("CreateFunction", CREATE)
        # When it is asked for
        seen = []
        for _ in range(3):
            with pytest.raises(TencentCloudSDKException) as refused:
                client.call("UpdateFunctionConfiguration", {"FunctionName": "f-1", "Timeout": 5})
            assert refused.value.code == "FailedOperation.FunctionStatusError"
            seen.append(client.call("GetFunction", {"FunctionName": "f-1"})["Status"])
        # Then it becomes Active, and changes are taken
        assert seen == ["Creating", "Creating", "Active"]
        client.call("UpdateFunctionConfiguration", {"FunctionName": "f-1", "Timeout": 5})
        assert client.call("GetFunction", {"FunctionName": "f-1"})["Status"] == "Updating"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Timeout": 901}, "LimitExceeded.Timeout"),
        ({"MemorySize": 100}, "InvalidParameterValue.MemorySize"),
        ({"Runtime": "Python3.13"}, "InvalidParameterValue.Runtime"),
        ({"Role": "missing"}, "ResourceNotFound.Role"),
        ({"Description": "no hyphen-ated words"}, "InvalidParameterValue.Description"),
        ({"Handler": "other.main_handler"}, "InvalidParameterValue.Handler"),
        ({"Code": {"ZipFile": "bm8gemlw"}}, "InvalidParameterValue.ZipFile"),
        (
            {"Environment": {"Variables": [{"Key": "TENCENTCLOUD_REGION", "Value": "a"}]}},
            "InvalidParameterValue.EnvironmentSystemProtect",
        ),
        (
            {"Environment": {"Variables": [{"Key": "A", "Value": ""}]}},
            "InvalidParameterValue.Environment",
        ),
        (
            {"Environment": {"Variables": [{"Key": "A", "Value": "b" * 4096}]}},
            "InvalidParameterValue.EnvironmentExceededLimit",
        ),
    ],
)
def test_a_value_that_scf_does_not_take_is_an_error(change: dict[str, Any], code: str) -> None:
    with served_api() as api, pytest.raises(TencentCloudSDKException) as refused:
        Client(api).call("CreateFunction", {**CREATE, **change})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Type": "apigw"}, "InvalidParameterValue.Type"),
        ({"TriggerDesc": "*/5 * * * *"}, "InvalidParameterValue.TriggerDesc"),
        ({"Enable": "1"}, "InvalidParameterValue.Enable"),
        ({"Type": "cos", "TriggerName": "cards"}, "InvalidParameterValue.Cos"),
    ],
)
def test_a_trigger_that_scf_does_not_take_is_an_error(change: dict[str, Any], code: str) -> None:
    trigger = {
        "FunctionName": "f-1",
        "Type": "timer",
        "TriggerName": "t",
        "TriggerDesc": "0 */5 * * * * *",
        "Enable": "OPEN",
    }
    with served_api(busy_polls=0) as api:
        client = Client(api)
        client.call("CreateFunction", CREATE)
        client.call("GetFunction", {"FunctionName": "f-1"})
        client.call("CreateTrigger", trigger)
        with pytest.raises(TencentCloudSDKException) as refused:
            client.call("CreateTrigger", {**trigger, **change})
    assert refused.value.code == code


def test_two_rules_of_a_bucket_must_not_overlap() -> None:
    def rule(prefix: str) -> dict[str, str]:
        text = {"event": "cos:ObjectCreated:*", "filter": {"Prefix": prefix, "Suffix": ""}}
        return {
            "FunctionName": "f-1",
            "Type": "cos",
            "TriggerName": "cards-1250000000.cos.ap-guangzhou.myqcloud.com",
            "TriggerDesc": json.dumps(text, separators=(",", ":")),
        }

    with served_api(busy_polls=0) as api:
        client = Client(api)
        client.call("CreateFunction", CREATE)
        client.call("GetFunction", {"FunctionName": "f-1"})
        client.call("CreateTrigger", rule("uploads/"))
        client.call("CreateTrigger", rule("other/"))
        with pytest.raises(TencentCloudSDKException, match="CosNotifyRuleConflict"):
            client.call("CreateTrigger", rule("uploads/driver/"))


def test_a_call_can_fail_before_and_after_it_took_effect() -> None:
    with served_api() as api:
        client = Client(api)
        api.faults.at = {0: Fail(status=503), 1: Break(), 2: Fail("InternalError.System")}
        for code in ("ServerNetworkError", "ClientNetworkError", "InternalError.System"):
            with pytest.raises(TencentCloudSDKException, match=code):
                client.call("CreateFunction", CREATE)
        assert api.account.functions == {}
        api.faults.at = {3: Break(after_effect=True)}
        with pytest.raises(TencentCloudSDKException, match="ClientNetworkError"):
            client.call("CreateFunction", CREATE)
        assert len(api.account.functions) == 1
        assert [call.error for call in api.calls][2:] == ["InternalError.System", None]


def test_requests_are_recorded_and_told_apart_by_whether_they_change_anything() -> None:
    with served_api() as api:
        client = Client(api)
        client.call("CreateFunction", CREATE)
        client.call("GetFunction", {"FunctionName": "f-1"})
        assert api.actions() == ["CreateFunction", "GetFunction"]
        assert api.actions(changes=True) == ["CreateFunction"]
        assert api.calls[0].region == SERVED
        assert api.calls[0].body == CREATE


def test_the_sdks_own_models_read_what_is_answered() -> None:
    with served_api() as api:
        client = Client(api)
        client.call("CreateFunction", CREATE)
        request = models.GetFunctionRequest()
        request.FunctionName = "f-1"
        answer = client.scf.GetFunction(request)
        assert (answer.Status, answer.Environment.Variables[0].Key) == ("Creating", "A")
