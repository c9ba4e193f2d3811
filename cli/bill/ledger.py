"""The attempts that the objects name: with a JobId, each job once; without one, apart.

Several objects name one attempt: its pending object, those of later attempts, the result, a
deletion record. An attempt that one object names without a JobId, and another with it, has that
job. Objects tell of the attempt by its card and number; a deletion record tells of the card by
digests of names only. SQLite keeps it all in a temporary database, which goes to disk if it grows:
a bucket of any size takes the same memory.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from enum import IntEnum
from typing import NamedTuple

from cli.terminal.period import Period
from shared.documents import PastAttempt
from shared.store.layout import pending_folder
from shared.times import from_rfc3339, is_rfc3339

_TABLES = """
CREATE TABLE job (
    id TEXT PRIMARY KEY, source INTEGER, at TEXT,
    card_type TEXT, "trigger" TEXT, outcome TEXT, card INTEGER, attempt INTEGER, digest BLOB,
    claimed_at TEXT
);
CREATE TABLE without_job_id (
    source INTEGER, at TEXT, card_type TEXT, "trigger" TEXT, outcome TEXT,
    card INTEGER, attempt INTEGER, digest BLOB, job_id TEXT
);
CREATE TABLE merged AS SELECT * FROM without_job_id;
CREATE TABLE named (record INTEGER, digest BLOB);
CREATE TABLE listed (id TEXT PRIMARY KEY);
"""
# What the best source says of a job counts.
_ADD_JOB = """
INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
source = excluded.source, at = coalesce(excluded.at, at), card_type = excluded.card_type,
"trigger" = excluded."trigger", outcome = excluded.outcome, card = excluded.card,
attempt = excluded.attempt, digest = excluded.digest,
claimed_at = coalesce(excluded.claimed_at, claimed_at) WHERE excluded.source < source
"""
_ADD_WITHOUT = "INSERT INTO without_job_id VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)"
_COUNT = """
SELECT substr(at, 1, 10), card_type, "trigger", outcome, count(*) FROM {table} WHERE {condition}
GROUP BY 1, 2, 3, 4 ORDER BY 1 IS NULL, 1, 2, 3, 4
"""
_OF_DIGEST = "SELECT rowid FROM without_job_id WHERE digest = ? AND attempt = ? AND job_id IS NULL"
_OF_RECORD = """
SELECT found.rowid FROM named JOIN {table} found ON found.card = -named.record
WHERE named.digest = ? AND found.attempt = ? AND found.job_id IS NULL
"""
# An object tells of a claim by the reply's Date or by a Last-Modified. Two claims of one name, with
# a deletion between them, are minutes apart; those of two contents of a photo can be seconds apart.
_SAME_NAME_SECONDS, _SAME_CLAIM_SECONDS = 120, 2
_DIGEST_BYTES = 16


class NamedBy(IntEnum):
    """Which object names an attempt; the first knows most."""

    OWN_RESULT = 0
    RESULT = 1
    PENDING = 2
    DELETION = 3


class CardFacts(NamedTuple):
    """What an object says of the card it is about; None if it doesn't say it.

    `card` tells versions of cards apart, and is negative for the card of a deletion record, whose
    key nobody knows. `name` is what the names of its pending objects begin with, up to the attempt.
    """

    card: int
    name: str | None = None
    card_type: str | None = None
    trigger: str | None = None


class Line(NamedTuple):
    """How many jobs, or attempts, there are of a day (`2026-01-31`, UTC) and of one kind."""

    day: str | None
    card_type: str | None
    trigger: str | None
    outcome: str
    jobs: int


class NamedJob(NamedTuple):
    """A job that an object names, and when it was created (RFC 3339)."""

    job_id: str
    at: str | None


class _Claim(NamedTuple):
    card: int
    at: str | None


class Ledger:
    """Attempts are added as objects name them. `settle` comes before anything is counted."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._records = 0
        database.executescript(_TABLES)

    def card_of(self, prefix: str, key: str, version: str) -> CardFacts:
        """Return the card that an object's name is about; `key` as names have it."""
        name = f"{pending_folder(prefix)}{key}.{version}."
        card = int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")
        return CardFacts(card, name)

    def card_of_record(self, digests: Sequence[str]) -> CardFacts:
        """Return the card or cards of a deletion record that names objects by these SHA-256."""
        self._records += 1
        rows = ((self._records, bytes.fromhex(digest)[:_DIGEST_BYTES]) for digest in digests)
        self._database.executemany("INSERT INTO named VALUES (?, ?)", rows)
        return CardFacts(-self._records)

    def add(
        self,
        facts: CardFacts,
        source: NamedBy,
        past: PastAttempt,
        outcome: str,
        created_at: str | None = None,
    ) -> None:
        """Add an attempt that had a job or may have had one.

        `created_at` is when its job was created, RFC 3339, if that is known.
        """
        digest = None
        if facts.name is not None:
            digest = digest_of(f"{facts.name}{past.attempt:04d}.json")
        claimed_at = _time(past.claimed_at)
        said = (
            source,
            _time(created_at) or claimed_at,
            facts.card_type,
            facts.trigger,
            outcome,
            facts.card,
        )
        if past.job_id is None:
            self._database.execute(_ADD_WITHOUT, (*said, past.attempt, digest))
        else:
            row = (past.job_id, *said, past.attempt, digest, claimed_at)
            self._database.execute(_ADD_JOB, row)

    def settle(self) -> None:
        """Keep each attempt without a JobId once, and none whose job another object names."""
        count = self._database.execute("SELECT count(*) FROM without_job_id").fetchone()[0]
        if not count:
            return
        self._database.execute("CREATE INDEX named_digest ON named (digest)")
        self._database.execute("CREATE INDEX job_card ON job (card, attempt)")
        groups = self._groups()
        kept: defaultdict[tuple[int, int], list[_Claim]] = defaultdict(list)
        again = []
        rows = self._database.execute(
            "SELECT rowid, card, attempt, at FROM without_job_id ORDER BY source, at IS NULL, rowid"
        )
        for row, card, attempt, at in rows:
            cards = groups.get(card, frozenset({card}))
            claim = _Claim(card, at)
            known = [*self._claims_with_job(cards, attempt), *kept[min(cards), attempt]]
            if any(_is_same(claim, other) for other in known):
                again.append((row,))
            else:
                kept[min(cards), attempt].append(claim)
        self._database.executemany(
            "INSERT INTO merged SELECT * FROM without_job_id WHERE rowid = ?", again
        )
        self._database.executemany("DELETE FROM without_job_id WHERE rowid = ?", again)

    def jobs(self, period: Period) -> Iterator[Line]:
        """Yield the jobs of a period, by day."""
        return self._lines("job", period)

    def without_job_id(self, period: Period) -> Iterator[Line]:
        """Yield the attempts of a period without a known JobId, by day."""
        return self._lines("without_job_id", period)

    def note_listed(self, job_id: str) -> bool:
        """Note a job of CI's list. Return whether an object names it."""
        self._database.execute("INSERT OR IGNORE INTO listed VALUES (?)", (job_id,))
        found = self._database.execute("SELECT 1 FROM job WHERE id = ?", (job_id,))
        return found.fetchone() is not None

    def is_of_attempt(self, job_id: str, attempt: int, names: Sequence[str]) -> bool:
        """Return whether the job is of an attempt without a JobId; no other job is then.

        `names` are the objects of the attempt's card, the attempt's own pending object first.
        """
        own, *others = [digest_of(name) for name in names]
        table, of_record = "without_job_id", _OF_RECORD.format(table="without_job_id")
        looks = [
            (table, _OF_DIGEST, own),
            *((table, of_record, digest) for digest in (own, *others)),
            # Two contents of a photo can be claimed at once, and only CI knows that both had jobs.
            ("merged", _OF_RECORD.format(table="merged"), own),
        ]
        for table, query, digest in looks:
            found = self._database.execute(query, (digest, attempt)).fetchone()
            if found is not None:
                self._database.execute(
                    f"UPDATE {table} SET job_id = ? WHERE rowid = ?",  # noqa: S608 — ours
                    (job_id, *found),
                )
                return True
        return False

    def not_listed(self, period: Period) -> Iterator[NamedJob]:
        """Yield the jobs of a period that CI's list lacks, the oldest first."""
        condition, values = _condition(period)
        rows = self._database.execute(
            f"SELECT id, at FROM job WHERE {condition} AND id NOT IN (SELECT id FROM listed) "  # noqa: S608 — ours
            "ORDER BY at, id",
            values,
        )
        return (NamedJob(*row) for row in rows)

    def _lines(self, table: str, period: Period) -> Iterator[Line]:
        condition, values = _condition(period)
        rows = self._database.execute(_COUNT.format(table=table, condition=condition), values)
        return (Line(*row) for row in rows)

    def _claims_with_job(self, cards: frozenset[int], attempt: int) -> Iterator[_Claim]:
        """Yield the claim of each job of an attempt."""
        for card in cards:
            rows = self._database.execute(
                "SELECT claimed_at FROM job WHERE card = ? AND attempt = ?", (card, attempt)
            )
            yield from (_Claim(card, at) for (at,) in rows)

    def _groups(self) -> dict[int, frozenset[int]]:
        """Return, for what deletion records are about, all that is the same card."""
        pairs = """
            SELECT -named.record, found.card FROM {table} found
            CROSS JOIN named ON named.digest = found.digest
        """
        shared = """
            SELECT -one.record, -other.record FROM named one
            JOIN named other ON other.digest = one.digest AND other.record > one.record
        """
        same: dict[int, set[int]] = {}
        tables = (pairs.format(table=name) for name in ("job", "without_job_id"))
        for query in (*tables, shared):
            for one, other in self._database.execute(query):
                joined = same.get(one, {one}) | same.get(other, {other})
                same.update(dict.fromkeys(joined, joined))
        return {card: frozenset(cards) for card, cards in same.items()}


@contextmanager
def open_ledger() -> Iterator[Ledger]:
    """Open an empty ledger; it is gone at the end of the block."""
    with closing(sqlite3.connect("")) as database:
        yield Ledger(database)


def digest_of(name: str) -> bytes:
    """Return what an object's name is compared by."""
    return hashlib.sha256(name.encode()).digest()[:_DIGEST_BYTES]


def _time(text: str | None) -> str | None:
    return text if is_rfc3339(text) else None


def _is_same(one: _Claim, other: _Claim) -> bool:
    """Return whether two claims of one number, of what is perhaps one card, are the same."""
    if one.at is None or other.at is None:
        return True
    is_one_version = one.card == other.card and one.card > 0
    most = _SAME_NAME_SECONDS if is_one_version else _SAME_CLAIM_SECONDS
    return abs(from_rfc3339(one.at) - from_rfc3339(other.at)) <= most


def _condition(period: Period) -> tuple[str, list[str]]:
    """Return a condition on `at`, and its values. What has no time is in all of time only."""
    ends = period.document()
    conditions = {"at >= ?": ends["since"], "at < ?": ends["until"]}
    given = {text: end for text, end in conditions.items() if end is not None}
    return " AND ".join(given) or "1", list(given.values())
