"""Names of uploaded files, and of the output's objects, which hold a card's version."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Final, NamedTuple

FOLDER_OF_TYPE: Final = {"IDCard": "id", "DriverLicense": "driver"}
"""The folder of each card type's photos, below the input prefix; `make up` names them too."""

MAX_STEM: Final = 80
MAX_SUFFIX: Final = 10

_VERSION: Final = r"(?P<key>.+)\.(?P<etag>[0-9A-Za-z-]+)(?:~(?P<run>[0-9]+))?"
_RESULT: Final = re.compile(rf"{_VERSION}\.json", re.DOTALL)
_PENDING: Final = re.compile(rf"{_VERSION}\.(?P<attempt>[0-9]{{4}})\.json", re.DOTALL)
_MAX_KEY_BYTES: Final = 700


class Version(NamedTuple):
    """One version of a photo; `key` may be the form that long keys have in names."""

    key: str
    etag: str


class OutputName(NamedTuple):
    """The parts of a pending object's or a result's name; a result's `attempt` is 0."""

    version: Version
    run: int
    attempt: int = 0


def file_name(name: str) -> str:
    """Return the last part of an uploaded file's name, without characters that a key can't have."""
    last = name.replace("\\", "/").rpartition("/")[2]
    path = PurePosixPath("".join(one for one in last if one.isprintable()).strip(" .") or "card")
    return f"{path.stem[:MAX_STEM]}{path.suffix[:MAX_SUFFIX]}"


def parse_result_name(name: str) -> OutputName | None:
    """Read a result's name below its folder, from the right. None if it has another form."""
    match = _RESULT.fullmatch(name)
    return OutputName(_version(match), int(match["run"] or 1)) if match else None


def parse_pending_name(name: str) -> OutputName | None:
    """Read a pending object's name in the same way."""
    match = _PENDING.fullmatch(name)
    if match is None:
        return None
    return OutputName(_version(match), int(match["run"] or 1), int(match["attempt"]))


def _version(match: re.Match[str]) -> Version:
    return Version(match["key"], match["etag"])


def version_in_names(key: str, etag: str) -> Version:
    """Return a photo's version in the form that its objects' names have."""
    encoded = key.encode()
    if len(encoded) > _MAX_KEY_BYTES or key.startswith("~/"):
        return Version(f"~/{hashlib.sha256(encoded).hexdigest()}", etag)
    return Version(key, etag)


def identifier(version: Version) -> str:
    """Return a version's identifier for the page's URLs, which hold no key."""
    return hashlib.sha256(f"{version.etag}.{version.key}".encode()).hexdigest()[:32]
