"""A bar for the person who waits: on standard error, and only if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


def is_watched() -> bool:
    """Return whether standard error is a terminal."""
    return sys.stderr.isatty()


@contextmanager
def progress(what: str, total: int | None = None, *, shown: bool = True) -> Iterator[Advance]:
    """Show how far it is, the rate and, if the total is known, the time left.

    What was counted beforehand can grow meanwhile: the total grows with it.
    """
    if not (shown and is_watched()):
        yield lambda _count: None
        return
    from cli.terminal.bar import bar  # noqa: PLC0415 — rich is only for a terminal

    with bar(what, total) as advance:
        yield advance
