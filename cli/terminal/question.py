"""What is said and asked before something is written, paid for or deleted."""

from __future__ import annotations

import sys

from cli.terminal.output import printable, say, show
from shared.errors import ConfigurationError
from shared.settings.load import Settings

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


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
    while True:
        sys.stderr.write(f"{place_of(settings)}: {question} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:  # the end of the input, as by Ctrl-D
            raise KeyboardInterrupt
        if answer.strip().lower() in _ANSWERS:
            return _ANSWERS[answer.strip().lower()]
        say("Write y or n; nothing was done yet.")
