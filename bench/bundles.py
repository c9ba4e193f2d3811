"""The functions as they are deployed, and the naive handler as it would be."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from deploy.bundle.compiled import VERSION, find_runtime
from deploy.bundle.contents import archive, contents
from deploy.bundle.dependencies import LOCK, Locked, locked_packages
from tests.support.unpacked import ISOLATED, unpack

ROOT = Path(__file__).parents[1]
FUNCTIONS = ("submit", "callback", "sweep")
_NAIVE = ROOT / "bench/peers/naive/index.py"
# The wheels that pip takes on SCF's platform, except for the package that has only a source.
_SOURCE = "crcmod"
_ON_SCF = ("--platform", "manylinux2014_x86_64", "--platform", "any", "--python-version", VERSION)


class Naive(NamedTuple):
    """The naive handler's zips: without bytecode, and with that of the functions' runtime."""

    plain: bytes
    compiled: bytes


class Unpacked(NamedTuple):
    """Read-only folders with the zips' files."""

    ours: dict[str, Path]
    naive: Path
    naive_compiled: Path


@cache
def ours() -> dict[str, bytes]:
    """The zip of each function, as `sls package` makes it."""
    built = contents(ROOT, FUNCTIONS, runtime())
    return {name: archive(files) for name, files in built.functions.items()}


@cache
def naive() -> Naive:
    """The naive handler and what pip installs for SCF's platform.

    There pip itself makes no bytecode: only an interpreter of that version could.
    """
    with tempfile.TemporaryDirectory() as scratch:
        packages = locked_packages((ROOT / LOCK).read_text(encoding="utf-8"))
        wheels = [package for package in packages if package.name != _SOURCE]
        sources = [package for package in packages if package.name == _SOURCE]
        folder = Path(scratch) / "code"
        _install(folder, wheels, (*_ON_SCF, "--only-binary=:all:"))
        _install(folder, sources, ("--no-build-isolation",))
        shutil.copyfile(_NAIVE, folder / "index.py")
        plain = _zipped(folder)
        compiling = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([runtime(), *compiling, str(folder)], check=True)  # noqa: S603 — our own
        return Naive(plain, _zipped(folder))


@contextmanager
def unpacked() -> Iterator[Unpacked]:
    """Unpack both, as SCF does."""
    with tempfile.TemporaryDirectory() as scratch:
        zips = {**ours(), "naive": naive().plain, "naive compiled": naive().compiled}
        folders = {}
        for name, content in zips.items():
            folders[name] = unpack(io.BytesIO(content), Path(scratch) / name)
        yield Unpacked(folders, folders.pop("naive"), folders.pop("naive compiled"))
        _make_writable(Path(scratch))


def runtime() -> str:
    """An interpreter of the functions' runtime.

    Raises:
        FileNotFoundError: this machine has none.
    """
    found = find_runtime()
    if found is None:
        raise FileNotFoundError(
            f"CPython {VERSION}, the functions' runtime, is not on this machine"
        )
    return found


def command(script: str, folder: Path, *arguments: str) -> list[str]:
    """Return the command that runs a script with only the standard library and the folder.

    `-B`: whoever is root could write bytecode into a read-only folder, which SCF lets nobody do.
    """
    return [runtime(), "-B", *ISOLATED, script, str(folder), *arguments]


def _install(folder: Path, packages: Sequence[Locked], how: Sequence[str]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
        requirements.writelines(package.requirement for package in packages)
        requirements.flush()
        subprocess.run(  # noqa: S603 — our own interpreter and our own arguments
            [
                *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
                *("--require-hashes", "--no-deps", "--no-compile", *how),
                *("--target", str(folder), "-r", requirements.name),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            zipped.write(path, path.relative_to(folder))
    return buffer.getvalue()


def _make_writable(folder: Path) -> None:
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o755)
