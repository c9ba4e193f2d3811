"""Which results there are, and which of a card's results is the current one.

A listing has no order that could be relied on for that: `img.<etag>.json` stands after
`img-1.<etag>.json`, and runs and contents of one card can lie pages apart. They are sorted by
SQLite in a temporary database of its own, which goes to disk if it grows and is gone with the
process: a bucket of any size takes the same memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from cli.listing import pages
from cli.results import Stored
from shared.pipeline.context import Context
from shared.store import Listed, Page
from shared.store.layout import (
    ResultName,
    etag_of,
    name_of_key,
    parse_result_name,
    results_folder,
    run_of,
)

_TABLE = """
CREATE TABLE results (
    key TEXT, etag TEXT, run INTEGER, version TEXT, name TEXT, object_etag TEXT, size INTEGER,
    written REAL, current INTEGER DEFAULT 0,
    PRIMARY KEY (key, etag, run)
) WITHOUT ROWID
"""
_ADD = "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)"
_MARK = "UPDATE results SET current = 1 WHERE key = ? AND etag = ?"

_COLUMNS = "name, object_etag, size, written, key, version, current"
_EVERY = f"SELECT {_COLUMNS} FROM results ORDER BY key, etag, run"  # noqa: S608 — ours

# The content that lies there now before any other, then the one read last; of it, the highest run.
_ONE_A_CARD = f"""
SELECT {_COLUMNS} FROM (
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY current DESC, begun DESC, run DESC) AS n
    FROM (SELECT *, min(written) OVER (PARTITION BY key, etag) AS begun FROM results)
) WHERE n = 1 ORDER BY key
"""  # noqa: S608 — ours


class Catalogue:
    """The results of a bucket, or of the part of it whose keys begin with a prefix."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute(_TABLE)

    def add(self, prefix: str, page: Page) -> None:
        """Take the results in a page of a listing of our objects; `prefix` is OUTPUT_PREFIX."""
        named = [(parse_result_name(prefix, listed.key), listed) for listed in page.objects]
        self._database.executemany(
            _ADD, [_row(name, listed) for name, listed in named if name is not None]
        )

    def mark(self, page: Page) -> None:
        """Take notice of the photos in a page of their listing."""
        self._database.executemany(
            _MARK, [(name_of_key(listed.key), listed.etag) for listed in page.objects]
        )

    def count(self, *, every: bool) -> int:
        """How many `results` there will be."""
        counted = "*" if every else "DISTINCT key"
        (count,) = self._database.execute(f"SELECT count({counted}) FROM results").fetchone()  # noqa: S608
        return int(count)

    def results(self, *, every: bool) -> Iterator[Stored]:
        """The current result of each card, by key; every content and run of it if asked for."""
        for *listed, key, version, current in self._database.execute(
            _EVERY if every else _ONE_A_CARD
        ):
            yield Stored(Listed(*listed), key, version, bool(current))


@contextmanager
def open_catalogue() -> Iterator[Catalogue]:
    """An empty catalogue, gone at the end of the block."""
    with closing(sqlite3.connect("")) as database:
        yield Catalogue(database)


def fill(found: Catalogue, context: Context, prefix: str, heard: Callable[[int], None]) -> None:
    """List results and photos whose keys begin with `prefix`; `heard` is told how many.

    One request for 1,000 objects. Names of long keys don't begin as the keys do, so all of those
    are listed, whatever the prefix.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    settings, store = context.settings, context.store
    folder = results_folder(settings.output_prefix)
    for part in (folder + prefix, f"{folder}~/") if prefix else (folder,):
        for page in pages(store.list_objects, part):
            found.add(settings.output_prefix, page)
            heard(len(page.objects))
    for page in pages(store.list_photos, prefix or settings.input_prefix):
        found.mark(page)
        heard(len(page.objects))


def _row(name: ResultName, listed: Listed) -> tuple[object, ...]:
    place = (name.key, etag_of(name.version), run_of(name.version), name.version)
    return (*place, *listed[:4])
