"""The blocks about roles, made from the grants for a deployment with invented names."""

from __future__ import annotations

from collections.abc import Iterable

from deploy.api.advice import CONSENT, CONSOLE_ROLES, INTERNATIONAL
from deploy.api.permissions import PERMISSIONS, Command, needed_by
from deploy.roles.grants import GRANTS, Grant, Place, Scope
from deploy.roles.wanted import policy_document, trust_policy
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
    Place.PHOTOS: "photos, under `INPUT_PREFIX`",
    Place.PENDING: "`pending/`",
    Place.RESULTS: "`results/`",
    Place.STATE: "`state/`",
    Place.HOLDS: "`state/holds/`",
    Place.SINCE: "`state/since.json`",
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


_COMMANDS: dict[Command, str] = {
    "setup": "`card-ocr setup`",
    "deploy": "`sls deploy`, `remove`, `info`",
    "look": "`sls invoke`, `logs`, besides; `card-ocr logs`",
    "doctor": "`card-ocr doctor`",
    "alarms": "`card-ocr alarms`",
}


def operator_permissions() -> str:
    """Return what the API key for the deployment and the command line must be allowed."""
    rows = [
        (shown, _list(row.action for row in needed_by(command)))
        for command, shown in _COMMANDS.items()
    ]
    return table(("command", "actions"), rows)


def action_levels() -> str:
    """Each request of the command line and the deployment, with CAM's action for it."""
    rows = [(f"`{row.request}`", f"`{row.action}`", row.level, row.page) for row in PERMISSIONS]
    return table(("request", "action in CAM", "level", "page"), rows)


def console_roles() -> str:
    """The roles that consoles make, as docs/deploy.md names them."""
    return "\n".join(
        f"* **`{role.name}`**, which the console of {role.product} makes with the policy "
        f"`{role.policy}`: {role.needed_for}. Open <{role.console}> ({INTERNATIONAL}) as "
        f"the account's owner and {CONSENT}."
        for role in CONSOLE_ROLES
    )


def _actions(grant: Grant) -> str:
    return _list(action.removeprefix("name/") for action in grant.actions)


def _list(actions: Iterable[str]) -> str:
    return ", ".join(f"`{action}`" for action in actions)
