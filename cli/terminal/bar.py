"""The bar of `progress`, drawn with rich: imported if a terminal shows it."""

from __future__ import annotations

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


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Draw it on standard error until the block ends; gives what moves it on."""
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
    ) as drawn:
        task = drawn.add_task(what, total=total)

        def advance(count: int) -> None:
            drawn.advance(task, count)
            completed = int(drawn.tasks[0].completed)
            if total is not None and completed > total:
                drawn.update(task, total=completed)

        yield advance


class _Rate(ProgressColumn):
    """`1,234/s`."""

    def render(self, task: Task) -> Text:
        """Draw it."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")
