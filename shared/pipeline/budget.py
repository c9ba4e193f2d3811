"""The budget: MAX_JOBS_PER_DAY, for all jobs of a UTC day, uploads included.

Only sweep counts. Before it sends, each run counts the day's jobs in CI's own list. It makes the
hold `budget.<date>.json` if the day has used up the budget, and deletes it if not. The hold counts
only on that date, so it ends at midnight UTC even if nothing runs. Uploads before the next count,
and a second sweep, can exceed the budget.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from shared.documents import encode
from shared.errors import CloudFault, JobServiceFault, StorageFault
from shared.jobs import Job
from shared.pipeline.context import Context
from shared.pipeline.gate import OVER_BUDGET, Budget, Closed, Holds
from shared.pipeline.job_lookup import job_identity, pages_of_jobs
from shared.pipeline.state import BUDGET, load, save
from shared.store.layout import budget_hold_name
from shared.times import from_rfc3339, is_rfc3339, rfc3339

NOT_COUNTED = Closed(
    "BudgetUnknown", "the day's jobs could not be counted, and MAX_JOBS_PER_DAY is set"
)
# CI's list may show a job late. The count of jobs older than this is final.
_LATE_SECONDS = 600


def open_budget(
    context: Context,
    holds: Holds,
    lock: AbstractContextManager[object],
    is_over: Callable[[], bool],
) -> Budget | Closed | None:
    """Count the day's jobs. Make or delete the day's hold, and delete those of earlier days.

    If MAX_JOBS_PER_DAY is not set, delete every hold of the budget and return None. If the jobs
    can't be counted, leave the holds as they are and return why nothing may be sent.
    """
    limit, listed = context.settings.max_jobs_per_day, holds.look(context)
    if listed is None:
        return None if limit is None else NOT_COUNTED
    try:
        jobs = 0 if limit is None else _count(context, listed.today, is_over)
        is_used_up = limit is not None and jobs >= limit
        if is_used_up:
            _make_hold(context, listed.today)
        for date in listed.budgets:
            is_ended = date < listed.today or (date == listed.today and not is_used_up)
            if limit is None or is_ended:
                context.store.delete(budget_hold_name(context.settings.output_prefix, date))
    except CloudFault as fault:
        context.log.warning("budget_not_counted", problem=str(fault))
        return None if limit is None else NOT_COUNTED
    if listed.budgets or limit is not None:
        holds.forget()  # another run may have made one while this one counted
    if limit is None:
        return None
    return Budget(limit, jobs, lock, lambda: _hold_at_last(context, listed.today))


def _hold_at_last(context: Context, date: str) -> None:
    """Make the hold after the day's last job. If COS fails, the next run makes it."""
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
    """Count the jobs of a day in CI's list. A note says up to when the last run's count is final.

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
            has_more = page.next_token is not None
        if has_more:
            fault = JobServiceFault("GET of jobs", "RepeatedToken")
    except JobServiceFault as error:
        fault = error
    # If the list is out of order, the part that was read doesn't show up to when it is complete.
    is_in_order = created == sorted(created)
    latest = max(created, default=since) if fault is None or is_in_order else since
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
    """Return how many jobs a note counts, and until when: 0 and midnight if it's of another day."""
    jobs, until, midnight = note.get("jobs"), note.get("until"), f"{date}T00:00:00Z"
    is_of_today = note.get("date") == date and type(jobs) is int and jobs >= 0
    if is_of_today and is_rfc3339(until) and from_rfc3339(str(until)) <= now:
        return int(str(jobs)), max(from_rfc3339(str(until)), from_rfc3339(midnight))
    return 0, from_rfc3339(midnight)
