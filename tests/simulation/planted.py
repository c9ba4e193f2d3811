"""A deliberate bug, and how it is planted: in every module that has imported what it replaces.

A bug replaces functions or constants by others. A name that is gone fails loudly, and a rename
within an expression breaks no bug.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

_FOLDERS = ("shared.", "cli.", "tests.simulation.")

Make = Callable[[Any], Any]


class Change(NamedTuple):
    """A name, as `module:name` or `module:Class.name`, and what takes the original's place."""

    target: str
    make: Make


class Bug(NamedTuple):
    """A bug; `told_by` names the histories that show it."""

    name: str
    changes: tuple[Change, ...]
    told_by: str = "history"


class Bugs(list[Bug]):
    """Bugs whose functions stand in for the pipeline's."""

    def instead(
        self, name: str, target: str, *also: Change, told_by: str = "history"
    ) -> Callable[[Callable[..., Any]], Make]:
        """Have a function be called instead of `target`, with the original before its arguments."""

        def note(work: Callable[..., Any]) -> Make:
            def make(original: Any) -> Any:
                return lambda *arguments, **named: work(original, *arguments, **named)

            self.append(Bug(name, (Change(target, make), *also), told_by))
            return make

        return note


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
