"""The licence of each package in the bundle: its name, and the texts that must be passed on."""

from __future__ import annotations

from email.message import Message
from email.parser import HeaderParser
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import NamedTuple

from deploy.bundle.dependencies import Locked
from deploy.errors import BundleFailed

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
