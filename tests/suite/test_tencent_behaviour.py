"""What the stand-in does beside what the pages promise: lags, codes and forms, each by a test."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.credential import Credential as SdkCredential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.scf.v20180416 import models
from tencentcloud.scf.v20180416.scf_client import ScfClient

from coslocal.credentials import CredentialStore
from coslocal.wsgi_adapter import carried_into
from tests.support.tencent_api import Fail, TencentApi, schema
from tests.support.tencent_api.behaviour import (
    ABSENT_CODES,
    BUSY_CODES,
    GONE_CODE,
    REPORTED,
    AbsentCode,
    Behaviour,
    known_codes,
    nullable_fields,
)
from tests.support.tencent_asking import (
    CHANGES,
    COS,
    DOCUMENT,
    NAME_OF_URL,
    NAMED,
    TIMER,
    URL,
    served,
)
from tests.support.tencent_clients import CREATE, DEPLOYER, SERVED


@pytest.mark.parametrize("code", ABSENT_CODES)
def test_an_absent_function_has_one_of_four_names(code: AbsentCode) -> None:
    with served(function=False, behaviour=Behaviour(absent_code=code)) as asking:
        codes = [asking.refusal(one) for one in ("GetFunction", "ListTriggers", "DeleteFunction")]
    assert codes == [code] * 3


def test_a_new_function_is_absent_for_some_reads() -> None:
    with served(function=False, behaviour=Behaviour(create_lag=2)) as asking:
        asking.call("CreateFunction", CREATE)
        assert [name for _, name in asking.account.functions] == ["f-1"]
        for _ in range(2):
            assert asking.call("ListFunctions", {})["TotalCount"] == 0
            for action in ("ListTriggers", "DeleteFunction", "Invoke", "GetFunction"):
                assert asking.refusal(action) == "ResourceNotFound.Function"
            assert asking.refusal("CreateFunction", CREATE) == "ResourceInUse.FunctionName"
        assert asking.call("GetFunction")["Status"] == "Active"
        assert asking.call("ListFunctions", {})["TotalCount"] == 1


def test_a_trigger_comes_and_goes_after_some_lists() -> None:
    def names() -> list[str]:
        return [one["TriggerName"] for one in asking.call("ListTriggers")["Triggers"]]

    with served() as asking:
        asking.account.behaviour = Behaviour(trigger_lag=2)
        second = {**TIMER, "TriggerName": "t-2"}
        asking.call("CreateTrigger", second)
        assert asking.refusal("CreateTrigger", second) == "ResourceInUse.TriggerName"
        assert [names() for _ in range(3)] == [["t"], ["t"], ["t", "t-2"]]
        asking.call("DeleteTrigger", TIMER)
        (true,) = asking.account.functions.values()
        assert [one["TriggerName"] for one in true.triggers] == ["t-2"]
        assert [names() for _ in range(3)] == [["t", "t-2"], ["t", "t-2"], ["t-2"]]


def test_writes_that_follow_each_other_are_shown_in_their_order() -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(trigger_lag=2)
        totals = []
        for name in ("t-2", "t-3"):
            asking.call("CreateTrigger", {**TIMER, "TriggerName": name})
            totals.append(asking.call("ListTriggers")["TotalCount"])
        totals += [asking.call("ListTriggers")["TotalCount"] for _ in range(3)]
    assert totals == [1, 1, 2, 3, 3]


def test_the_triggers_of_a_function_made_anew_are_its_own() -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(trigger_lag=5)
        asking.call("DeleteTrigger", TIMER)
        asking.call("DeleteFunction")
        asking.call("CreateFunction", CREATE)
        assert asking.call("ListTriggers")["Triggers"] == []


def test_what_cam_has_is_shown_some_reads_later() -> None:
    role, policy = {"RoleName": "r"}, {"PolicyName": "p"}

    def reads() -> tuple[str, int, int]:
        return (
            asking.refusal("GetRole", role),
            asking.call("ListPolicies", {"Scope": "Local"})["TotalNum"],
            asking.call("ListAttachedRolePolicies", {**role, "Page": 1, "Rp": 9})["TotalNum"],
        )

    with served(function=False, behaviour=Behaviour(cam_lag=1)) as asking:
        absent, there = ("InvalidParameter.RoleNotExist", 0, 0), ("", 1, 1)
        asking.call("CreateRole", {**role, "PolicyDocument": DOCUMENT})
        asking.call("CreatePolicy", {**policy, "PolicyDocument": DOCUMENT})
        asking.call("AttachRolePolicy", {"AttachRoleName": "r", **policy})
        assert [reads(), reads()] == [absent, there]


@pytest.mark.parametrize(
    ("shown_as", "reads"),
    [
        ("Deleting", ["Deleting", "Deleting"]),
        (GONE_CODE, [GONE_CODE, GONE_CODE]),
        ("both", ["Deleting", GONE_CODE]),
    ],
)
def test_a_deleted_function_is_known_for_some_reads(shown_as: Any, reads: list[str]) -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(deleting_reads=2, deleting_as=shown_as)
        asking.call("DeleteFunction")
        assert asking.account.functions == {}
        for read in reads:
            for action, body in (("DeleteFunction", NAMED), ("CreateFunction", CREATE), CHANGES[0]):
                assert asking.refusal(action, body) == BUSY_CODES[0]
            (listed,) = asking.call("ListFunctions", {})["Functions"]
            assert listed["Status"] == "Deleting"
            if read == GONE_CODE:
                assert asking.refusal("ListTriggers") == asking.refusal("GetFunction") == GONE_CODE
            else:
                assert asking.call("GetFunction")["Status"] == read
        assert asking.refusal("GetFunction") == "ResourceNotFound.Function"
        assert asking.call("ListFunctions", {})["TotalCount"] == 0
        asking.call("CreateFunction", CREATE)


@pytest.mark.parametrize("code", BUSY_CODES)
def test_a_busy_function_has_many_names(code: str) -> None:
    with served(function=False, behaviour=Behaviour(busy_code=code)) as asking:
        asking.call("CreateFunction", CREATE)
        assert asking.refusal("DeleteFunction") == code


@pytest.mark.parametrize(("action", "body"), CHANGES)
def test_any_change_can_keep_the_next_out_though_the_function_is_active(
    action: str, body: dict[str, Any]
) -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(busy_after=2, busy_changes=1)
        asking.call(action, body)
        assert asking.call("GetFunction")["Status"] == "Active"
        seen = action.startswith("UpdateFunctionC")  # that look was the first at it Active
        refused = [BUSY_CODES[0]] * (1 + seen)
        assert asking.repeat("DeleteFunction", 2 + seen) == [*refused, ""]


def test_a_new_function_can_be_busy_though_it_is_active() -> None:
    with served(function=False, busy_polls=1, behaviour=Behaviour(busy_after=3)) as asking:
        asking.call("CreateFunction", CREATE)
        seen = [asking.call("GetFunction")["Status"] for _ in range(3)]
        assert seen == ["Creating", "Active", "Active"]
        assert asking.refusal("Invoke") != BUSY_CODES[0]
        assert asking.repeat("CreateTrigger", 3, TIMER) == [BUSY_CODES[0], BUSY_CODES[0], ""]


def test_only_looks_end_what_is_unseen() -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(busy_after=2)
        asking.call("DeleteTrigger", TIMER)
        assert asking.repeat("GetFunction", 2) == ["", ""]
        assert asking.refusal("DeleteFunction") == ""


def test_a_function_can_be_busy_by_the_clock() -> None:
    now = [100.0]
    with served(clock=lambda: now[0]) as asking:
        asking.account.behaviour = Behaviour(busy_seconds=20)
        asking.call("DeleteTrigger", TIMER)
        now[0] += 19.9
        assert asking.repeat("UpdateTrigger", 9, TIMER) == [BUSY_CODES[0]] * 9
        now[0] += 0.1
        assert asking.refusal("DeleteFunction") == ""


def test_only_some_changes_can_make_a_function_busy() -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(busy_after=1, busy_changes=1)
        asking.call("UpdateTrigger", TIMER)
        assert asking.repeat("UpdateTrigger", 3, TIMER) == [BUSY_CODES[0], "", ""]


def test_an_active_function_can_be_unavailable_for_some_reads() -> None:
    behaviour = Behaviour(available_status=True, available_lag=2)
    with served(function=False, busy_polls=1, behaviour=behaviour) as asking:
        asking.call("CreateFunction", CREATE)
        replies = [asking.call("GetFunction") for _ in range(4)]
        shown = [(reply["Status"], reply["AvailableStatus"]) for reply in replies]
        waits, done = ("Active", "Unavailable"), ("Active", "Available")
        assert shown == [("Creating", "Unavailable"), waits, waits, done]
        assert asking.refusal("CreateTrigger", TIMER) == ""


def test_a_change_is_refused_until_the_function_is_available() -> None:
    behaviour = Behaviour(available_status=True, available_lag=1)
    with served(function=False, behaviour=behaviour) as asking:
        asking.call("CreateFunction", CREATE)
        assert asking.call("GetFunction")["AvailableStatus"] == "Unavailable"
        assert asking.repeat("CreateTrigger", 2, TIMER) == [BUSY_CODES[0], ""]


def test_no_available_status_is_shown_unless_a_test_wants_it() -> None:
    with served() as asking:
        assert "AvailableStatus" not in asking.call("GetFunction")


@pytest.mark.parametrize(("form", "shown"), [("[]", [[]]), ("null", [None]), ("missing", [])])
def test_an_empty_list_has_three_forms(form: Any, shown: list[Any]) -> None:
    reads: list[tuple[str, dict[str, Any], str]] = [
        ("ListFunctions", {}, "Functions"),
        ("ListTriggers", NAMED, "Triggers"),
        ("GetFunction", NAMED, "Triggers"),
        ("GetFunction", NAMED, "Tags"),
        ("ListPolicies", {"Scope": "Local"}, "List"),
        ("ListAttachedRolePolicies", {"RoleName": "r", "Page": 1, "Rp": 9}, "List"),
    ]
    with served() as asking:
        asking.call("DeleteTrigger", TIMER)
        asking.call("CreateRole", {"RoleName": "r", "PolicyDocument": DOCUMENT})
        asking.call("UpdateFunctionConfiguration", {**NAMED, "Environment": {"Variables": []}})
        asking.account.behaviour = Behaviour(empty_lists=form)
        assert list(asking.call("GetFunction")["Environment"].values()) == shown
        for action, body, name in reads[1:]:
            reply = asking.call(action, body)
            assert [reply[one] for one in (name,) if one in reply] == shown
        asking.account.functions.clear()
        action, body, name = reads[0]
        reply = asking.call(action, body)
        assert [reply[one] for one in (name,) if one in reply] == shown
        assert reply["TotalCount"] == 0


def test_a_list_with_something_in_it_is_a_list() -> None:
    with served(behaviour=Behaviour(empty_lists="missing")) as asking:
        assert len(asking.call("ListTriggers")["Triggers"]) == 1


@pytest.mark.parametrize("form", ["shown", "null", "missing"])
def test_a_nullable_field_that_holds_nothing_has_three_forms(form: Any) -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(nullable=form)
        (trigger,) = asking.call("ListTriggers")["Triggers"]
        reserved = asking.call("GetReservedConcurrencyConfig")
        function = asking.call("GetFunction")
    shown = {"shown": {"Description": ""}, "null": {"Description": None}, "missing": {}}[form]
    assert {name: trigger[name] for name in ("Description",) if name in trigger} == shown
    assert ("ReservedMem" in reserved) == (form != "missing")
    assert ("ImageConfig" in function) == (form == "null")
    assert function["Runtime"] == "Python3.10"
    assert function["Description"] == ""


def test_the_sdk_tells_which_fields_are_nullable() -> None:
    assert nullable_fields(models, "TriggerInfo") == {"CustomArgument", "Description"}
    assert nullable_fields(models, "Trigger") == set()


@pytest.mark.parametrize("shown", [None, ""])
def test_a_type_of_trigger_can_hide_its_description(shown: Any) -> None:
    hidden = frozenset({"timer"})
    with served() as asking:
        asking.account.behaviour = Behaviour(hides_description=hidden, description_as=shown)
        asking.call("UpdateTrigger", {**TIMER, "Description": "mine"})
        asking.call("CreateTrigger", URL)
        found = asking.call("ListTriggers")["Triggers"]
        (true,) = asking.account.functions.values()
    assert [one["Description"] for one in found] == [shown, "mine"]
    assert [one["Description"] for one in true.triggers] == ["mine", "mine"]


def test_a_function_url_is_shown_by_an_id_and_answers_to_any_name() -> None:
    with served() as asking:
        told = asking.call("CreateTrigger", URL)["TriggerInfo"]
        listed = asking.call("ListTriggers")["Triggers"][1]
        assert re.fullmatch("[0-9a-f]{10}", listed["TriggerName"])
        assert told["TriggerName"] == listed["TriggerName"]
        assert asking.refusal("UpdateTrigger", URL) == ""
        assert (
            asking.refusal("DeleteTrigger", {**NAME_OF_URL, "TriggerName": told["TriggerName"]})
            == ""
        )
        asking.call("CreateTrigger", URL)
        assert asking.refusal("DeleteTrigger", NAME_OF_URL) == ""


def test_retries_are_shown_with_one_entry_or_with_two() -> None:
    default, other = {"ErrorCode": "default", "RetryNum": 2}, {"ErrorCode": "432", "RetryNum": -1}
    with served() as asking:
        for behaviour, entries in (
            (Behaviour(), [{"RetryNum": 2}]),
            (Behaviour(retry_entries=2), [default, other]),
            (Behaviour(retry_entries=2, retry_reversed=True), [other, default]),
        ):
            asking.account.behaviour = behaviour
            shown = asking.call("GetFunctionEventInvokeConfig")["AsyncTriggerConfig"]
            assert shown == {"RetryConfig": entries, "MsgTTL": 21600}


def test_a_function_url_can_be_one_that_is_not_updated() -> None:
    with served() as asking:
        asking.call("CreateTrigger", URL)
        asking.account.behaviour = Behaviour(updates_http=False)
        assert asking.refusal("UpdateTrigger", URL) == "ResourceNotFound.Trigger"
        assert asking.refusal("UpdateTrigger", TIMER) == ""


def address(trigger: Mapping[str, Any]) -> str | None:
    """The address in a Function URL's TriggerDesc."""
    found: str | None = json.loads(trigger["TriggerDesc"])["NetConfig"].get("ExtranetUrl")
    return found


