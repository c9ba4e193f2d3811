"""The budget: MAX_JOBS_PER_DAY, for all jobs of a UTC day, uploads included.

Sweep alone keeps it. Before it sends, each run counts the day's jobs in CI's own list, makes the
hold `budget.<date>.json` if the day has had as many, and deletes it if it has not. The hold
is of that date alone, so it ends at midnight even if nothing runs. What arrives before the next run
has counted, and what another sweep sends meanwhile, can exceed the budget.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from shared.documents import encode
from shared.errors import JobServiceFault, StorageFault
from shared.jobs import Job
from shared.pipeline.context import Context
from shared.pipeline.job_lookup import job_identity, pages_of_jobs
from shared.pipeline.state import BUDGET, load, save
from shared.store.layout import holds_folder
from shared.times import from_rfc3339, is_rfc3339, rfc3339

USED_UP = "MAX_JOBS_PER_DAY is used up"
NOT_COUNTED = "the day's jobs could not be counted, and MAX_JOBS_PER_DAY is set"
# CI's list may show a job late: so long after its creation it is counted once and for all.
_LATE_SECONDS = 600
_NAME = re.compile(r"budget\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.json")


def date_of_budget(name: str) -> str | None:
    """Return the date of the budget's hold, `2026-01-31`. Return None for any other hold.

    What names no day of the calendar, `budget.2026-02-30.json`, is another hold.
    """
    match = _NAME.fullmatch(name)
    return match[1] if match and is_rfc3339(f"{match[1]}T00:00:00Z") else None


class Budget:
    """What one run may still send of the day's jobs. `jobs` is how many the day has had."""

    def __init__(
        self,
        context: Context,
        date: str,
        jobs: int,
        lock: AbstractContextManager[object],
    ) -> None:
        self._context = context
        self._date = date
        self._limit = context.settings.max_jobs_per_day or 0
        self._lock = lock
        self._under_way = 0
        self.jobs = jobs

    def take(self) -> bool:
        """Take a job off, before its POST. Return False if the day has none left."""
        with self._lock:
            if self.jobs + self._under_way >= self._limit:
                return False
            self._under_way += 1
            return True

    def finish(self, *, is_used: bool) -> None:
        """Count a job that was taken off, or give it back if CI refused it or it wasn't sent.

        The hold is made with the last one and not before: it would stop uploads too early.
        """
        with self._lock:
            self._under_way -= 1
            self.jobs += int(is_used)
            if is_used and self.jobs == self._limit:
                self._hold()

    def _hold(self) -> None:
        try:
            make_hold(self._context, self._date)
        except StorageFault as fault:  # the next run counts, and makes it
            self._context.log.warning("hold_not_made", problem=str(fault))


def open_budget(
    context: Context, lock: AbstractContextManager[object], is_over: Callable[[], bool]
) -> Budget | None:
    """Count the day's jobs; make the day's hold or delete it, and those of earlier days.

    Return None without MAX_JOBS_PER_DAY: then no hold of the budget is left.

    Raises:
        CloudFault: the jobs couldn't be counted. The hold stays as it is; nothing is to be sent.
    """
    limit = context.settings.max_jobs_per_day
    date, holds = _listed(context)
    for held, name in holds.items():
        if limit is None or held < date:
            context.store.delete(name)
    if limit is None:
        return None
    jobs = _count(context, date, is_over)
    if jobs >= limit:
        make_hold(context, date)
    elif date in holds:
        delete_hold(context, date)
    return Budget(context, date, jobs, lock)


def _listed(context: Context) -> tuple[str, dict[str, str]]:
    """Return COS's date, and the names of the budget's holds by their dates."""
    folder = holds_folder(context.settings.output_prefix)
    page = context.store.list_objects(f"{folder}budget.", None)
    dates = ((date_of_budget(listed.key[len(folder) :]), listed.key) for listed in page.objects)
    return rfc3339(page.at)[:10], {date: name for date, name in dates if date is not None}


def make_hold(context: Context, date: str) -> None:
    """Close the gate for the rest of a day."""
    body = encode({"at": context.at(), "by": "sweep", "why": USED_UP})
    if context.store.create_once(_name_of(context, date), body) is not None:
        context.log.warning("budget_used_up", problem=USED_UP)


def delete_hold(context: Context, date: str) -> None:
    """Open the gate again, as far as the budget holds it."""
    context.store.delete(_name_of(context, date))


def _name_of(context: Context, date: str) -> str:
    return f"{holds_folder(context.settings.output_prefix)}budget.{date}.json"


def _count(context: Context, date: str, is_over: Callable[[], bool]) -> int:
    """Count the jobs of a day in CI's list. A note says how far the last run counted for good.

    Raises:
        JobServiceFault: the list couldn't be read to its end; the next run goes on from the note.
    """
    counted, since = _noted(load(context, BUDGET), date, context.now())
    created: list[int] = []
    fault: JobServiceFault | None = None
    try:
        for page in pages_of_jobs(context, since, is_over):
            ours = (job for job in page.jobs if _is_ours(context, job))
            created += [from_rfc3339(job.created_at) for job in ours if job.created_at]
    except JobServiceFault as error:
        fault = error
    latest = max(created, default=since)
    settled = max(since, latest if fault else latest - _LATE_SECONDS)
    early = sum(at < settled for at in created)
    save(context, BUDGET, {"date": date, "jobs": counted + early, "until": rfc3339(settled)})
    if fault is not None:
        raise fault
    return counted + len(created)


def _is_ours(context: Context, job: Job) -> bool:
    identity = job_identity(job)
    return identity is not None and identity.key.startswith(context.settings.input_prefix)


def _noted(note: dict[str, object], date: str, now: float) -> tuple[int, int]:
    """Return how many jobs a note counts, and until when: none until midnight for another day."""
    jobs, until, midnight = note.get("jobs"), note.get("until"), f"{date}T00:00:00Z"
    is_of_today = note.get("date") == date and type(jobs) is int and jobs >= 0
    if is_of_today and is_rfc3339(until) and from_rfc3339(str(until)) <= now:
        return int(str(jobs)), max(from_rfc3339(str(until)), from_rfc3339(midnight))
    return 0, from_rfc3339(midnight)
