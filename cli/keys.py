"""Keys in a file that an operator gives: one a line, or those that an audit called missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from cli.masking import is_digest
from shared.errors import ConfigurationError

Keys = Callable[[], Iterator[str]]
"""Gives the keys from the first one on, as often as it is called."""


def keys_in(path: Path) -> Keys:
    """The keys of a file in UTF-8, one a line; empty lines are none.

    Calling what it gives raises ConfigurationError if the file can't be read.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--keys") as lines:
            for line in lines:
                if key := line.rstrip("\r\n"):
                    yield key

    return keys


def missing_in(path: Path) -> Keys:
    """The keys of what `card-ocr audit --json --reveal` called missing: a finding is a line.

    Calling what it gives raises ConfigurationError if the file is no such document.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--from-audit") as lines:
            if not next(lines, "").startswith('{"findings": ['):
                raise _no_audit(path)
            for line in lines:
                if not line.startswith('{"kind"'):
                    return
                if (key := _missing(path, line)) is not None:
                    yield key

    return keys


def _missing(path: Path, line: str) -> str | None:
    try:
        finding = json.loads(line.rstrip().rstrip(","))
        kind, key = finding["kind"], finding["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_audit(path) from None
    if kind != "missing":
        return None
    if not isinstance(key, str) or is_digest(key):
        raise ConfigurationError(
            "--from-audit", f"{path} holds digests in place of keys; audit with --reveal"
        )
    return key


def _no_audit(path: Path) -> ConfigurationError:
    problem = f"{path} is not what `card-ocr audit --json --reveal` writes"
    return ConfigurationError("--from-audit", problem)


@contextmanager
def _opened(path: Path, option: str) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as text:
            yield text
    except OSError as error:
        raise ConfigurationError(option, f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(option, f"{path} is not UTF-8") from None