def test_create_trigger_tells_the_address_or_not() -> None:
    with served() as asking:
        for tells in (True, "no address", False):
            asking.account.behaviour.create_trigger_tells = tells
            told = asking.call("CreateTrigger", URL)["TriggerInfo"]
            assert address(asking.call("ListTriggers")["Triggers"][1])
            asking.call("DeleteTrigger", NAME_OF_URL)
            if tells is False:
                assert told is None
            else:
                assert bool(address(told)) == (tells is True)


def test_an_address_is_listed_after_some_lists() -> None:
    with served() as asking:
        asking.account.behaviour = Behaviour(trigger_lag=1, address_lag=1)
        assert address(asking.call("CreateTrigger", URL)["TriggerInfo"]) is None
        lists = [asking.call("ListTriggers")["Triggers"][1:] for _ in range(3)]
    assert lists[0] == []
    assert [bool(address(one)) for (one,) in lists[1:]] == [False, True]


def test_the_roles_that_consoles_make_are_shown_like_others() -> None:
    listing = {"Page": 1, "Rp": 9}
    with served(function=False) as asking:
        for name, service, preset in (
            ("SCF_QcsRole", "scf.qcloud.com", "QcloudAccessForScfRole"),
            ("CI_QCSRole", "ci.qcloud.com", "QcloudAccessForCIRole"),
        ):
            role = asking.call("GetRole", {"RoleName": name})["RoleInfo"]
            assert service in role["PolicyDocument"]
            found = asking.call("ListAttachedRolePolicies", {"RoleName": name, **listing})["List"]
            assert (preset, "QCS") in {(one["PolicyName"], one["PolicyType"]) for one in found}
            assert asking.call("ListPolicies", {"Scope": "QCS", "Keyword": preset})["List"]
        assert asking.account.roles == {}


