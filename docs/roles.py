"""The blocks about roles: made from the grants themselves, for a deployment of invented names."""

from __future__ import annotations

from collections.abc import Iterable

from deploy.roles.documents import policy_document, trust_policy
from deploy.roles.grants import GRANTS, Grant
from deploy.roles.scope import Place, Scope
from deploy.setup.permissions import DEPLOY, DOCTOR, LOOK, SETUP
from docs.markdown import fenced, pretty, table

_EXAMPLE = Scope(
    region="ap-guangzhou",
    account="100000000001",
    input_bucket="cards-1250000000",
    input_prefix="uploads/",
    output_bucket="cards-1250000000",
    output_prefix="ocr/",
)
_PLACES = {
    Place.PHOTOGRAPHS: "photographs, under `INPUT_PREFIX`",
    Place.PENDING: "`pending/`",
    Place.RESULTS: "`results/`",
    Place.STATE: "`state/`",
    Place.DELETED: "`deleted/`",
    Place.JOBS: "jobs of the input bucket",
    Place.CI_ROLE: "the role `CI_QCSRole`",
}


def grants() -> str:
    """What each function may do, where, and what for."""
    rows = [
        (f"`{function}`", _PLACES[grant.place], _actions(grant), grant.why)
        for function, granted in GRANTS.items()
        for grant in granted
    ]
    return table(("function", "where", "actions", "what for"), rows)


def policies() -> str:
    """The trust policy, and the policy of each role, as CAM takes them."""
    documents = {"who may take a role on": trust_policy()}
    documents |= {f"card-ocr-prod-{name}": policy_document(name, _EXAMPLE) for name in GRANTS}
    parts = [
        f"{name}:\n\n{fenced('json', pretty(document))}" for name, document in documents.items()
    ]
    return "\n\n".join(parts)


def operator_permissions() -> str:
    """What the keys of whoever deploys or runs the command line must be allowed."""
    rows = [
        ("`card-ocr setup`", _list(SETUP)),
        ("`sls deploy`, `remove`, `info`", _list(DEPLOY)),
        ("`sls invoke`, `logs`, besides", _list(LOOK)),
        ("`card-ocr doctor`", _list(DOCTOR)),
    ]
    return table(("command", "actions"), rows)


def _actions(grant: Grant) -> str:
    return _list(action.removeprefix("name/") for action in grant.actions)


def _list(actions: Iterable[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)
