"""Prepares an account for a deployment: the functions' roles, and CI for the bucket.

Its command is `card-ocr setup`; nothing in deploy imports it. It also writes all this as text for
an administrator: policy documents, commands for tccli, which is Tencent's own command line, and
what to do in the console.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from deploy.api.advice import CONSENT, CONSOLE_ROLES
from deploy.api.ci import Ci, Queue
from deploy.errors import AccountUnfit, NotReady, WrongConfiguration
from deploy.roles.cam import (
    Cam,
    FoundPolicy,
    FoundRole,
    Request,
    attachment,
    policy_change,
    policy_creation,
    role_creation,
    trust_change,
)
from deploy.roles.grants import Scope
from deploy.roles.wanted import Document, WantedRole, resources, says_the_same

ACTIVE = "Active"


class Change(NamedTuple):
    """One change: what to show the user who must agree, and the function that makes the change."""

    says: str
    do: Callable[[], object]


def changes(cam: Cam, ci: Ci, roles: Sequence[WantedRole], queue_id: str | None) -> list[Change]:
    """Return a change for all that is missing or differs, in the order to make them.

    Args:
        cam: CAM of the account.
        ci: CI of the input bucket.
        roles: the wanted roles.
        queue_id: QUEUE_ID, if it is set; then only this queue must be active.

    Raises:
        AccountUnfit: a role or a policy of that name differs, and setup didn't make it.
        NotReady: CI is unbinding the bucket, or has no queue.
        WrongConfiguration: CI has no queue of that id.
        RequestFailed, JobServiceFault: the cloud couldn't be asked.
    """
    planned = [one for role in roles for one in role_changes(cam, role)]
    return [*planned, *_ci_changes(ci, queue_id)]


def role_changes(cam: Cam, role: WantedRole) -> Iterator[Change]:
    """Yield the changes to a role, to its policy, and to the attachment of one to the other."""
    policy, found = cam.find_policy(role.name), cam.find_role(role.name)
    yield from _policy_change(cam, role, policy)
    yield from _role_change(cam, role, found)
    if found is None or role.name not in found.attached:
        yield Change(
            f"attach the policy {role.name} to the role {role.name}",
            partial(cam.send, attachment(role)),
        )


def _policy_change(cam: Cam, role: WantedRole, found: FoundPolicy | None) -> Iterator[Change]:
    if found is None:
        yield Change(f"create the policy {role.name}", partial(cam.send, policy_creation(role)))
    elif not says_the_same(found.document, role.policy):
        if not found.ours:
            raise _taken(f"the policy {role.name}")
        update = partial(cam.send, policy_change(role, found.id))
        lost = resources(found.document) - resources(role.policy)
        loses = f"; it no longer allows anything on {', '.join(sorted(lost))}" if lost else ""
        says = f"change the policy {role.name} to what {role.function} needs now{loses}"
        yield Change(says, update)


def _role_change(cam: Cam, role: WantedRole, found: FoundRole | None) -> Iterator[Change]:
    if found is None:
        yield Change(
            f"create the role {role.name}, which only SCF may assume",
            partial(cam.send, role_creation(role)),
        )
    elif not says_the_same(found.trust, role.trust):
        if not found.ours:
            raise _taken(f"the role {role.name}")
        yield Change(
            f"let only SCF assume the role {role.name}", partial(cam.send, trust_change(role))
        )


def _taken(what: str) -> AccountUnfit:
    return AccountUnfit(
        f"{what} was not made by card-ocr setup, differs from what is needed and stays as it is: "
        "delete it, or give the role another name in serverless.yml"
    )


def _ci_changes(ci: Ci, queue_id: str | None) -> Iterator[Change]:
    binding = ci.binding()
    if binding == "unbinding":
        raise NotReady("CI is unbinding the bucket: wait until it is done, then run this again")
    if binding == "off":
        yield Change("bind the bucket to CI", ci.bind)
    if binding == "off" or not ci.recognises():
        yield Change("enable AI recognition, which makes a queue", ci.enable_recognition)
        return
    idle = idle_queue(ci.queues(), queue_id)
    if idle is not None:
        yield Change(f"activate the queue {idle.id}", partial(ci.activate, idle))


def idle_queue(queues: Sequence[Queue], queue_id: str | None) -> Queue | None:
    """Return a paused queue, in which jobs would wait for ever. Return None if a queue is active.

    Raises:
        WrongConfiguration: CI has no queue of that id.
        NotReady: CI has no queue.
    """
    wanted = [queue for queue in queues if queue_id in {None, queue.id}]
    if not wanted:
        if queue_id:
            raise WrongConfiguration("QUEUE_ID", f"CI has no queue {queue_id}: correct QUEUE_ID")
        raise NotReady(
            "CI has no queue for the bucket: enable AI recognition for it in CI's console"
        )
    active = any(queue.state == ACTIVE for queue in wanted)
    return None if active else wanted[0]


def on_paper(scope: Scope, roles: Sequence[WantedRole]) -> str:
    """Return as text what setup would do in an empty account."""
    lines = [f"* {role.name}: open {role.console} and {CONSENT}." for role in CONSOLE_ROLES]
    made = "\n".join(["# Roles that only the consoles make, once", "", *lines])
    return "\n\n".join([made, *_roles(roles), _ci(scope)])


def _roles(roles: Sequence[WantedRole]) -> Iterator[str]:
    yield f"# Who may assume each role\n\n{pretty(roles[0].trust)}"
    for role in roles:
        yield f"# What {role.name} allows\n\n{pretty(role.policy)}"
    makers = (policy_creation, role_creation, attachment)
    commands = [_command(make(role)) for role in roles for make in makers]
    yield "\n".join(["# The same with tccli", "", *commands])


def _command(request: Request) -> str:
    action, parameters = request
    words = (f"--{name} {shlex.quote(str(value))}" for name, value in parameters.items())
    return f"tccli cam {action} {' '.join(words)}"


def _ci(scope: Scope) -> str:
    return f"""\
# Cloud Infinite, in its console

1. Bind the bucket {scope.input_bucket} ({scope.region}).
2. In the bucket's settings enable AI content recognition, which makes a queue.
3. See that this queue is active."""


def pretty(document: Document) -> str:
    """Return a document as indented text."""
    return json.dumps(document, indent=2, ensure_ascii=False)
