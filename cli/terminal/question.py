"""What is said and asked before something is written, paid for or deleted."""

from __future__ import annotations

import sys

import typer

from cli.terminal.output import printable, say, show
from shared.errors import ConfigurationError
from shared.settings.load import Settings


def place_of(settings: Settings) -> str:
    """Write where a deployment is: its photos, its results, the region, and whether it is local."""
    photos = f"{settings.input_bucket}/{settings.input_prefix}"
    results = f"{settings.output_bucket}/{settings.output_prefix}"
    local = "" if settings.local_cloud is None else f", local ({settings.local_cloud})"
    return printable(f"{photos} → {results}, {settings.region}{local}")


def say_place(settings: Settings, *, json: bool = False) -> None:
    """Name where a command is about to write, before it asks anybody anything."""
    (say if json else show)(place_of(settings))


def agreed(settings: Settings, question: str, *, yes: bool) -> bool:
    """Name the place, ask, and return whether the person agrees; `yes` agrees beforehand.

    Raises:
        ConfigurationError: no terminal is there to ask the question.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "--yes", "there is no terminal to ask on, so nothing was done; --yes agrees beforehand"
        )
    try:
        return typer.confirm(f"{place_of(settings)}: {question}", err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        raise KeyboardInterrupt from None
