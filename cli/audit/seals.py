"""Hold what is in the bucket now against what its seals name.

Seals name objects by the SHA-256 of their names, in the order of names, which listings don't show
side by side. So both go into a temporary SQLite database that sorts them, as cli/bucket/cards.py
does: a bucket of any size takes the same memory.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from cli.audit.judgement import AuditFinding
from cli.audit.tampering import Sealed, SealedObject, Tampering, judge_object
from cli.bucket.documents import document_in
from cli.bucket.listing import pages
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import RefusedBody
from cli.delete import forget, purge
from cli.delete.record import noted_in, recorded_in
from cli.seal.chain import (
    ChainProblem,
    StoredSeal,
    entries_of,
    list_seals,
    problems_of,
    read_chain,
)
from cli.seal.manifest import Seal, SealEntry, entry_of, sha256_of
from cli.terminal.progress import Advance
from shared.pipeline.context import Context
from shared.store import Listed, Page
from shared.store.layout import (
    deleted_folder,
    parse_result_name,
    parse_review_name,
    reviews_folder,
)
from shared.times import rfc3339

_NOW, _RECORD, _GOING = 0, -1, -2  # in place of a seal's number
_GOING_SECONDS = 86_400  # no forget and no purge takes longer without being called again

_TABLE = """
CREATE TABLE known (
    name BLOB, source INTEGER, etag TEXT, size INTEGER, last_modified INTEGER, body BLOB, key TEXT
)
"""
_ADD = "INSERT INTO known VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL = "SELECT * FROM known ORDER BY name, source"

_RECORD_NAME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9a-f]{32}[.]json")

_Row = tuple[bytes, int, str, int, int, bytes | None, str | None]


class SealCheck:
    """Compares a bucket with its seals. Use it in this order, since objects come and go meanwhile.

    `read_seals`, `add_page` for each page of the results, `read_rest`, `findings`, `document`.
    """

    def __init__(self, context: Context, database: sqlite3.Connection) -> None:
        self._context = context
        self._database = database
        self._chain: list[StoredSeal] = []
        self._whole: list[StoredSeal] = []
        self._problems: list[ChainProblem] = []
        self._counts: Counter[str] = Counter()
        database.execute(_TABLE)

    # -- gather

    def read_seals(self, expect: str | None, advance: Advance) -> None:
        """Read the seals and their parts.

        Args:
            expect: the SHA-256 of a seal that must be in the chain.
            advance: is told how many objects each part names.
        """
        self._chain = [*read_chain(self._context, list_seals(self._context))]
        self._problems = [*problems_of(self._chain)]
        if expect is not None and expect not in {stored.sha256 for stored in self._chain}:
            text = "no seal has the SHA-256 that --expect names: seals were cut off or made anew"
            self._problems.append(ChainProblem(None, text))
        for stored in self._chain:
            if stored.seal is not None and self._is_whole(stored.number, stored.seal, advance):
                self._whole.append(stored)

    def _is_whole(self, seal_number: int, seal: Seal, advance: Advance) -> bool:
        is_whole = True
        for number, part in enumerate(seal.parts, start=1):
            entries = entries_of(self._context, seal, part)
            if entries is None:
                text = f"its part {number} isn't there, or isn't the one that it names"
                self._problems.append(ChainProblem(seal_number, text))
                is_whole = False
                continue
            self._add(_row(entry, seal_number) for entry in entries)
            self._counts["objects"] += len(entries)
            advance(len(entries))
        return is_whole

    def add_page(self, page: Page) -> None:
        """Add a page of what is there now."""
        self._add(_row(entry_of(listed), _NOW, listed.key) for listed in page.objects)

    def read_rest(self, advance: Advance) -> None:
        """List the reviews, and read what is being deleted and then what was deleted.

        In this order a deletion that is under way is seen as that, or as recorded.
        """
        context, prefix = self._context, self._context.settings.output_prefix
        for page in pages(context.store.list_objects, reviews_folder(prefix)):
            self.add_page(page)
            advance(len(page.objects))
        for folder in (forget.NOTES, purge.NOTES):
            for page in pages(context.store.list_objects, f"{prefix}state/{folder}"):
                young = (one for one in page.objects if _is_young(one, page))
                self._add_deletions(young, _GOING)
        for page in pages(context.store.list_objects, deleted_folder(prefix)):
            self.add_page(page)
            self._add_deletions(page.objects, _RECORD)
            advance(len(page.objects))

    def _add_deletions(self, objects: Iterable[Listed], source: int) -> None:
        for listed, (body,) in read_bodies(self._context.store, objects, lambda one: [one]):
            document, at = document_in(body) or {}, int(listed.last_modified)
            named = recorded_in(document) if source == _RECORD else noted_in(document)
            for name, _ in named.objects if named else ():
                self._add([(bytes.fromhex(name), source, "", 0, at, None, None)])

    def _add(self, rows: Iterable[_Row]) -> None:
        self._database.executemany(_ADD, rows)

    # -- compare

    def newest(self) -> dict[str, object] | None:
        """Return the newest seal, None if there is none."""
        newest = self._chain[-1] if self._chain else None
        if newest is None or newest.seal is None:
            return None
        to = rfc3339(newest.seal.ends)
        return {"number": newest.number, "sha256": newest.sha256, "to": to}

    def document(self) -> dict[str, int]:
        """Return the counts: of seals, of the objects they name, and of what became of these."""
        names = ("seals", "objects", "as_sealed", "gone", "not_sealed")
        return {name: self._counts[name] for name in names}

    def findings(self, *, deep: bool) -> Iterator[AuditFinding]:
        """Yield what is wrong with the chain, and then with each object.

        With `deep`, bodies are read if a seal has their SHA-256.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        self._counts["seals"] = len(self._chain)
        for number, text in self._problems:
            detail = text if number is None else f"seal {number}: {text}"
            yield AuditFinding("chain", None, None, None, detail)
        objects = self._objects()
        if not deep:
            for name, key, known in objects:
                yield from self._judged(name, key, known, ())
            return
        store, read = self._context.store, read_bodies
        for (name, key, known), bodies in read(store, objects, _to_read):
            yield from self._judged(name, key, known, _other_body(known, bodies))

    def _objects(self) -> Iterator[tuple[str, str | None, SealedObject]]:
        """Yield each object by its name's SHA-256, with its name if it is there."""
        rows: Iterator[_Row] = self._database.execute(_ALL)
        for name, group in groupby(rows, key=lambda row: row[0]):
            sealed: list[Sealed] = []
            deletions: list[float] = []
            now, key, is_going = None, None, False
            for row in group:
                source = row[1]
                if source > _NOW:
                    sealed.append(Sealed(source, _entry(row)))
                elif source == _NOW:
                    now, key = _entry(row), row[6]
                elif source == _RECORD:
                    deletions.append(row[4])
                else:
                    is_going = True
            yield name.hex(), key, SealedObject(sealed, now, deletions, is_going)

    def _judged(
        self, name: str, key: str | None, known: SealedObject, others: Iterable[Tampering]
    ) -> Iterator[AuditFinding]:
        found = [*judge_object(known, self._covered_by), *others]
        self._count(known)
        if found:
            shown = _shown(self._context.settings.output_prefix, key)
            what = shown.detail or f"name_sha256 {name}"
            for kind, detail in found:
                yield shown._replace(kind=kind, detail=f"{what}: {detail}")

    def _count(self, known: SealedObject) -> None:
        if known.sealed:
            last = known.sealed[-1].entry
            if known.now is None:
                self._counts["gone"] += 1
            elif known.now[:4] == last[:4]:
                self._counts["as_sealed"] += 1
        elif known.now is not None:
            self._counts["not_sealed"] += 1

    def _covered_by(self, last_modified: float) -> int | None:
        """Return the number of the whole seal whose time it lies in."""
        covering = (one for one in self._whole if one.seal and one.seal.covers(last_modified))
        return next((one.number for one in covering), None)


