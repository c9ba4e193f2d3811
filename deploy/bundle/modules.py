"""Finds the modules that the functions can import, from import statements. It runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from modulefinder import ModuleFinder
from pathlib import Path

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
