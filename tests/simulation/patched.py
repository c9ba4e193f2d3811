"""Imports one module with a bug in it: its text is replaced before it is compiled."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.simulation.bugs import Bug


class AnchorLost(Exception):
    """The text a bug replaces doesn't stand exactly once in its module any more."""


def patched(bug: Bug, text: str) -> str:
    """The module's text with the bug."""
    found = text.count(bug.old)
    if found != 1:
        raise AnchorLost(f"{bug.name}: {found} places in {bug.module} hold {bug.old!r}")
    return text.replace(bug.old, bug.new)


def plant(bug: Bug) -> None:
    """Have every later import of the module meet the bug."""
    if bug.module in sys.modules:
        raise RuntimeError(f"{bug.module} has been imported already: the bug would have no effect")
    sys.meta_path.insert(0, _Finder(bug))


class _Finder(MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._bug.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(self._bug, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, bug: Bug, path: str) -> None:
        super().__init__(bug.module, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType:
        text = patched(self._bug, self.get_data(self.get_filename(fullname)).decode())
        code: CodeType = self.source_to_code(text.encode(), self.path)
        return code