def _row(entry: SealEntry, source: int, key: str | None = None) -> _Row:
    name, etag, size, last_modified, body = entry
    digest = bytes.fromhex(body) if body else None
    return bytes.fromhex(name), source, etag, size, last_modified, digest, key


def _entry(row: _Row) -> SealEntry:
    name, _, etag, size, last_modified, body, _ = row
    return SealEntry(name.hex(), etag, size, last_modified, body.hex() if body else None)


def _is_young(listed: Listed, page: Page) -> bool:
    return page.at - listed.last_modified < _GOING_SECONDS


def _shown(prefix: str, key: str | None) -> AuditFinding:
    """Return how an object is named: by its card, or by the name of a deletion record of ours.

    Any other name can hold anything, and of what is gone only the SHA-256 is known.
    """
    nothing = AuditFinding("chain", None, None, None, None)
    if key is None:
        return nothing
    if result := parse_result_name(prefix, key):
        return nothing._replace(key=result.key, version=result.version, detail="result")
    if review := parse_review_name(prefix, key):
        detail = f"review {review.number:04d}"
        return nothing._replace(key=review.key, version=review.version, detail=detail)
    is_record = _RECORD_NAME.fullmatch(key.removeprefix(deleted_folder(prefix)))
    return nothing._replace(detail=key if is_record else None)


def _to_read(known_object: tuple[str, str | None, SealedObject]) -> list[Listed]:
    """Return the object that is there, if its last seal has the SHA-256 of its body."""
    _, key, known = known_object
    if key is None or known.now is None or not known.sealed or not known.sealed[-1].entry.body:
        return []
    now = known.now
    return [Listed(key, now.etag, now.size, now.last_modified)]


def _other_body(known: SealedObject, bodies: Sequence[bytes | None]) -> Iterator[Tampering]:
    """Yield whether the body is another than the last seal has; what COS refuses says nothing."""
    for body in bodies:
        seal, entry = known.sealed[-1]
        is_read = body is not None and not isinstance(body, RefusedBody)
        is_same_listed = known.now is not None and known.now[1:3] == entry[1:3]
        if is_read and is_same_listed and sha256_of(body or b"") != entry.body:
            yield Tampering("changed", f"since seal {seal}: another body of the same ETag and size")
