"""CAM: roles, policies, and which policy is attached to which role (598/33557 and its siblings)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.tencent_api.behaviour import Key
from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document, Role

_PAGE = 20
PRESET = "QCS"
LOCAL = "Local"
_MADE_BY_CONSOLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "SCF_QcsRole": ("scf.qcloud.com", ("QcloudAccessForScfRole",)),
    "CI_QCSRole": (
        "ci.qcloud.com",
        ("QcloudCOSDataFullControl", "QcloudAccessForCIRole", "QcloudPartAccessForCIRole"),
    ),
}
"""Roles that a console makes when it is first used: whom they trust, with which presets."""
_PRESETS: Mapping[int, str] = dict(
    enumerate([one for _, presets in _MADE_BY_CONSOLES.values() for one in presets], 60_000_000)
)
"""The ids of those presets, which every account has."""


def create_role(account: Account, _caller: Caller, body: Document) -> Document:
    """A role that a service may take on."""
    name = body["RoleName"]
    if name in account.roles:
        raise ApiError("InvalidParameter.RoleNameInUse", f"The role {name} exists already.")
    role = _new_role(account, body)
    account.behaviour.console_roles.discard(name)
    account.roles[name] = role
    account.lags.hold(("role", name), None, account.behaviour.cam_lag)
    return {"RoleId": role.document["RoleId"]}


def get_role(account: Account, _caller: Caller, body: Document) -> Document:
    """A role by its name or its id."""
    there = _find_role(account, body)
    name = body.get("RoleName") or (there.document["RoleName"] if there else "")
    shown = account.lags.shown(("role", name), there, counts=True)
    if shown is None:
        raise _no_role()
    return {"RoleInfo": shown.document}


def update_assume_role_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Who may take the role on."""
    _role(account, body).document["PolicyDocument"] = _json_text(body["PolicyDocument"])
    return {}


def create_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """A policy of the account's own."""
    name = body["PolicyName"]
    if any(policy["PolicyName"] == name for policy in _policies(account).values()):
        raise ApiError("FailedOperation.PolicyNameInUse", f"The policy {name} exists already.")
    document = json.loads(_json_text(body["PolicyDocument"]))
    _hold_policies(account)
    policy = _add_policy(account, name, document, kind=1, description=body.get("Description", ""))
    return {"PolicyId": policy}


def get_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """A policy by its id."""
    policy = _policy(account, body["PolicyId"])
    return {
        name: policy[name]
        for name in (
            *("PolicyName", "Description", "Type", "AddTime", "UpdateTime", "PolicyDocument"),
            *("PresetAlias", "IsServiceLinkedRolePolicy"),
        )
    }


def update_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Another document, name or description for a policy of the account's own."""
    policy = _policy(account, body.get("PolicyId"), body.get("PolicyName"))
    if "PolicyDocument" in body:
        policy["PolicyDocument"] = _json_text(body["PolicyDocument"])
    policy["Description"] = body.get("Description", policy["Description"])
    return {"PolicyId": policy["PolicyId"]}


def list_policies(account: Account, _caller: Caller, body: Document) -> Document:
    """A page of the policies; `Scope` All, QCS (Tencent's) or Local, `Keyword` in their names."""
    kinds = {PRESET: {2}, LOCAL: {1}}.get(body.get("Scope", "All"), {1, 2})
    policies = list(_policies(account).values())
    found = [
        {name: value for name, value in policy.items() if name != "PolicyDocument"}
        for policy in account.lags.shown(("policies",), policies, counts=True)
        if policy["Type"] in kinds and body.get("Keyword", "") in policy["PolicyName"]
    ]
    return {"TotalNum": len(found), "List": _page(found, body), "ServiceTypeList": []}


def attach_role_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Give a role a policy, by its id or its name."""
    role = _role(account, body, "Attach")
    policy = _policy_id(account, body)
    if policy not in role.policies:
        _hold_attached(account, role)
        role.policies.append(policy)
    return {}


def list_attached_role_policies(account: Account, _caller: Caller, body: Document) -> Document:
    """A page of a role's policies."""
    role = _find_role(account, body)
    if role is None:
        raise ApiError("InvalidParameter.ParamError", "The role does not exist.")
    attached = account.lags.shown(_attached_key(role), _attached(account, role), counts=True)
    return {"List": _page(attached, body), "TotalNum": len(attached)}


def has_role(account: Account, name: str) -> bool:
    """Whether there is a role of a name, whoever made it."""
    return name in _roles(account)


def _attached(account: Account, role: Role) -> list[Document]:
    """A role's policies, as they are listed."""
    policies = _policies(account)
    return [
        {
            "PolicyId": policy,
            "PolicyName": policies[policy]["PolicyName"],
            "AddTime": account.date,
            "CreateMode": 2,
            "PolicyType": "User" if policies[policy]["Type"] == 1 else PRESET,
            "Deactived": 0,
            "DeactivedDetail": [],
            "Description": policies[policy]["Description"],
        }
        for policy in role.policies
    ]


def _attached_key(role: Role) -> Key:
    return ("attached", role.document["RoleName"])


def _hold_attached(account: Account, role: Role) -> None:
    """Have a role's policies be listed as they are for a while, before one comes or goes."""
    before = _attached(account, role)
    account.lags.hold(_attached_key(role), before, account.behaviour.cam_lag)


