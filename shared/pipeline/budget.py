"""The budget: MAX_JOBS_PER_DAY, for all jobs of a UTC day, uploads included.

Sweep alone keeps it. Before it sends, each run counts the day's jobs in CI's own list, makes the
hold `budget.<date>.json` if the day has had as many, and deletes it if it has not. The hold
is of that date alone, so it ends at midnight even if nothing runs. What arrives before the next run
has counted, and what another sweep sends meanwhile, can exceed the budget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from shared.documents import encode
from shared.errors import CloudFault, JobServiceFault, StorageFault
from shared.jobs import Job
from shared.pipeline.context import Context
from shared.pipeline.gate import OVER_BUDGET, Budget, Closed
from shared.pipeline.job_lookup import job_identity
from shared.pipeline.state import BUDGET, load, save
from shared.store.layout import budget_hold_name, date_of_budget, holds_folder
from shared.times import from_rfc3339, is_rfc3339, rfc3339

NOT_COUNTED = Closed(
    "BudgetUnknown", "the day's jobs could not be counted, and MAX_JOBS_PER_DAY is set"
)
# CI's list may show a job late: so long after its creation it is counted once and for all.
_LATE_SECONDS = 600


def open_budget(
    context: Context, lock: AbstractContextManager[object], is_over: Callable[[], bool]
) -> Budget | Closed:
    """Count the day's jobs; make the day's hold or delete it, and those of earlier days.

    Return that nothing may be sent if the jobs can't be counted. The hold stays as it is then.
    """
    limit = context.settings.max_jobs_per_day
    if limit is None:
        return Budget(None, 0, lock, lambda: None)
    try:
        date, holds = _listed(context)
        _delete(context, [name for held, name in holds.items() if held < date])
        jobs = _count(context, date, is_over)
        if jobs >= limit:
            _make_hold(context, date)
        elif date in holds:
            context.store.delete(holds[date])
    except CloudFault as fault:
        context.log.warning("budget_not_counted", problem=str(fault))
        return NOT_COUNTED
    return Budget(limit, jobs, lock, lambda: _hold_at_last(context, date))


def end_budget(context: Context) -> None:
    """Delete the budget's holds, since MAX_JOBS_PER_DAY is no longer set.

    Raises:
        StorageFault: COS wouldn't; the next run tries again.
    """
    _delete(context, _listed(context)[1].values())


def _listed(context: Context) -> tuple[str, dict[str, str]]:
    """Return COS's date, and the names of the budget's holds by their dates."""
    folder = holds_folder(context.settings.output_prefix)
    page = context.store.list_objects(f"{folder}budget.", None)
    dates = ((date_of_budget(listed.key[len(folder) :]), listed.key) for listed in page.objects)
    return rfc3339(page.at)[:10], {date: name for date, name in dates if date is not None}


def _delete(context: Context, names: Iterable[str]) -> None:
    for name in names:
        context.store.delete(name)


def _hold_at_last(context: Context, date: str) -> None:
    """Make the hold after the day's last job. If COS won't, the next run counts and makes it."""
    try:
        _make_hold(context, date)
    except StorageFault as fault:
        context.log.warning("hold_not_made", problem=str(fault))


def _make_hold(context: Context, date: str) -> None:
    """Close the gate for the rest of a day."""
    name = budget_hold_name(context.settings.output_prefix, date)
    body = encode({"at": context.at(), "by": "sweep", "why": OVER_BUDGET.why})
    if context.store.create_once(name, body) is not None:
        context.log.warning("budget_used_up", problem=OVER_BUDGET.why)


def _count(context: Context, date: str, is_over: Callable[[], bool]) -> int:
    """Count the jobs of a day in CI's list. A note says how far the last run counted for good.

    Raises:
        JobServiceFault: the list couldn't be read to its end; the next run goes on from the note.
    """
    counted, since = _noted(load(context, BUDGET), date, context.now())
    created: list[int] = []
    token: str | None = None
    fault: JobServiceFault | None = None
    while True:
        if is_over():
            fault = JobServiceFault("GET of jobs", "OutOfTime")
            break
        try:
            page = context.jobs.list_created(since, token)
        except JobServiceFault as error:
            fault = error
            break
        created += [
            from_rfc3339(job.created_at)
            for job in page.jobs
            if job.created_at is not None and _is_ours(context, job)
        ]
        if page.next_token is None or page.next_token == token:
            break
        token = page.next_token
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
