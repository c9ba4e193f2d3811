"""Reads, checks and changes the roles and policies that CAM has."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deploy.api.advice import CONSOLE_ROLES, ConsoleRole
from deploy.api.client import Api
from deploy.api.reply import Reply, entries
from deploy.configuration.service import Service
from deploy.errors import AccountUnfit, NotPermitted, RequestFailed
from deploy.roles.grants import Scope
from deploy.roles.wanted import (
    MARK,
    Document,
    WantedRole,
    read_document,
    role_names,
    says_the_same,
    setup_command,
    wanted_roles,
)

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

    def send(self, request: Request) -> None:
        """Carry out a request that changes a role or a policy."""
        self._call(*request)

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


def trust_change(role: WantedRole) -> Request:
    """Return the action and the parameters that change who may assume a role."""
    return "UpdateAssumeRolePolicy", {
        "RoleName": role.name,
        "PolicyDocument": written(role.trust),
    }


def policy_change(role: WantedRole, policy_id: int) -> Request:
    """Return the action and the parameters that change what a role's policy says."""
    return "UpdatePolicy", {"PolicyId": policy_id, "PolicyDocument": written(role.policy)}


def attachment(role: WantedRole) -> Request:
    """Return the action and the parameters that attach a role's policy to it."""
    return "AttachRolePolicy", {"AttachRoleName": role.name, "PolicyName": role.name}


def written(document: Document) -> str:
    """Return a document as text for a request."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def check_roles(cam: Cam, service: Service, scope: Scope) -> None:
    """Check that every role is there: those that consoles make, and those of serverless.yml.

    Only SCF may assume a role of serverless.yml, and it must allow what its function needs. If the
    key may not read roles, this check is skipped: SCF or `card-ocr doctor` find it out later.

    Raises:
        AccountUnfit: a role doesn't exist, its function would fail in it, or others may assume it.
    """
    setup = setup_command(service.stage)
    with contextlib.suppress(NotPermitted):
        missing = missing_console_roles(cam)
        if missing:
            raise AccountUnfit("; ".join(role.advice for role in missing))
        for role in wanted_roles(scope, role_names(service)):
            if role.function in service.functions:
                _check_role(cam, role, setup)


def missing_console_roles(cam: Cam) -> list[ConsoleRole]:
    """Return the roles that no console has made yet; raises RequestFailed."""
    return [role for role in CONSOLE_ROLES if cam.find_role(role.name) is None]


def _check_role(cam: Cam, role: WantedRole, setup: str) -> None:
    found = cam.find_role(role.name)
    if found is None:
        raise AccountUnfit(f"the role {role.name} does not exist: run `{setup}`, which makes it")
    problem = unfit(role, found, cam.policies(found), setup)
    if problem is not None:
        raise AccountUnfit(problem)


def unfit(
    wanted: WantedRole, found: FoundRole, policies: Sequence[FoundPolicy], setup: str
) -> str | None:
    """Say why a function must not run in a role, and what to do. Return None if it may.

    Args:
        wanted: the role that the function needs.
        found: the role that CAM has.
        policies: all policies that are attached to it.
        setup: the command that changes it to the wanted role.
    """
    if not says_the_same(found.trust, wanted.trust):
        return f"{wanted.name} can't be assumed by SCF, or not only by SCF: run `{setup}`"
    if not any(says_the_same(one.document, wanted.policy) for one in policies):
        return (
            f"no policy of {wanted.name} allows exactly what {wanted.function} needs with these "
            f"settings: run `{setup}`"
        )
    return None


def too_much(wanted: WantedRole, policies: Sequence[FoundPolicy]) -> str | None:
    """Say which policies allow more than the function needs. Return None if none does."""
    others = [one.name for one in policies if not says_the_same(one.document, wanted.policy)]
    if not others:
        return None
    return f"{wanted.name} allows more than it needs: detach {', '.join(others)}"
