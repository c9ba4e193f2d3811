"""Who may make which call, and a record of every call a role made."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

from local.cam.calls import Call
from local.cam.policy import Policy


class Recorded(NamedTuple):
    """A call that a role made, allowed or not."""

    role: str
    call: Call
    allowed: bool


class AccessControl:
    """Keys of a role may do what the role's policy allows; all other keys are the account's own.

    A role without a policy may do everything; its calls are recorded all the same.
    """

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self._policies: dict[str, Policy] = {}
        self._recorded: list[Recorded] = []
        self._lock = threading.Lock()

    @property
    def recorded(self) -> list[Recorded]:
        """Every call of a role, in their order."""
        with self._lock:
            return list(self._recorded)

    def forget(self) -> None:
        """Forget the calls so far."""
        with self._lock:
            self._recorded.clear()

    def attach(self, role: str, document: Mapping[str, Any]) -> None:
        """Give a role a policy, in place of the one it had.

        Raises:
            PolicyMalformed: It is no policy.
        """
        policy = Policy(document)
        with self._lock:
            self._policies[role] = policy

    def assume(self, role: str, secret_id: str) -> None:
        """Let a key be one of this role's."""
        with self._lock:
            self._roles[secret_id] = role

    def allows(self, secret_id: str, call: Call) -> bool:
        """Tell whether the key may make the call, and record it if it is a role's."""
        with self._lock:
            role = self._roles.get(secret_id)
            if role is None:
                return True
            policy = self._policies.get(role)
            allowed = policy is None or policy.allows(call.action, call.resource)
            self._recorded.append(Recorded(role, call, allowed))
            return allowed
