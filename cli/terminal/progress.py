"""A bar for the person who waits: on standard error, and only if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

Advance = Callable[[int], None]


def is_watched() -> bool:
    """Return whether standard error is a terminal."""
    return sys.stderr.isatty()


@contextmanager
def progress(what: str, total: int | None = None, *, shown: bool = True) -> Iterator[Advance]:
    """Show how far it is, the rate and, if the total is known, the time left."""
    if not (shown and is_watched()):
        yield lambda _count: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        *((TimeRemainingColumn(),) if total else ()),
    )
    # Redirected, data on standard output would be drawn above the bar, on standard error.
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.advance(task, count)


class _Rate(ProgressColumn):
    """`1,234/s`."""

    def render(self, task: Task) -> Text:
        """Draw it."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")
