"""Who may make which call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from coslocal.cam.calls import Call
from coslocal.cam.policy import Policy


class Asked(NamedTuple):
    """A call that a role made, allowed or not."""

    role: str
    call: Call
    allowed: bool


class AccessControl:
    """Keys of a role may do what the role's policy allows; all other keys are the account's own.

    A role without a policy may do everything. A key that was made with a policy of its own may do
    what that allows besides. `on_call` is told of every call of a role.
    """

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self._policies: dict[str, Policy] = {}
        self._limits: dict[str, tuple[Policy, ...]] = {}
        self.on_call: Callable[[Asked], None] = _ignore
        self._lock = threading.Lock()

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

    def limit(self, secret_id: str, policy: Policy, maker: str | None) -> None:
        """Let a key do no more than a policy allows, and its maker may do, if it has one."""
        with self._lock:
            if maker is not None and maker in self._roles:
                self._roles[secret_id] = self._roles[maker]
            self._limits[secret_id] = (*self._limits.get(maker or "", ()), policy)

    def is_limited(self, secret_id: str) -> bool:
        """Tell whether a key may do less than the account."""
        with self._lock:
            return secret_id in self._roles or secret_id in self._limits

    def has_role(self, role: str) -> bool:
        """Tell whether a role has a policy, or keys."""
        with self._lock:
            return role in self._policies or role in self._roles.values()

    def allows(self, secret_id: str, call: Call, facts: Mapping[str, str]) -> bool:
        """Tell whether the key may make the call, in a request of which conditions see `facts`."""
        role, policies = self._of(secret_id)
        allowed = all(one.allows(call.action, call.resource, facts) for one in policies)
        if role is None:
            return allowed
        self.on_call(Asked(role, call, allowed))
        return allowed

    def denies(self, secret_id: str, call: Call, facts: Mapping[str, str]) -> bool:
        """Tell whether a deny forbids the key a call that another action allows."""
        _, policies = self._of(secret_id)
        return any(one.denies(call.action, call.resource, facts) for one in policies)

    def _of(self, secret_id: str) -> tuple[str | None, list[Policy]]:
        """Return the role of a key, None if it has none, and the policies that it is under."""
        with self._lock:
            role = self._roles.get(secret_id)
            policy = self._policies.get(role) if role is not None else None
            limits = self._limits.get(secret_id, ())
        return role, [one for one in (policy, *limits) if one is not None]


def _ignore(_asked: Asked) -> None:
    return None
