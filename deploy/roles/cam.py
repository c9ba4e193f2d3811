"""Reads and changes the roles and policies that CAM has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from deploy.api.client import Api
from deploy.api.reply import Reply, entries
from deploy.errors import RequestFailed
from deploy.roles.wanted import MARK, Document, WantedRole, read_document

_PAGE = 200
_NO_ROLE = {"InvalidParameter.RoleNotExist", "ResourceNotFound.RoleNotExist"}


class FoundPolicy(NamedTuple):
    """A policy that the account made itself. `ours` tells whether `card-ocr setup` made it."""

    id: int
    name: str
    document: Document
    ours: bool


class FoundRole(NamedTuple):
    """A role. `attached` maps the names of its policies to their ids."""

    arn: str
    trust: Document
    ours: bool
    attached: Mapping[str, int]


class Cam:
    """CAM of one account. Every method raises RequestFailed if the request wasn't carried out."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def account(self) -> str:
        """Return the number (UIN) of the account that owns the keys, also for a sub-user's keys."""
        return str(self._api.call("sts", "GetCallerIdentity", {}).required("AccountId"))

    def find_role(self, name: str) -> FoundRole | None:
        """Return a role by its name. Return None if there is none."""
        try:
            shown = self._call("GetRole", {"RoleName": name}).part("RoleInfo")
        except RequestFailed as failure:
            if failure.code in _NO_ROLE:
                return None
            raise
        attached = self._entries("ListAttachedRolePolicies", {"RoleName": name})
        return FoundRole(
            arn=shown.text("RoleArn"),
            trust=read_document(shown.text("PolicyDocument")),
            ours=MARK in shown.text("Description"),
            attached={one.text("PolicyName"): one.required("PolicyId") for one in attached},
        )

    def find_policy(self, name: str) -> FoundPolicy | None:
        """Return a policy of the account by its name. Return None if there is none."""
        for listed in self._entries("ListPolicies", {"Scope": "Local", "Keyword": name}):
            if listed.text("PolicyName") == name:
                return self.policy(listed.required("PolicyId"))
        return None

    def policy(self, policy_id: int) -> FoundPolicy:
        """Return a policy by its id."""
        shown = self._call("GetPolicy", {"PolicyId": policy_id})
        return FoundPolicy(
            id=policy_id,
            name=shown.text("PolicyName"),
            document=read_document(shown.text("PolicyDocument")),
            ours=MARK in shown.text("Description"),
        )

    def policies(self, role: FoundRole) -> list[FoundPolicy]:
        """Return every policy that is attached to a role."""
        return [self.policy(policy_id) for policy_id in role.attached.values()]

    def create_role(self, role: WantedRole) -> None:
        """Make a role that SCF may assume."""
        self._call(*role_creation(role))

    def trust(self, role: WantedRole) -> None:
        """Change who may assume a role."""
        parameters = {"RoleName": role.name, "PolicyDocument": written(role.trust)}
        self._call("UpdateAssumeRolePolicy", parameters)

    def create_policy(self, role: WantedRole) -> None:
        """Make a role's policy."""
        self._call(*policy_creation(role))

    def update_policy(self, role: WantedRole, policy_id: int) -> None:
        """Change what a policy says."""
        self._call("UpdatePolicy", {"PolicyId": policy_id, "PolicyDocument": written(role.policy)})

    def attach(self, role: WantedRole) -> None:
        """Give a role its policy."""
        self._call(*attachment(role))

    def _call(self, action: str, parameters: Mapping[str, object]) -> Reply:
        return self._api.call("cam", action, parameters)

    def _entries(self, action: str, parameters: Mapping[str, object]) -> Iterator[Reply]:
        return entries(
            lambda seen: self._call(action, {**parameters, "Page": seen // _PAGE + 1, "Rp": _PAGE}),
            "List",
            "TotalNum",
            _PAGE,
        )


Request = tuple[str, dict[str, object]]


def role_creation(role: WantedRole) -> Request:
    """Return the action and the parameters that make a role."""
    return "CreateRole", {
        "RoleName": role.name,
        "PolicyDocument": written(role.trust),
        "Description": MARK,
    }


def policy_creation(role: WantedRole) -> Request:
    """Return the action and the parameters that make a role's policy."""
    return "CreatePolicy", {
        "PolicyName": role.name,
        "PolicyDocument": written(role.policy),
        "Description": MARK,
    }


def attachment(role: WantedRole) -> Request:
    """Return the action and the parameters that attach a role's policy to it."""
    return "AttachRolePolicy", {"AttachRoleName": role.name, "PolicyName": role.name}


def written(document: Document) -> str:
    """Return a document as text for a request."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
