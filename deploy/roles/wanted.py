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
