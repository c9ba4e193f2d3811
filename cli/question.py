"""The question before money is spent or something is deleted."""

from __future__ import annotations

import sys

import typer

from shared.errors import ConfigurationError


def agreed(question: str, *, yes: bool) -> bool:
    """Whether the person at the terminal agrees; `yes` agrees beforehand.

    Raises:
        ConfigurationError: nobody is there to be asked.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "--yes", "nobody is there to be asked, so nothing was done; --yes agrees beforehand"
        )
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        raise KeyboardInterrupt from None
