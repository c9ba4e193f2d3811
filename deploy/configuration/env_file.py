"""Reads `.env` for the deployer and for `card-ocr`, in the way `sls` reads it for the functions.

`sls` uses two packages of Node. dotenv parses the file; this module uses dotenv's own regular
expression. dotenv-expand then replaces `$NAME` and `${NAME}`; this module refuses a `$`, and a name
that must be a typo. Source: dotenv 17.4, lib/main.js.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from deploy.configuration.environment import API_DOMAIN, SECRET_ID, SECRET_KEY, TOKEN
from shared.errors import ConfigurationError
from shared.settings.variables import DEFAULTS

_LINE = re.compile(
    r"""^\s*(?:export\s+)?([A-Za-z0-9_.-]+)(?:\s*=\s*?|:\s+?)"""
    r"""(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$""",
    re.MULTILINE,
)
_QUOTED = re.compile(r"""^(['"`])(.*)\1$""", re.MULTILINE | re.DOTALL)

_FROM_SCF = {"TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"}
_KNOWN = sorted((DEFAULTS.keys() - _FROM_SCF) | {SECRET_ID, SECRET_KEY, TOKEN, API_DOMAIN})
_SIMILAR = 0.8  # of 1; the file may also hold other programs' variables


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of a file, with the empty ones. Return none if there is no file.

    Raises:
        ConfigurationError: the file isn't text in UTF-8, a value has a `$`, or a name is nearly a
            variable of the functions or the deployer.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise ConfigurationError(str(path), "is not text in UTF-8") from None
    settings = dict(_lines(text))
    for name, value in settings.items():
        _check_name(path, name)
        if "$" in value:
            raise ConfigurationError(
                name,
                f"has a $ in {path.name}, which sls would read as the beginning of a variable's "
                "name; write a value without one",
            )
    return settings


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for match in _LINE.finditer(re.sub("\r\n?", "\n", text)):
        written = (match[2] or "").strip()
        value = _QUOTED.sub(r"\2", written)
        if written.startswith('"'):
            value = value.replace(r"\n", "\n").replace(r"\r", "\r")
        yield match[1], value


def _check_name(path: Path, name: str) -> None:
    if name in _KNOWN:
        return
    for similar in get_close_matches(name.upper(), _KNOWN, 1, _SIMILAR):
        raise ConfigurationError(
            name, f"is in {path.name}, but is not a variable of card-ocr; write {similar}"
        )
