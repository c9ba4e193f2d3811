"""Regular expressions that somebody else wrote."""

from __future__ import annotations

import re


def check_pattern(name: str, pattern: str) -> None:
    """Check that `pattern`, which is called `name`, is a regular expression.

    Raises:
        ValueError: It is none; the message says so.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{name} is no regular expression: {error}") from error
