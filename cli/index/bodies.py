"""The index: a body by the object's name and ETag, in one SQLite file.

It is a copy. An index of another schema, or one that can't be read as a database, is made anew;
what was kept before an interruption is there at the next run. Several commands can use it at once:
what one keeps is written at one go, and between those nobody holds it.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cli.errors import IndexUnusable
from cli.files import locked
from shared.store import Listed

SCHEMA_VERSION = 2  # PRAGMA user_version

_COMMIT_EVERY = 500  # bodies and notes; what an interruption without a signal can lose
_BUSY_SECONDS = 60
_SCHEMA = f"""
    CREATE TABLE IF NOT EXISTS object
        (name TEXT PRIMARY KEY, etag TEXT NOT NULL, body BLOB NOT NULL, note TEXT);
    PRAGMA user_version = {SCHEMA_VERSION};
"""
_NAMES_BELOW = "name >= :folder AND name < :folder || char(1114111)"


class Index:
    """Bodies that were read before. Used by one thread.

    Raises:
        IndexUnusable: from every method, if SQLite fails.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._bodies: dict[str, tuple[str, bytes]] = {}  # by name: ETag, compressed; unwritten yet
        self._notes: dict[str, tuple[str, str]] = {}  # by name: ETag, note; unwritten yet

    def body(self, listed: Listed) -> bytes | None:
        """The body of an object as it is listed now, or None if it has to be read."""
        with self._speaking():
            self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (listed.key,))
            kept = self._bodies.get(listed.key) or self._row("etag, body", listed)
            return zlib.decompress(kept[1]) if kept and kept[0] == listed.etag else None

    def keep(self, listed: Listed, body: bytes) -> None:
        """Keep a body that was read; one of another ETag makes room for it."""
        self._bodies[listed.key] = (listed.etag, zlib.compress(body))
        self._notes.pop(listed.key, None)
        self._wrote()

    def note(self, listed: Listed) -> str | None:
        """What was noted about a body that is kept; None if nothing was."""
        noted = self._notes.get(listed.key)
        if noted is None and listed.key not in self._bodies:
            with self._speaking():
                noted = self._row("etag, note", listed)
        return noted[1] if noted and noted[0] == listed.etag else None

    def annotate(self, listed: Listed, note: str) -> None:
        """Note something about a body that is kept: what would take long to find out again."""
        self._notes[listed.key] = (listed.etag, note)
        self._wrote()

    def forget(self, name: str) -> None:
        """Drop an object that was deleted."""
        self.commit()
        with self._speaking():
            self._connection.execute("DELETE FROM object WHERE name = ?", (name,))

    def forget_unseen(self, folder: str) -> int:
        """Drop what lies under `folder` and was not asked for since the index was opened.

        For the end of a whole listing of that folder: the objects are gone. Returns how many.
        """
        self.commit()
        with self._speaking():
            return self._connection.execute(
                f"DELETE FROM object WHERE {_NAMES_BELOW} "  # noqa: S608 — a constant
                "AND name NOT IN (SELECT name FROM seen)",
                {"folder": folder},
            ).rowcount

    def commit(self) -> None:
        """Write down what was kept."""
        if not self._bodies and not self._notes:
            return
        bodies = [(name, *kept) for name, kept in self._bodies.items()]
        notes = [(note, name, etag) for name, (etag, note) in self._notes.items()]
        self._bodies, self._notes = {}, {}
        with self._speaking(), self._connection:
            # A transaction that reads first is refused at once if another one waits to write.
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?, NULL)", bodies
            )
            self._connection.executemany(
                "UPDATE object SET note = ? WHERE name = ? AND etag = ?", notes
            )

    def _row(self, columns: str, listed: Listed) -> Any:  # noqa: ANN401 — SQLite's
        found = self._connection.execute(
            f"SELECT {columns} FROM object WHERE name = ?",  # noqa: S608 — ours
            (listed.key,),
        )
        return found.fetchone()

    def _wrote(self) -> None:
        if len(self._bodies) + len(self._notes) >= _COMMIT_EVERY:
            self.commit()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, zlib.error) as error:
            raise IndexUnusable(self._path, str(error)) from None


@contextmanager
def open_index(path: Path) -> Iterator[Index]:
    """The index at that path, made if there is none.

    Raises:
        IndexUnusable: it can't be opened or made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(path.parent, waits=True):  # it is made once
            connection = _connect(path)
    except (sqlite3.Error, OSError) as error:
        raise IndexUnusable(path, str(error)) from None
    with closing(connection):
        index = Index(connection, path)
        try:
            yield index
        finally:
            index.commit()  # after Ctrl-C too: what was read need not be read again


def delete_index(path: Path) -> bool:
    """Delete the file; whether there was one."""
    _remove(Path(f"{path}-journal"))
    return _remove(path)


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's own mode is the umask's
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        if _is_of_this_schema(connection):
            return _prepared(connection)
    except sqlite3.OperationalError:  # locked, or no disk: no reason to throw it away
        connection.close()
        raise
    except sqlite3.DatabaseError:  # no database
        pass
    connection.close()
    delete_index(path)
    return _connect(path)


def _is_of_this_schema(connection: sqlite3.Connection) -> bool:
    """Whether it can be used; a new file gets the schema."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        connection.executescript(_SCHEMA)
        return True
    return bool(version == SCHEMA_VERSION)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA secure_delete = ON")  # what is dropped is overwritten
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute("CREATE TEMP TABLE seen (name TEXT PRIMARY KEY) WITHOUT ROWID")
    return connection


def _remove(path: Path) -> bool:
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed
