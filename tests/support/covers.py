"""Marks the tests that docs/api.md names beside the nodes of CI's API page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])


def covers(*_nodes: str) -> Callable[[Test], Test]:
    """Say which nodes of the page a test holds, by their paths; docs/api.py reads it here."""
    return lambda test: test