def _hold_policies(account: Account) -> None:
    """Have the policies be listed as they are for a while, before one comes or goes."""
    before = copy.deepcopy(list(_policies(account).values()))
    account.lags.hold(("policies",), before, account.behaviour.cam_lag)


def _roles(account: Account) -> Mapping[str, Role]:
    """The account's roles, with those that consoles have made."""
    made = sorted(account.behaviour.console_roles - account.roles.keys())
    return {**{name: _console_role(account, name) for name in made}, **account.roles}


def _console_role(account: Account, name: str) -> Role:
    """A role that a console has made, with its presets."""
    if name not in account.console_roles:
        service, presets = _MADE_BY_CONSOLES[name]
        statement = {
            "action": "name/sts:AssumeRole",
            "effect": "allow",
            "principal": {"service": [service]},
        }
        trust = json.dumps({"version": "2.0", "statement": [statement]})
        role = _new_role(account, {"RoleName": name, "PolicyDocument": trust})
        role.policies = [number for number, preset in _PRESETS.items() if preset in presets]
        account.console_roles[name] = role
    return account.console_roles[name]


def _new_role(account: Account, body: Document) -> Role:
    name = body["RoleName"]
    return Role(
        {
            "RoleId": str(4611686018427397000 + account.next_id()),
            "RoleName": name,
            "PolicyDocument": _json_text(body["PolicyDocument"]),
            "Description": body.get("Description", ""),
            "AddTime": account.date,
            "UpdateTime": account.date,
            "ConsoleLogin": body.get("ConsoleLogin", 0),
            "RoleType": "user",
            "SessionDuration": body.get("SessionDuration", 7200),
            "DeletionTaskId": None,
            "Tags": body.get("Tags", []),
            "RoleArn": f"qcs::cam::uin/{account.uin}:roleName/{name}",
        }
    )


def _policies(account: Account) -> Mapping[int, Document]:
    """The account's policies, with the presets that every account has."""
    presets = {
        number: _new_policy(account, number, name, {"version": "2.0", "statement": []}, kind=2)
        for number, name in _PRESETS.items()
    }
    return {**presets, **account.policies}


def _add_policy(
    account: Account, name: str, document: Document, *, kind: int, description: str
) -> int:
    policy = 250_000_000 + account.next_id()
    account.policies[policy] = _new_policy(account, policy, name, document, kind=kind)
    account.policies[policy]["Description"] = description
    return policy


def _new_policy(
    account: Account, number: int, name: str, document: Document, *, kind: int
) -> Document:
    return {
        "PolicyId": number,
        "PolicyName": name,
        "PolicyDocument": json.dumps(document),
        "Description": "",
        "Type": kind,
        "AddTime": account.date,
        "UpdateTime": account.date,
        "CreateMode": 2,
        "Attachments": 0,
        "PresetAlias": "",
        "IsServiceLinkedRolePolicy": 0,
    }


def _find_role(account: Account, body: Document, prefix: str = "") -> Role | None:
    """The role that a request names by name or id; some have both with a prefix."""
    for role in _roles(account).values():
        if role.document["RoleName"] == body.get(f"{prefix}RoleName"):
            return role
        if role.document["RoleId"] == body.get(f"{prefix}RoleId"):
            return role
    return None


def _role(account: Account, body: Document, prefix: str = "") -> Role:
    role = _find_role(account, body, prefix)
    if role is None:
        raise _no_role()
    return role


def _no_role() -> ApiError:
    return ApiError("InvalidParameter.RoleNotExist", "The role does not exist.")


def _policy(
    account: Account,
    policy: int | None,
    name: str | None = None,
    absent: str = "ResourceNotFound.PolicyIdNotFound",
) -> Document:
    for found in _policies(account).values():
        if found["PolicyId"] == policy or (policy is None and found["PolicyName"] == name):
            return found
    raise ApiError(absent, "The policy does not exist.")


def _policy_id(account: Account, body: Document) -> int:
    """The id of the policy that is to be attached or detached."""
    code = "InvalidParameter.PolicyIdNotExist"
    return int(_policy(account, body.get("PolicyId"), body.get("PolicyName"), code)["PolicyId"])


def _json_text(text: str) -> str:
    """A policy's document, if it is one: version 2.0 and statements."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("version") != "2.0":
        raise ApiError("InvalidParameter.VersionError", "PolicyDocument has no version 2.0.")
    statements = document.get("statement")
    if not isinstance(statements, list) or not all(_is_statement(one) for one in statements):
        raise ApiError("InvalidParameter.StatementError", "PolicyDocument has a wrong statement.")
    return text


def _is_statement(statement: Any) -> bool:
    return isinstance(statement, dict) and statement.get("effect") in {"allow", "deny"}


def _page(items: Iterable[Document], body: Document) -> list[Document]:
    size = body.get("Rp", _PAGE)
    start = (body.get("Page", 1) - 1) * size
    return list(items)[start : start + size]


ACTIONS = {
    "AttachRolePolicy": attach_role_policy,
    "CreatePolicy": create_policy,
    "CreateRole": create_role,
    "GetPolicy": get_policy,
    "GetRole": get_role,
    "ListAttachedRolePolicies": list_attached_role_policies,
    "ListPolicies": list_policies,
    "UpdateAssumeRolePolicy": update_assume_role_policy,
    "UpdatePolicy": update_policy,
}
