"""Only data goes to standard output; messages, progress and the log go to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

_FILE_COLUMNS = 160
_NAMES = 8


def data(document: object) -> None:
    """Print a document as JSON, for programs."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


class DocumentStream:
    """A JSON object whose first member is a list, which is written as it comes."""

    def __init__(self, name: str) -> None:
        self._start = f'{{"{name}": ['
        self._separator = f"{self._start}\n"

    def add(self, entry: Mapping[str, object]) -> None:
        """Write an entry of the list, a line."""
        sys.stdout.write(self._separator + json.dumps(entry, ensure_ascii=False))
        self._separator = ",\n"

    def end(self, rest: Mapping[str, object]) -> None:
        """Write the other members, of which there is one at least."""
        start = self._start if self._separator.startswith("{") else "\n"
        members = json.dumps(rest, ensure_ascii=False, indent=2)
        sys.stdout.write(f"{start}],\n{members[1:].lstrip()}\n")


_UNREAD = 1  # Typer's exit status, too, if the reader goes while a command writes


def flush_output() -> None:
    """Write what is left of standard output. Exit if its reader is gone, as `head` is when it ends.

    What can't be written is dropped: Python would try it again as it exits, and report that in its
    own words and with an exit status of its own.

    Raises:
        OSError: a disk is full.
    """
    try:
        if sys.stdout is not None:  # the caller can have closed it
            sys.stdout.flush()
    except OSError as error:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(_UNREAD)
        raise


def say(line: str) -> None:
    """Print a line for the person who waits."""
    sys.stderr.write(_lines(line) + "\n")


def show(text: str) -> None:
    """Print what a person asked to see."""
    sys.stdout.write(_lines(text) + "\n")


def show_tables(tables: RenderableType) -> None:
    """Print what a person asked to see: as wide as the terminal, and wide enough for a file."""
    from rich.console import Console  # noqa: PLC0415 — most commands draw no table

    Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_COLUMNS).print(tables)


def clear_screen() -> None:
    """Clear the terminal; does nothing if standard output is none."""
    from rich.console import Console  # noqa: PLC0415 — see above

    Console().clear()


def counted(count: int, what: str) -> str:
    """Write `1 job` or `2,000 jobs`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def listed_counts(counts: Mapping[str, int]) -> str:
    """Write `3 QueuePaused, 1 HTTP401`. After the first names, the others are only counted."""
    first = [f"{count:,} {name}" for name, count in list(counts.items())[:_NAMES]]
    others = sum(list(counts.values())[_NAMES:])
    return ", ".join([*first, *([f"{others:,} others"] if others else [])])


def _lines(text: str) -> str:
    """Escape what would upset a terminal in each line."""
    return "\n".join(map(printable, text.split("\n")))


def printable(text: str) -> str:
    """Escape what would upset a terminal."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
