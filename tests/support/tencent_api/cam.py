"""CAM: roles, policies, and which policy is attached to which role (598/33557 and its siblings)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.support.tencent_api.errors import ApiError
from tests.support.tencent_api.state import Account, Caller, Document, Role

_PAGE = 20
PRESET = "QCS"
LOCAL = "Local"


def add_preset_policy(account: Account, name: str) -> int:
    """Have one of Tencent's own policies exist; returns its id."""
    return _add_policy(account, name, {"version": "2.0", "statement": []}, kind=2, description="")


def create_role(account: Account, _caller: Caller, body: Document) -> Document:
    """A role that a service may take on."""
    name = body["RoleName"]
    if name in account.roles:
        raise ApiError("InvalidParameter.RoleNameInUse", f"The role {name} exists already.")
    role_id = str(4611686018427397000 + account.next_id())
    account.roles[name] = Role(
        {
            "RoleId": role_id,
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
    return {"RoleId": role_id}


def get_role(account: Account, _caller: Caller, body: Document) -> Document:
    """A role by its name or its id."""
    return {"RoleInfo": _role(account, body).document}


def delete_role(account: Account, _caller: Caller, body: Document) -> Document:
    """Forget a role."""
    del account.roles[_role(account, body).document["RoleName"]]
    return {}


def update_assume_role_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Who may take the role on."""
    _role(account, body).document["PolicyDocument"] = _json_text(body["PolicyDocument"])
    return {}


def describe_role_list(account: Account, _caller: Caller, body: Document) -> Document:
    """A page of the roles; `Page` counts from 1, `Rp` is how many a page has."""
    roles = [role.document for role in account.roles.values()]
    return {"List": _page(roles, body), "TotalNum": len(roles)}


def create_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """A policy of the account's own."""
    name = body["PolicyName"]
    if any(policy["PolicyName"] == name for policy in account.policies.values()):
        raise ApiError("FailedOperation.PolicyNameInUse", f"The policy {name} exists already.")
    document = json.loads(_json_text(body["PolicyDocument"]))
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


def delete_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Forget policies; they are detached with that."""
    for policy in body["PolicyId"]:
        _policy(account, policy)
        del account.policies[policy]
        for role in account.roles.values():
            role.policies = [attached for attached in role.policies if attached != policy]
    return {}


def list_policies(account: Account, _caller: Caller, body: Document) -> Document:
    """A page of the policies; `Scope` All, QCS (Tencent's) or Local, `Keyword` in their names."""
    kinds = {PRESET: {2}, LOCAL: {1}}.get(body.get("Scope", "All"), {1, 2})
    found = [
        {name: value for name, value in policy.items() if name != "PolicyDocument"}
        for policy in account.policies.values()
        if policy["Type"] in kinds and body.get("Keyword", "") in policy["PolicyName"]
    ]
    return {"TotalNum": len(found), "List": _page(found, body), "ServiceTypeList": []}


def attach_role_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Give a role a policy, by its id or its name."""
    role = _role(account, body, "Attach")
    policy = _policy(account, body.get("PolicyId"), body.get("PolicyName"))["PolicyId"]
    if policy not in role.policies:
        role.policies.append(policy)
    return {}


def detach_role_policy(account: Account, _caller: Caller, body: Document) -> Document:
    """Take a policy from a role."""
    role = _role(account, body, "Detach")
    policy = _policy(account, body.get("PolicyId"), body.get("PolicyName"))["PolicyId"]
    if policy not in role.policies:
        raise ApiError("InvalidParameter.PolicyIdNotExist", "The policy is not attached.")
    role.policies.remove(policy)
    return {}


def list_attached_role_policies(account: Account, _caller: Caller, body: Document) -> Document:
    """A page of a role's policies."""
    role = _role(account, body)
    attached = [
        {
            "PolicyId": policy,
            "PolicyName": account.policies[policy]["PolicyName"],
            "AddTime": account.date,
            "CreateMode": 2,
            "PolicyType": "User" if account.policies[policy]["Type"] == 1 else PRESET,
            "Deactived": 0,
            "DeactivedDetail": [],
            "Description": account.policies[policy]["Description"],
        }
        for policy in role.policies
    ]
    return {"List": _page(attached, body), "TotalNum": len(attached)}


def _add_policy(
    account: Account, name: str, document: Document, *, kind: int, description: str
) -> int:
    policy = 250_000_000 + account.next_id()
    account.policies[policy] = {
        "PolicyId": policy,
        "PolicyName": name,
        "PolicyDocument": json.dumps(document),
        "Description": description,
        "Type": kind,
        "AddTime": account.date,
        "UpdateTime": account.date,
        "CreateMode": 2,
        "Attachments": 0,
        "PresetAlias": "",
        "IsServiceLinkedRolePolicy": 0,
    }
    return policy


def _role(account: Account, body: Document, prefix: str = "") -> Role:
    """The role that a request names by name or id; some have both with a prefix."""
    for role in account.roles.values():
        if role.document["RoleName"] == body.get(f"{prefix}RoleName"):
            return role
        if role.document["RoleId"] == body.get(f"{prefix}RoleId"):
            return role
    raise ApiError("InvalidParameter.RoleNotExist", "The role does not exist.")


def _policy(account: Account, policy: int | None, name: str | None = None) -> Document:
    for found in account.policies.values():
        if found["PolicyId"] == policy or (policy is None and found["PolicyName"] == name):
            return found
    raise ApiError("ResourceNotFound.PolicyIdNotFound", "The policy does not exist.")


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
    "DeletePolicy": delete_policy,
    "DeleteRole": delete_role,
    "DescribeRoleList": describe_role_list,
    "DetachRolePolicy": detach_role_policy,
    "GetPolicy": get_policy,
    "GetRole": get_role,
    "ListAttachedRolePolicies": list_attached_role_policies,
    "ListPolicies": list_policies,
    "UpdateAssumeRolePolicy": update_assume_role_policy,
    "UpdatePolicy": update_policy,
}
