"""The index of a deployment, as commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.index.bodies import Index, open_index
from cli.index.place import index_path
from shared.settings.load import Settings


@contextmanager
def opened_index(settings: Settings, *, kept: bool = True) -> Iterator[Index | None]:
    """This machine's index of the deployment; None if nothing is to be kept here.

    Raises:
        IndexUnusable: it can't be opened or made.
    """
    if not kept:
        yield None
        return
    with open_index(index_path(settings)) as index:
        yield index
