"""Setup as text for an administrator: policy documents, commands, and what to do in the console.

The commands are for tccli, Tencent's own command line. This module sends nothing.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence

from deploy.api.console_roles import CONSENT, CONSOLE_ROLES
from deploy.roles.cam import Request, attachment, policy_creation, role_creation
from deploy.roles.documents import Document
from deploy.roles.scope import Scope
from deploy.roles.wanted import WantedRole


def on_paper(scope: Scope, roles: Sequence[WantedRole]) -> str:
    """Return as text what setup would do in an empty account."""
    return "\n\n".join([_console_roles(), *_roles(roles), _ci(scope)])


def _console_roles() -> str:
    lines = [f"* {role.name}: open {role.console} and {CONSENT}." for role in CONSOLE_ROLES]
    return "\n".join(["# Roles that only the consoles make, once", "", *lines])


def _roles(roles: Sequence[WantedRole]) -> Iterator[str]:
    yield f"# Who may assume each role\n\n{pretty(roles[0].trust)}"
    for role in roles:
        yield f"# What {role.name} allows\n\n{pretty(role.policy)}"
    yield "\n".join(
        ["# The same with tccli", "", *(line for role in roles for line in _lines(role))]
    )


def _lines(role: WantedRole) -> Iterator[str]:
    for request in (policy_creation(role), role_creation(role), attachment(role)):
        yield _command(request)


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
