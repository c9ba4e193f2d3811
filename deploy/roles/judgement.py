"""Whether a role, as CAM has it, is what its function needs."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from deploy.api.console_roles import CONSOLE_ROLES, ConsoleRole
from deploy.configuration.service import Service
from deploy.errors import NotPermitted, RoleMissing, RoleUnfit
from deploy.roles.cam import Cam, FoundPolicy, FoundRole
from deploy.roles.documents import says_the_same
from deploy.roles.scope import Scope
from deploy.roles.wanted import WantedRole, role_names, setup_command, wanted_roles


def check_roles(cam: Cam, service: Service, scope: Scope) -> None:
    """Whether every role is there: those that consoles make, and those of serverless.yml.

    A role of serverless.yml must be SCF's and allow what its function needs. Somebody who may not
    read roles learns it from SCF, or from `card-ocr doctor`.

    Raises:
        RoleMissing: there is no such role.
        RoleUnfit: it would have its function fail, or others take it on.
    """
    setup = setup_command(service.stage)
    with contextlib.suppress(NotPermitted):
        missing = missing_console_roles(cam)
        if missing:
            raise RoleMissing("; ".join(role.advice for role in missing))
        for role in wanted_roles(scope, role_names(service)):
            if role.function in service.functions:
                _check_role(cam, role, setup)


def missing_console_roles(cam: Cam) -> list[ConsoleRole]:
    """The roles that no console has made yet; raises RequestFailed."""
    return [role for role in CONSOLE_ROLES if cam.find_role(role.name) is None]


def _check_role(cam: Cam, role: WantedRole, setup: str) -> None:
    found = cam.find_role(role.name)
    if found is None:
        raise RoleMissing.of_function(role.name, setup)
    problem = unfit(role, found, cam.policies(found), setup)
    if problem is not None:
        raise RoleUnfit(problem)


def unfit(
    wanted: WantedRole, found: FoundRole, policies: Sequence[FoundPolicy], setup: str
) -> str | None:
    """Why the function shouldn't run in it, with what to do; None if it may.

    Args:
        wanted: the role as it is to be.
        found: the role as it is.
        policies: all that are attached to it.
        setup: the command that makes it as it is to be.
    """
    if not says_the_same(found.trust, wanted.trust):
        return f"{wanted.name} isn't SCF's alone to take on: run `{setup}`"
    if not any(says_the_same(one.document, wanted.policy) for one in policies):
        return (
            f"no policy of {wanted.name} allows just what {wanted.function} needs with these "
            f"settings: run `{setup}`"
        )
    return None


def too_much(wanted: WantedRole, policies: Sequence[FoundPolicy]) -> str | None:
    """What to detach, since it allows more than the function needs; None if nothing does."""
    others = [one.name for one in policies if not says_the_same(one.document, wanted.policy)]
    if not others:
        return None
    return f"{wanted.name} allows more than it needs: detach {', '.join(others)}"
