"""The files of each function's zip, by their paths in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.bundle.compiled import compiled
from deploy.bundle.dependencies import bundled_packages, installed_dependencies
from deploy.bundle.licences import Licence, licence
from deploy.bundle.modules import importable, names_below

Files = dict[str, bytes]

# requests reads it to know whom to trust.
_DATA = ("certifi/cacert.pem",)


class Contents(NamedTuple):
    """What goes into the zips, with the packages that are in each of them.

    `runtime` is the interpreter that made the bytecode, None where the zips hold sources alone.
    """

    functions: dict[str, Files]
    licences: list[Licence]
    runtime: str | None


def contents(root: Path, keys: Iterable[str], runtime: str | None) -> Contents:
    """Gather the files of every function.

    Args:
        root: the repository.
        keys: the functions' folders under functions/.
        runtime: an interpreter of SCF's runtime for bytecode beside the sources, or None.

    Raises:
        BundleFailed: a package is missing, or a module can't be compiled.
    """
    packages = installed_dependencies(root)
    licences = [licence(package, packages) for package in bundled_packages(root)]
    handlers = {key: root / "functions" / key / "index.py" for key in keys}
    common = _modules(root, packages, list(handlers.values()))
    common |= _bytecode(common, runtime)
    for item in licences:
        common |= item.texts
    common |= {name: (packages / name).read_bytes() for name in _DATA}
    functions = {}
    for key, handler in handlers.items():
        own = {"index.py": handler.read_bytes()}
        functions[key] = dict(sorted({**common, **own, **_bytecode(own, runtime)}.items()))
    return Contents(functions, licences, runtime)


def _modules(root: Path, packages: Path, handlers: Sequence[Path]) -> Files:
    """All of shared/, and what it and the handlers import."""
    folders, shared = [root, packages], names_below(root / "shared")
    found = importable(folders, handlers, shared)
    return {name: file.read_bytes() for name, file in found.items()}


def _bytecode(sources: Files, runtime: str | None) -> Files:
    return compiled(sources, runtime) if runtime else {}
