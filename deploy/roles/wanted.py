"""The roles that `card-ocr setup` makes: one for each function, each with one policy."""

from __future__ import annotations

from typing import NamedTuple

from deploy.roles.documents import Document, policy_document, trust_policy
from deploy.roles.grants import GRANTS
from deploy.roles.scope import Scope

DEFAULT_PREFIX = "card-ocr"
MARK = "Card OCR on upload. Made by card-ocr setup"


class WantedRole(NamedTuple):
    """A role and its policy, of one `name`: what serverless.yml gives its function."""

    function: str
    name: str
    trust: Document
    policy: Document


def wanted_roles(scope: Scope, prefix: str = DEFAULT_PREFIX) -> tuple[WantedRole, ...]:
    """The roles of a deployment; `prefix` is what their names begin with."""
    return tuple(
        WantedRole(
            function=function,
            name=f"{prefix}-{function}",
            trust=trust_policy(),
            policy=policy_document(function, scope),
        )
        for function in GRANTS
    )
