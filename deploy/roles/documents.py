"""The policy documents of a deployment's roles, as CAM takes them (syntax 2.0, 598/10604)."""

from __future__ import annotations

from typing import Any

from deploy.roles.grants import GRANTS
from deploy.roles.scope import Scope

VERSION = "2.0"

Document = dict[str, Any]


def policy_document(function: str, scope: Scope) -> Document:
    """What the role of `submit`, `callback` or `sweep` allows: a statement for each place."""
    return {
        "version": VERSION,
        "statement": [
            {
                "effect": "allow",
                "action": list(grant.actions),
                "resource": [scope.resource(grant.place)],
            }
            for grant in GRANTS[function]
        ],
    }


def trust_policy(service: str = "scf.qcloud.com") -> Document:
    """Who may take a role on: a service of Tencent Cloud (598/19420)."""
    return {
        "version": VERSION,
        "statement": [
            {
                "action": "name/sts:AssumeRole",
                "effect": "allow",
                "principal": {"service": [service]},
            }
        ],
    }
