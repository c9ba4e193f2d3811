"""Read the attempts that the bucket's objects name: pending objects, results, deletion records.

They are read in this order, since a card goes this way: what moves on meanwhile is seen before or
after it. The note of a deletion that is under way counts as its record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cli.bill.ledger import Ledger, NamedBy
from cli.bucket.documents import attempt_in, document_in, note_of, past_attempts, result_in
from cli.bucket.listing import pages
from cli.bucket.reading import read_bodies
from cli.bucket.refusals import RefusedBody
from cli.delete import forget, purge
from cli.delete.purge import noted_jobs
from cli.delete.record import NotedDeletion, noted_in, recorded_in
from cli.terminal.period import Period
from cli.terminal.progress import Advance
from shared.documents import PastAttempt
from shared.pipeline.context import Context
from shared.store import Listed
from shared.store.layout import (
    deleted_folder,
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)
from shared.times import rfc3339

PENDING, UNUSED, DELETED = "pending", "unused", "deleted"
"""What is said in place of an outcome: the card has no result yet; its result rests on another job
or on none; a deletion record is all that names the job."""

_Add = Callable[[Listed, bytes], bool]


class Gathering:
    """One way through the bucket.

    Afterwards `started_at` is COS's time at its beginning (Unix seconds), and `unreadable` is how
    many objects were none of ours. What COS refuses is left out, and `Refusals` counts it.
    """

    def __init__(self, context: Context, ledger: Ledger, period: Period) -> None:
        self._context = context
        self._ledger = ledger
        self._period = period
        self._prefix = context.settings.output_prefix
        self.started_at = math.inf
        self.unreadable = 0

    def run(self, advance: Advance) -> None:
        """Read all that can name a job of the period; `advance` is told of each object read.

        Raises:
            StorageFault: COS refused a listing or couldn't be reached.
        """
        pending, results = pending_folder(self._prefix), results_folder(self._prefix)
        deleted, day = deleted_folder(self._prefix), self._period.first_day
        attempts = filter(self._is_pending, self._listed(pending))
        self._read(attempts, self._add_pending, advance)
        self._read(filter(self._may_matter, self._listed(results)), self._add_result, advance)
        self._add_notes()
        records = self._listed(deleted, day and deleted + day)
        self._read(records, self._add_deletion, advance)
        self._ledger.settle()

    def _listed(self, folder: str, after: str | None = None) -> Iterator[Listed]:
        for page in pages(self._context.store.list_objects, folder, after):
            self.started_at = min(self.started_at, page.at)
            yield from page.objects

    def _is_pending(self, listed: Listed) -> bool:
        return parse_pending_name(self._prefix, listed.key) is not None

    def _may_matter(self, listed: Listed) -> bool:
        is_result = parse_result_name(self._prefix, listed.key) is not None
        return is_result and self._period.may_contain(listed.last_modified)

    def _read(self, wanted: Iterable[Listed], add: _Add, advance: Advance) -> None:
        for listed, (body,) in read_bodies(self._context.store, wanted, lambda one: [one]):
            if body is not None and not isinstance(body, RefusedBody):
                self.unreadable += not add(listed, body)
            advance(1)

    def _add_pending(self, listed: Listed, body: bytes) -> bool:
        name, attempt = parse_pending_name(self._prefix, listed.key), attempt_in(body)
        if name is None or attempt is None:
            return False
        facts = self._ledger.card_of(self._prefix, name.key, name.version)._replace(
            card_type=attempt.card_type, trigger=attempt.trigger
        )
        own = attempt.dated(rfc3339(listed.last_modified)).past()
        for past in (*attempt.attempts, *((own,) if attempt.may_have_job else ())):
            self._ledger.add(facts, NamedBy.PENDING, past, PENDING)
        return True

    def _add_result(self, listed: Listed, body: bytes) -> bool:
        name, document = parse_result_name(self._prefix, listed.key), result_in(body)
        if name is None or document is None:
            return False
        facts = self._ledger.card_of(self._prefix, name.key, name.version)._replace(
            card_type=document["card_type"], trigger=document["trigger"]
        )
        job: dict[str, Any] = document["job"] or {}
        past, outcome = past_attempts(document["attempts"]), document["outcome"]
        for one in past:
            self._ledger.add(facts, NamedBy.RESULT, one, UNUSED if job else outcome)
        if job:
            unlisted = PastAttempt(job["attempt"], None, job["id"], "unknown", None)
            own = {one.job_id: one for one in past}.get(job["id"], unlisted)
            self._ledger.add(facts, NamedBy.OWN_RESULT, own, outcome, job.get("created_at"))
        return True

    def _add_notes(self) -> None:
        """Add what deletions that are under way have deleted."""
        state = f"{self._prefix}state/"
        for listed in self._listed(f"{state}{forget.NOTES}"):
            note = note_of(self._context, listed.key.removeprefix(state))
            self._add_deleted(noted_in(note), DELETED)
        for listed in self._listed(f"{state}{purge.NOTES}"):
            note = note_of(self._context, listed.key.removeprefix(state))
            self._add_deleted(NotedDeletion((), tuple(noted_jobs(note))), DELETED)

    def _add_deletion(self, _listed: Listed, body: bytes) -> bool:
        document = document_in(body) or {}
        recorded = recorded_in(document)
        if recorded is None:
            return False
        self._add_deleted(recorded, UNUSED if document.get("by") == "sweep" else DELETED)
        return True

    def _add_deleted(self, deleted: NotedDeletion, outcome: str) -> None:
        objects = deleted.objects if deleted.attempts else ()
        facts = self._ledger.card_of_record([digest for digest, _ in objects])
        for past in deleted.attempts:
            self._ledger.add(facts, NamedBy.DELETION, past, outcome)
