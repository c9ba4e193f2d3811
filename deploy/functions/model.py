"""Functions as they are wanted and as SCF has them, in one form that can be compared."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import NamedTuple

from deploy.functions.triggers import FoundTrigger, Rule, address_of


class Configuration(NamedTuple):
    """What UpdateFunctionConfiguration can change; `memory_size` in MB, `timeout` in seconds.

    `logs` is the CLS set and topic; None in a wanted function means that SCF chooses them.
    `dead_letter_queue` is the queue's type and name; both are empty if there is none.
    """

    memory_size: int
    timeout: int
    role: str
    logs: tuple[str, str] | None
    dead_letter_queue: tuple[str, str]
    environment: Mapping[str, str]

    def __repr__(self) -> str:
        """Show no value, since the environment holds the secrets."""
        return "Configuration(…)"


class Asynchronous(NamedTuple):
    """How often SCF repeats an event, and for how many seconds it keeps the event."""

    retries: int
    event_age: int


class Wanted(NamedTuple):
    """A function of serverless.yml. `concurrency` is in MB of memory; None means no ceiling."""

    key: str
    name: str
    runtime: str
    code: bytes
    code_sha256: str
    configuration: Configuration
    asynchronous: Asynchronous
    concurrency: int | None
    tags: Mapping[str, str]
    rules: tuple[Rule, ...]

    def __repr__(self) -> str:
        """Show only the name."""
        return f"Wanted({self.name})"


class Found(NamedTuple):
    """A function that SCF has. `code_sha256` is None if somebody else made the function."""

    name: str
    status: str
    reason: str
    runtime: str
    modified: str
    code_sha256: str | None
    configuration: Configuration
    asynchronous: Asynchronous | None
    concurrency: int | None
    tags: Mapping[str, str]
    triggers: tuple[FoundTrigger, ...]

    @property
    def ours(self) -> bool:
        """Return whether this service made the function."""
        return self.code_sha256 is not None

    @property
    def failed(self) -> bool:
        """Return whether the function's last change failed in SCF."""
        return self.status.endswith("Failed")

    @property
    def url(self) -> str | None:
        """Return the function's public address, None if it has none."""
        return address_of(self.triggers)


def changed_variables(found: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Return only the names of the variables that differ, since some values are secrets."""
    names = sorted(found.keys() | wanted.keys())
    return tuple(name for name in names if not _same(found.get(name), wanted.get(name)))


def _same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
