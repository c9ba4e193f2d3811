"""The roles that `card-ocr setup` makes: one for each function, each with one policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deploy.configuration.service import Service
from deploy.roles.documents import Document, policy_document, trust_policy
from deploy.roles.grants import GRANTS
from deploy.roles.scope import Scope

SHIPPED_STAGE = "prod"
MARK = "Card OCR on upload. Made by card-ocr setup"


class WantedRole(NamedTuple):
    """A role and its policy, of one `name`: what serverless.yml gives its function."""

    function: str
    name: str
    trust: Document
    policy: Document


def role_names(service: Service | None, stage: str | None = None) -> dict[str, str]:
    """The name of each function's role in serverless.yml.

    Where that can't be read, those that the shipped one gives for a stage, its own by default; and
    so for a function that it leaves out.
    """
    shipped = {function: f"card-ocr-{stage or SHIPPED_STAGE}-{function}" for function in GRANTS}
    if service is None:
        return shipped
    return shipped | {key: one.role for key, one in service.functions.items() if key in GRANTS}


def setup_command(stage: str | None) -> str:
    """What makes the roles of a stage, as it is typed; without --stage it would be another's."""
    return "card-ocr setup" if stage in {None, SHIPPED_STAGE} else f"card-ocr setup --stage {stage}"


def wanted_roles(scope: Scope, names: Mapping[str, str]) -> tuple[WantedRole, ...]:
    """The roles of a deployment; `names` has the role of each function."""
    return tuple(
        WantedRole(
            function=function,
            name=name,
            trust=trust_policy(),
            policy=policy_document(function, scope),
        )
        for function, name in names.items()
    )
