"""Installs the packages of the functions' lock file into a folder of their own, for SCF's platform.

pip takes only wheels that run on any machine, so every machine makes the same folder. A package
with C code has the same code in Python, and uses that if the C code is absent.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import NamedTuple

from deploy.configuration.environment import without_secrets
from deploy.errors import BundleFailed

LOCK = Path("requirements/functions.txt")

_LEFT_OUT = frozenset(
    {
        "pycryptodome",  # qcloud_cos needs it only for client-side encryption
        # requests guesses a text's encoding with it. Without it requests takes UTF-8, which COS and
        # CI write. Its import took a twelfth of a cold start.
        "charset-normalizer",
    }
)
# It is published only as source. pip builds its C code, and the bundle leaves that out. An old pip
# would install it without its metadata if it weren't told how to build it.
_SOURCE = "crcmod"
_FOR_SCF = ("--platform", "any", "--python-version", "3.10", "--only-binary=:all:")
_FROM_SOURCE = ("--use-pep517", "--no-build-isolation", f"--no-binary={_SOURCE}")

_ENTRY = re.compile(
    r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+).*\n(?:[ ].*\n?)*", re.MULTILINE
)


class Locked(NamedTuple):
    """A package of a lock file; `requirement` is its entry there, with the hashes."""

    name: str
    version: str
    requirement: str


def locked_packages(lock: str) -> list[Locked]:
    """Return the packages of a lock file, in its order; `lock` is the file's text."""
    return [Locked(entry["name"], entry["version"], entry[0]) for entry in _ENTRY.finditer(lock)]


def bundled_packages(root: Path) -> list[Locked]:
    """Return the packages that go into a bundle."""
    lock = (root / LOCK).read_text(encoding="utf-8")
    return [package for package in locked_packages(lock) if package.name not in _LEFT_OUT]


def installed_dependencies(root: Path) -> Path:
    """Return the folder below build/ that holds them. It is made anew only if the lock changes.

    Raises:
        BundleFailed: pip could not install one of them.
    """
    packages = bundled_packages(root)
    recipe = "\n".join([*_FOR_SCF, *_FROM_SOURCE, *(package.requirement for package in packages)])
    folder = root / "build" / f"functions-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "packages"
            _install(made, [package for package in packages if package.name != _SOURCE], _FOR_SCF)
            _install(
                made, [package for package in packages if package.name == _SOURCE], _FROM_SOURCE
            )
            _move(made, folder)
    return folder


def _install(target: Path, packages: Sequence[Locked], how: Sequence[str]) -> None:
    requirements = target.parent / "requirements.txt"
    requirements.write_text("".join(package.requirement for package in packages), encoding="utf-8")
    run = subprocess.run(  # noqa: S603 — our own interpreter and our own arguments
        [
            *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--no-compile", *how),
            *("--target", str(target), "-r", str(requirements)),
        ],
        env=without_secrets(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        lines = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        reason = (lines or run.stderr.splitlines() or ["nothing"])[0].removeprefix("ERROR: ")
        raise BundleFailed(
            f"the packages of {LOCK} could not be installed for the functions; pip says: {reason}"
        )


def _move(made: Path, folder: Path) -> None:
    """Move the finished folder to its place, unless another build was quicker."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(made)


_FOLDER = "licences"
_TEXTS = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


class Licence(NamedTuple):
    """A package's licence as it names it, and its texts by their paths in the zip."""

    package: Locked
    name: str
    texts: dict[str, bytes]


def licence(package: Locked, folder: Path) -> Licence:
    """Return the licence of a package that is installed in a folder.

    Raises:
        BundleFailed: the package has no licence text, so we may not pass it on.
    """
    metadata = _metadata_folder(package, folder)
    headers = HeaderParser().parsestr((metadata / "METADATA").read_text(encoding="utf-8"))
    texts = {
        f"{_FOLDER}/{package.name}/{path.name}": path.read_bytes()
        for path in sorted(metadata.rglob("*"))
        if path.is_file() and path.name.upper().startswith(_TEXTS)
    }
    if not texts:
        raise BundleFailed(f"{package.name} {package.version} has no licence text")
    return Licence(package, _name(headers), texts)


def _metadata_folder(package: Locked, folder: Path) -> Path:
    for metadata in folder.glob("*.dist-info"):
        name = PathDistribution(metadata).metadata["Name"]
        if name.lower().replace("_", "-") == package.name:
            return metadata
    raise BundleFailed(f"{package.name} {package.version} was not installed")


def _name(headers: Message) -> str:
    """Return the licence's name: its SPDX expression, or the name in older metadata."""
    classifiers = [value for value in headers.get_all("Classifier", []) if "License ::" in value]
    from_classifier = classifiers[0].rpartition(" :: ")[2] if classifiers else ""
    named = headers.get("License-Expression") or headers.get("License") or from_classifier
    return str(named).partition("\n")[0]
