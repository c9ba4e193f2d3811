"""What a lock file holds: a requirement with its hashes for every package."""

from __future__ import annotations

import re
from typing import NamedTuple

_ENTRY = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+).*\n(?:[ ].*\n?)*", re.MULTILINE
)


class Locked(NamedTuple):
    """A package; `requirement` is its entry in the lock, hashes included."""

    name: str
    version: str
    requirement: str


def locked_packages(lock: str) -> list[Locked]:
    """The packages of a lock, in its order."""
    return [Locked(entry["name"], entry["version"], entry[0]) for entry in _ENTRY.finditer(lock)]
