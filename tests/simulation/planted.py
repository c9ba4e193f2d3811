"""Plants a bug: its names are replaced in every module that has imported them."""

from __future__ import annotations

import importlib
import sys

from tests.simulation.bugs import Bug, Change

_FOLDERS = ("shared.", "cli.", "tests.simulation.")


def plant(bug: Bug) -> None:
    """Replace what the bug changes, for the rest of this process.

    Raises:
        AttributeError: a name is gone.
    """
    for change in bug.changes:
        _replace(change)


def original_of(change: Change) -> object:
    """What the change takes the place of."""
    module, _, path = change.target.partition(":")
    found: object = importlib.import_module(module)
    for name in path.split("."):
        found = vars(found)[name] if isinstance(found, type) else getattr(found, name)
    return found


def _replace(change: Change) -> None:
    module, _, path = change.target.partition(":")
    original = original_of(change)
    owner, _, name = path.rpartition(".")
    if owner:
        setattr(getattr(importlib.import_module(module), owner), name, change.make(original))
        return
    replacement = change.make(original)
    for known in list(sys.modules.values()):
        is_ours = getattr(known, "__name__", "").startswith(_FOLDERS)
        if is_ours and vars(known).get(name) is original:
            setattr(known, name, replacement)
