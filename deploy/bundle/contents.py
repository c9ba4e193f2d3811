"""The files of each function's zip, by their paths in it, the zip, and the manifest of a build.

The modules are those that a handler can import: import statements name them, and nothing is run.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from modulefinder import ModuleFinder
from pathlib import Path
from typing import NamedTuple

from deploy.bundle.compiled import VERSION, compiled
from deploy.bundle.dependencies import Licence, bundled_packages, installed_dependencies, licence

# Import statements name these modules, but each needs a package or a platform that SCF lacks.
_NEEDS_WHAT_IS_ABSENT = (
    "urllib3.contrib.emscripten",  # a browser
    "urllib3.contrib.pyopenssl",  # pyOpenSSL
    "urllib3.contrib.socks",  # PySocks
    "urllib3.http2.connection",  # h2
)


def importable(folders: Sequence[Path], scripts: Sequence[Path]) -> dict[str, Path]:
    """Return every Python source that can be imported, by its path below its folder.

    Args:
        folders: where to look for modules; the first folder that has a module counts. Modules
            elsewhere, mostly the standard library's, are left out.
        scripts: files to begin with; they are not in what this returns.
    """
    finder = ModuleFinder([str(folder) for folder in folders], excludes=_NEEDS_WHAT_IS_ABSENT)
    for script in scripts:
        finder.run_script(str(script))  # in spite of its name, this only reads the script
    found = [getattr(module, "__file__", None) for module in finder.modules.values()]
    sources = {Path(file) for file in found if file and file.endswith(".py")}
    return {_below(folders, file): file for file in sorted(sources - set(scripts))}


def _below(folders: Sequence[Path], file: Path) -> str:
    around = (folder for folder in folders if file.is_relative_to(folder))
    folder = max(around, key=lambda folder: len(folder.parts))  # one may lie inside another
    return file.relative_to(folder).as_posix()


Files = dict[str, bytes]

MANIFEST = "manifest.json"

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
        handler = root / "functions" / key / "index.py"
        sources = {"index.py": handler, **importable([root, packages], [handler])}
        modules = {name: file.read_bytes() for name, file in sources.items()}
        read = {name: modules[name] for name in modules.keys() - NO_BYTECODE}
        bytecode = compiled(read, runtime) if runtime else {}
        functions[key] = dict(sorted({**common, **modules, **bytecode}.items()))
    return Contents(functions, licences, runtime)


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


def manifest(built: Contents, zips: Mapping[str, bytes]) -> str:
    """Return the manifest as JSON text. Every build of the same files has the same manifest."""
    document = {
        "schema": "card-ocr.manifest.v1",
        "bytecode": f"CPython {VERSION}" if built.runtime else None,
        "packages": [
            {"name": item.package.name, "version": item.package.version, "licence": item.name}
            for item in built.licences
        ],
        "functions": {
            key: {
                "zip": f"{key}.zip",
                "bytes": len(zips[key]),
                "sha256": _sha256(zips[key]),
                "files": {name: _sha256(content) for name, content in files.items()},
            }
            for key, files in built.functions.items()
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
