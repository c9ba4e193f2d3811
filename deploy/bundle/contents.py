"""The files of each function's zip, by their paths in it, and the zip that is made of them."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from deploy.bundle.compiled import compiled
from deploy.bundle.dependencies import bundled_packages, installed_dependencies
from deploy.bundle.licences import Licence, licence
from deploy.bundle.modules import importable

Files = dict[str, bytes]

# requests reads the trusted certificates from it.
_DATA = ("certifi/cacert.pem",)
# Bytecode speeds up cold starts; this large table serves only hosts that aren't ASCII.
NO_BYTECODE = frozenset({"idna/uts46data.py"})
_LEVEL = 9
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip can't hold an earlier time
_READABLE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3


class Contents(NamedTuple):
    """The files of every function's zip, and the packages that each zip has.

    `runtime` is the interpreter that made the bytecode; None if the zips hold only sources.
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
    common = {name: (packages / name).read_bytes() for name in _DATA}
    for item in licences:
        common |= item.texts
    functions = {}
    for key in keys:
        modules = _modules(root, packages, root / "functions" / key / "index.py")
        functions[key] = dict(sorted({**common, **modules, **_bytecode(modules, runtime)}.items()))
    return Contents(functions, licences, runtime)


def _modules(root: Path, packages: Path, handler: Path) -> Files:
    """Return the handler and all modules that it can import."""
    found = {"index.py": handler, **importable([root, packages], [handler])}
    return {name: file.read_bytes() for name, file in found.items()}


def _bytecode(sources: Files, runtime: str | None) -> Files:
    if runtime is None:
        return {}
    return compiled({name: sources[name] for name in sources.keys() - NO_BYTECODE}, runtime)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return the zip of these files. It depends only on their names and bytes: on no clock or disk.

    Everybody may read the files.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            zipped.writestr(entry, files[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return buffer.getvalue()