def test_without_its_role_scf_makes_no_function_and_no_cos_trigger() -> None:
    with served() as asking:
        asking.account.behaviour.console_roles.remove("SCF_QcsRole")
        missing = "FailedOperation.QcsRoleNotFound"
        other = {**CREATE, "FunctionName": "f-2"}
        for action, body in (("CreateFunction", other), ("CreateTrigger", COS)):
            assert asking.refusal(action, body) == missing
        with pytest.raises(TencentCloudSDKException, match="角色不存在"):
            asking.call("CreateTrigger", COS)
        assert asking.refusal("GetRole", {"RoleName": "SCF_QcsRole"}).endswith("RoleNotExist")
        assert asking.refusal("CreateTrigger", URL) == ""
        asking.account.behaviour.console_roles.add("SCF_QcsRole")
        for action, body in (("CreateFunction", other), ("CreateTrigger", COS)):
            assert asking.refusal(action, body) == ""


def test_a_role_made_by_hand_replaces_the_one_a_console_made() -> None:
    role = {"RoleName": "CI_QCSRole"}
    with served(function=False) as asking:
        asking.call("CreateRole", {**role, "PolicyDocument": DOCUMENT})
        assert asking.call("GetRole", role)["RoleInfo"]["PolicyDocument"] == DOCUMENT
        del asking.account.roles["CI_QCSRole"]
        assert asking.refusal("GetRole", role) == "InvalidParameter.RoleNotExist"


