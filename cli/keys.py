"""Keys in a file that an operator gives: one a line, or those that an audit called missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from shared.errors import ConfigurationError

Keys = Callable[[], Iterator[str]]
"""Gives the keys from the first one on, as often as it is called."""


def keys_in(path: Path) -> Keys:
    """The keys of a file in UTF-8, one a line; empty lines are none.

    Calling what it gives raises ConfigurationError where the file can't be read.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--keys") as lines:
            for line in lines:
                if key := line.rstrip("\r\n"):
                    yield key

    return keys


def missing_in(path: Path) -> Keys:
    """The keys of what `card-ocr audit --json` called missing.

    Calling what it gives raises ConfigurationError where the file is no such document.
    """

    def keys() -> Iterator[str]:
        with _opened(path, "--from-audit") as lines:
            try:
                missing = json.load(lines)["missing"]
                found = [card if isinstance(card, str) else card["key"] for card in missing]
            except (ValueError, KeyError, TypeError, RecursionError):
                problem = f"{path} is not what `card-ocr audit --json` writes"
                raise ConfigurationError("--from-audit", problem) from None
        yield from found

    return keys


@contextmanager
def _opened(path: Path, option: str) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8", newline="\n") as text:
            yield text
    except OSError as error:
        raise ConfigurationError(option, f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(option, f"{path} is not UTF-8") from None
