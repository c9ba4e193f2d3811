"""Checks whether a role in CAM is what its function needs."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from deploy.api.console_roles import CONSOLE_ROLES, ConsoleRole
from deploy.configuration.service import Service
from deploy.errors import AccountUnfit, NotPermitted
from deploy.roles.cam import Cam, FoundPolicy, FoundRole
from deploy.roles.grants import Scope
from deploy.roles.wanted import WantedRole, role_names, says_the_same, setup_command, wanted_roles


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
