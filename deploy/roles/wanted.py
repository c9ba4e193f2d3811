"""The roles that `card-ocr setup` makes: one for each function, each with one policy.

The policy documents are as CAM takes them (syntax 2.0, 598/10603).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from deploy.configuration.service import Service
from deploy.roles.grants import GRANTS, Scope

VERSION = "2.0"
TRUSTED_SERVICE = "scf.qcloud.com"

Document = Mapping[str, Any]


def policy_document(function: str, scope: Scope) -> Document:
    """Return the policy of submit's, callback's or sweep's role: a statement for each place."""
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


def trust_policy() -> Document:
    """Return the trust policy: only SCF may assume the role, for the function that has it."""
    return {
        "version": VERSION,
        "statement": [
            {
                "action": "name/sts:AssumeRole",
                "effect": "allow",
                "principal": {"service": [TRUSTED_SERVICE]},
            }
        ],
    }


def read_document(text: str) -> Document:
    """Read a document that CAM shows. If it can't be read, return an empty one, like no other."""
    for candidate in (text, unquote(text)):
        try:
            document = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(document, dict):
            return document
    return {}


def says_the_same(one: Document, other: Document) -> bool:
    """Return whether two documents mean the same, in any order, with single values or `name/`."""
    return _comparable(one) == _comparable(other)


def resources(document: Document) -> set[str]:
    """Return the resources that a policy names."""
    statements = document.get("statement")
    listed = statements if isinstance(statements, list) else [statements]
    found = (one.get("resource") for one in listed if isinstance(one, Mapping))
    return {text for one in found for text in (one if isinstance(one, list) else [one]) if text}


def _comparable(document: Document) -> tuple[object, set[str]]:
    statements = document.get("statement")
    listed = statements if isinstance(statements, list) else [statements]
    return document.get("version"), {json.dumps(_plain(one), sort_keys=True) for one in listed}


def _plain(value: object) -> object:
    """Return a value in one form: texts as sorted lists, without the old prefix of actions."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    texts = value if isinstance(value, list) else [value]
    return sorted(str(text).removeprefix("name/") for text in texts)


SHIPPED_STAGE = "prod"
MARK = "Card OCR on upload. Made by card-ocr setup"


class WantedRole(NamedTuple):
    """A role and its policy. Both have the `name` that serverless.yml gives the function's role."""

    function: str
    name: str
    trust: Document
    policy: Document


def role_names(service: Service | None, stage: str | None = None) -> dict[str, str]:
    """Return the name of each function's role, from serverless.yml.

    If serverless.yml can't be read (`service` is None) or leaves a function out, the name is the
    one that the shipped serverless.yml has for the stage, by default for its own stage.
    """
    shipped = {function: f"card-ocr-{stage or SHIPPED_STAGE}-{function}" for function in GRANTS}
    if service is None:
        return shipped
    return shipped | {key: one.role for key, one in service.functions.items() if key in GRANTS}


def setup_command(stage: str | None) -> str:
    """Return the command line that makes the roles of a stage."""
    return "card-ocr setup" if stage in {None, SHIPPED_STAGE} else f"card-ocr setup --stage {stage}"


def wanted_roles(scope: Scope, names: Mapping[str, str]) -> tuple[WantedRole, ...]:
    """Return the roles of a deployment; `names` maps each function to its role."""
    return tuple(
        WantedRole(
            function=function,
            name=name,
            trust=trust_policy(),
            policy=policy_document(function, scope),
        )
        for function, name in names.items()
    )
