"""Which modules the functions can import: found by following import statements, running nothing."""

from __future__ import annotations

from collections.abc import Sequence
from modulefinder import ModuleFinder
from pathlib import Path

# Import statements lead there, but each needs a package or a platform that isn't there.
_NEEDS_WHAT_IS_ABSENT = (
    "urllib3.contrib.emscripten",  # a browser
    "urllib3.contrib.pyopenssl",  # pyOpenSSL
    "urllib3.contrib.socks",  # PySocks
    "urllib3.http2.connection",  # h2
)


def importable(folders: Sequence[Path], scripts: Sequence[Path]) -> dict[str, Path]:
    """Every Python source that can be imported, by its path below its folder.

    Args:
        folders: where modules are looked for, first come first served; what lies elsewhere, the
            standard library above all, is not followed.
        scripts: files to begin with, which are none of the modules themselves.
    """
    finder = ModuleFinder([str(folder) for folder in folders], excludes=_NEEDS_WHAT_IS_ABSENT)
    for script in scripts:
        finder.run_script(str(script))  # it is read and not run
    found = [getattr(module, "__file__", None) for module in finder.modules.values()]
    sources = {Path(file) for file in found if file and file.endswith(".py")}
    return {_below(folders, file): file for file in sorted(sources - set(scripts))}


def _below(folders: Sequence[Path], file: Path) -> str:
    around = (folder for folder in folders if file.is_relative_to(folder))
    folder = max(around, key=lambda folder: len(folder.parts))  # one may lie inside another
    return file.relative_to(folder).as_posix()