def test_an_action_is_refused_with_codes_of_its_own_list() -> None:
    own = known_codes("scf", "ListFunctions")
    assert "InvalidParameterValue.Offset" in own
    assert "LimitExceeded.Timeout" not in own
    assert "LimitExceeded.Timeout" in known_codes("scf", "CreateFunction")
    assert "ResourceNotFound.Trigger" in known_codes("scf", "UpdateTrigger")  # of its product
    assert "RequestLimitExceeded" in known_codes("scf", "ListFunctions")  # of any action
    assert "ResourceNotFound.Trigger" not in known_codes("", "UpdateTrigger")


def test_the_sdk_knows_every_code_but_one_that_was_reported() -> None:
    listed: dict[str, list[str]] = json.loads(
        (Path(schema.__file__).parent / "refusals.json").read_text()
    )
    for name, codes in listed.items():
        if name != "*":
            assert set(codes) <= set(schema.error_codes(name.partition(":")[0])), name
    reported = {code for codes in REPORTED.values() for code in codes}
    unknown = reported - set(schema.error_codes("scf"))
    assert unknown == {"UnauthorizedOperation.FunctionStatus"}


def test_a_refusal_that_an_action_never_gives_fails_the_test_that_wants_it() -> None:
    api = TencentApi(CredentialStore(DEPLOYER))
    api.faults.at = {0: Fail("LimitExceeded.Timeout")}
    key = SdkCredential(DEPLOYER.secret_id, DEPLOYER.secret_key)
    with (
        carried_into(api),
        pytest.raises(pytest.fail.Exception, match="scf:ListFunctions is never refused with Limit"),
    ):
        ScfClient(key, SERVED).call_json("ListFunctions", {})
