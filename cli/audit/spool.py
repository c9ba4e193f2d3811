"""Rows set aside: a few in memory, many in a temporary file without a name."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar

from shared.store import Listed

T = TypeVar("T")

_IN_MEMORY_BYTES = 4_000_000
_ROWS_AT_ONCE = 1000


class Spool(Generic[T]):
    """Rows that come out in the order they went in. `stack` closes the file."""

    def __init__(self, stack: ExitStack) -> None:
        self._file = stack.enter_context(SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 — see `stack`
        self._rows: list[T] = []

    def append(self, row: T) -> None:
        """Set a row aside."""
        self._rows.append(row)
        if len(self._rows) == _ROWS_AT_ONCE:
            pickle.dump(self._rows, self._file)
            self._rows = []

    def __iter__(self) -> Iterator[T]:
        end = self._file.tell()
        self._file.seek(0)
        while self._file.tell() < end:
            yield from pickle.load(self._file)  # noqa: S301 — what `append` wrote
        yield from self._rows


class SortedSources:
    """Photos that come out in the order of a name other than their key.

    SQLite's private database: a small cache in memory, the rest in a file without a name. `stack`
    closes it.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._database = sqlite3.connect("")
        stack.callback(self._database.close)
        self._database.execute("CREATE TABLE source (name TEXT, key TEXT, etag TEXT, size, at)")
        self.count = 0

    def add(self, name: str, source: Listed) -> None:
        """Set a photo aside."""
        self.count += 1
        self._database.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", (name, *source[:4]))

    def __iter__(self) -> Iterator[tuple[str, Listed]]:
        rows = self._database.execute("SELECT name, key, etag, size, at FROM source ORDER BY name")
        for name, *listed in rows:
            yield name, Listed(*listed)
