"""The policy documents of a deployment's roles, as CAM takes them (syntax 2.0, 598/10603)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from deploy.roles.grants import GRANTS
from deploy.roles.scope import Scope

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
