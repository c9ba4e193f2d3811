"""One way around everything pending, from the cursor: read, ask CI, settle, some cards at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from shared.documents import Pending, read_pending
from shared.errors import CardOcrError, CloudFault
from shared.jobs import UNREADABLE
from shared.pipeline.attempts import Attempt, Group, dated, grouped, name_of
from shared.pipeline.lost import Search
from shared.pipeline.settle import (
    Run,
    Settle,
    is_lost,
    settle_job,
    settle_lost,
    settle_vanished,
    settle_waiting,
)
from shared.pipeline.state import CURSOR, load, save
from shared.pipeline.status import Tally
from shared.pipeline.workers import batches
from shared.store.layout import pending_folder

_DESCRIBED = 10  # CI describes as many jobs at once
_YOUNG_SECONDS = 120
# CI's list is read once for many lost cards: for so many, or with so much time left, or at the end.
_LOST_AT_ONCE = 500
_SECONDS_FOR_LOST = 60


class _Seen(NamedTuple):
    """A card that was looked at; `attempt` is None where there is nothing to settle now."""

    name: str
    attempt: Attempt | None


class _Due(NamedTuple):
    """A card and what is to be done for it."""

    attempt: Attempt
    settle: Settle


class Walk:
    """Looks at each card once. Lost ones are gathered, to be looked for together."""

    def __init__(self, run: Run, tally: Tally) -> None:
        self._run = run
        self._lost: list[Attempt] = []
        self._lost_from = max(run.pipeline.now(), run.until - _SECONDS_FOR_LOST)
        self.tally = tally

    def go_around(self) -> bool:
        """From the cursor to the end and from the start to the cursor; whether all were seen."""
        pipeline = self._run.pipeline
        saved = load(pipeline, CURSOR).get("after")
        start = saved if isinstance(saved, str) else None
        after, wrapped = start, start is None
        prefix = pipeline.settings.output_prefix
        while not self._is_over():
            page = pipeline.store.list_objects(pending_folder(prefix), after)
            groups = sorted(grouped(prefix, page.objects))
            if wrapped and start is not None:  # what follows was looked at on the way to the end
                groups = [group for group in groups if group.last.key <= start]
            for batch in batches(groups, self._run.at_once):
                after = self._look_at(batch, page.at) or after
                if self._is_over():
                    save(pipeline, CURSOR, {"after": after})
                    return False
            after = page.next
            if after is None and not wrapped:
                wrapped = True
            elif after is None or (wrapped and start is not None and after >= start):
                save(pipeline, CURSOR, {"after": None})
                return True
        save(pipeline, CURSOR, {"after": after})
        return False

    def settle_lost(self) -> None:
        """Look for the jobs of the lost cards that were gathered, and settle these."""
        lost, self._lost = self._lost, []
        if not lost:
            return
        search, now = Search(self._run.pipeline, lost), self._run.pipeline.now
        half = now() + (self._run.until - now()) / 2  # the other half is for what was found
        search.run(lambda: now() >= half)
        due = [
            _Due(attempt, partial(settle_lost, found=search.answer(attempt))) for attempt in lost
        ]
        for done, (attempt, _) in zip(self._run.workers.map(self._settle, due), due, strict=True):
            if not done:
                self.tally.saw(attempt, attempt.pending)

    def _is_over(self) -> bool:
        """Whether no more cards are to be looked at: lost ones take time of their own."""
        run = self._run
        return run.is_over() or (bool(self._lost) and run.pipeline.now() >= self._lost_from)

    def _look_at(self, groups: Sequence[Group], seen_at: float) -> str | None:
        """Read and settle some cards; the name of the last one that was looked at."""
        found = self._run.workers.map(partial(self._see, seen_at=seen_at), groups)
        seen = [card for card in takewhile(lambda card: card is not None, found) if card]
        attempts = [card.attempt for card in seen if card.attempt is not None]
        due = _due(self._run, [attempt for attempt in attempts if not is_lost(attempt)])
        if not all(self._run.workers.map(self._settle, due)):
            return None  # these are looked at again
        self._lost += [attempt for attempt in attempts if is_lost(attempt)]
        if len(self._lost) >= _LOST_AT_ONCE:
            self.settle_lost()
        return seen[-1].name if seen else None

    def _see(self, group: Group, seen_at: float) -> _Seen | None:
        """Read a card's last attempt, and settle it where nobody has to be asked about its job.

        So others are read while one is sent. None where the time is over. Young ones are left to
        whoever is at work on them.
        """
        if self._is_over():
            return None
        if seen_at - group.last.last_modified < _YOUNG_SECONDS:
            self.tally.saw_young()
            return _Seen(group.last.key, None)
        attempt = self._read(group, seen_at)
        if attempt is None or attempt.pending.job_id or is_lost(attempt):
            return _Seen(group.last.key, attempt)
        waiting = attempt.pending.state == "waiting"
        done = self._settle(_Due(attempt, settle_waiting if waiting else _leave))
        return _Seen(group.last.key, None) if done else None

    def _read(self, group: Group, seen_at: float) -> Attempt | None:
        pipeline = self._run.pipeline
        try:
            body = pipeline.store.read(group.last.key)
        except CloudFault as fault:
            pipeline.log.warning("not_read", problem=str(fault))
            return None
        pending = read_pending(body) if body is not None else None
        if pending is None or not self._belongs(pending, group.last.key):
            if body is not None:
                self.tally.saw_unreadable()
                pipeline.log.error("unreadable_pending", attempt=group.attempt)
            return None
        written_at = group.last.last_modified
        return Attempt(dated(pending, written_at), group.names, written_at, seen_at)

    def _belongs(self, pending: Pending, name: str) -> bool:
        """Whether it is of this bucket and what its name says, so that no other card is done."""
        pipeline = self._run.pipeline
        of_this_bucket = pending.source.bucket == pipeline.settings.input_bucket
        return of_this_bucket and name_of(pipeline, pending) == name

    def _settle(self, due: _Due) -> bool:
        """Do what is due for a card; False where the time is over."""
        if self._run.is_over():
            return False
        self.tally.saw(due.attempt, _guarded(self._run, due))
        return True


def _due(run: Run, attempts: Sequence[Attempt]) -> list[_Due]:
    """What is to be done for each submitted card: CI is asked for many of them at once."""
    described = run.workers.map(partial(_submitted, run), batches(attempts, _DESCRIBED))
    return [due for some in described for due in some]


def _submitted(run: Run, attempts: Sequence[Attempt]) -> list[_Due]:
    """What CI shows of some jobs; where its reply can't be read, of each by itself."""
    job_ids = [attempt.pending.job_id or "" for attempt in attempts]
    try:
        described = run.pipeline.jobs.describe(job_ids)
    except CloudFault as fault:
        if fault.code == UNREADABLE and len(attempts) > 1 and not run.is_over():
            return [due for attempt in attempts for due in _submitted(run, [attempt])]
        run.pipeline.log.warning("jobs_not_described", problem=str(fault))
        return [_Due(attempt, _leave) for attempt in attempts]
    jobs = {job.job_id: job for job in described.jobs}
    due = []
    for attempt, job_id in zip(attempts, job_ids, strict=True):
        if job_id in jobs:
            due.append(_Due(attempt, partial(settle_job, job=jobs[job_id])))
        else:
            vanished = job_id in described.missing
            due.append(_Due(attempt, settle_vanished if vanished else _leave))
    return due


def _leave(_run: Run, attempt: Attempt) -> Pending | None:
    return attempt.pending


def _guarded(run: Run, due: _Due) -> Pending | None:
    """One card's fault costs no other card: it stays as it is."""
    key = run.pipeline.log.key(due.attempt.pending.source.key)
    try:
        return due.settle(run, due.attempt)
    except CardOcrError as error:
        run.pipeline.log.warning("card_left", key=key, problem=str(error))
    except Exception as error:  # noqa: BLE001 — a bug about one card is no reason to stop
        run.pipeline.log.unexpected(error)
    return due.attempt.pending
