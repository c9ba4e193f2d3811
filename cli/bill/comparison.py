"""CI's own list of jobs beside the ledger: which jobs does one side lack?

CI keeps jobs for a time that no page tells, and shows a new one late. So a job from before the
oldest that it lists is counted separately, and what is younger than ten minutes is not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from cli.bill.ledger import Ledger
from cli.terminal.period import Period
from cli.terminal.progress import Advance
from shared.jobs import Job
from shared.pipeline.context import Context
from shared.pipeline.job_lookup import job_identity, pages_of_jobs
from shared.store.layout import pending_name, result_name
from shared.times import from_rfc3339, rfc3339

Missing = Literal["only_in_bucket", "only_at_ci", "maybe_ours", "older_than_ci_shows"]
"""CI's list lacks it; no object names it; CI shows it without UserData, so that nobody can tell
whether it is ours, and no object names it; it is older than all that CI lists."""
ATTENTION: frozenset[Missing] = frozenset({"only_in_bucket", "only_at_ci", "maybe_ours"})

_LATE_SECONDS = 600
# An object can tell of a job by the time of its claim; CI tells its own.
_MARGIN_SECONDS = 3600
_FIRST_MOMENT = 978_278_400  # 2001-01-01T00:00:00+0800, as CI's pages begin


class OneSided(NamedTuple):
    """A job that one side lacks; `created_at` is RFC 3339, as the other side tells it."""

    kind: Missing
    job_id: str
    created_at: str | None


class Comparison:
    """CI's list from a period on. Iterate it once for the jobs that one side lacks.

    Afterwards `listed` is how many jobs of ours CI lists in the period, `found` how many of them
    belong to attempts without a known JobId, `others` how many jobs are not ours, `counts` how many
    one side lacks, `younger` how many jobs of the period are too young to compare, from `until` on
    (Unix seconds), and `oldest_at` is when the oldest job that CI lists was created.
    """

    def __init__(
        self, context: Context, ledger: Ledger, period: Period, started_at: float, advance: Advance
    ) -> None:
        self._context = context
        self._ledger = ledger
        self._period = period._replace(until=min(period.until, started_at - _LATE_SECONDS))
        self._younger = period._replace(since=max(period.since, self._period.until))
        self._advance = advance
        self.listed = self.found = self.others = self.younger = 0
        self.counts = Counter[Missing]()
        self.oldest_at: str | None = None

    @property
    def until(self) -> float:
        """Return from when on nothing is compared, Unix seconds."""
        return self._period.until

    def __iter__(self) -> Iterator[OneSided]:
        """Yield each job that one side lacks.

        Raises:
            JobServiceFault: CI wouldn't show its list.
        """
        for one in self._all():
            self.counts[one.kind] += 1
            yield one

    def _all(self) -> Iterator[OneSided]:
        since = max(self._period.since - _MARGIN_SECONDS, _FIRST_MOMENT)
        for page in pages_of_jobs(self._context, since, lambda: False):
            for job in page.jobs:
                self._note_oldest(job)
                missing = self._missing(job)
                if missing is not None:
                    yield OneSided(missing, job.job_id or "", job.created_at)
            self._advance(len(page.jobs))
            if self._is_behind(page.jobs):
                break
        if self._younger.since < self._younger.until:
            self.younger += sum(line.jobs for line in self._ledger.jobs(self._younger))
        if self._period.since < self._period.until:
            for known in self._ledger.not_listed(self._period):
                kind: Missing = "only_in_bucket"
                if self._is_older(known.at):
                    kind = "older_than_ci_shows"
                yield OneSided(kind, known.job_id, known.at)

    def _missing(self, job: Job) -> Missing | None:
        """Return what is missing of a job that CI lists."""
        if job.job_id is None:
            return None
        is_named = self._ledger.note_listed(job.job_id)
        identity = job_identity(job)
        prefix = self._context.settings.input_prefix
        is_ours = is_named or (identity is not None and (job.key or "").startswith(prefix))
        if not self._period.contains(job.created_at):
            self.younger += is_ours and not is_named and self._younger.contains(job.created_at)
            return None
        if not is_ours:
            is_unknown = job.user_data is None and (job.key or "").startswith(prefix)
            self.others += not is_unknown
            return "maybe_ours" if is_unknown else None
        self.listed += 1
        if is_named or identity is None:
            return None
        output = self._context.settings.output_prefix
        key, version, attempt = identity
        numbers = (attempt, *(number for number in range(1, attempt + 2) if number != attempt))
        names = [pending_name(output, key, version, number) for number in numbers]
        names.append(result_name(output, key, version))
        if self._ledger.is_of_attempt(job.job_id, attempt, names):
            self.found += 1
            return None
        return "only_at_ci"

    def _note_oldest(self, job: Job) -> None:
        if job.created_at and (self.oldest_at is None or job.created_at < self.oldest_at):
            self.oldest_at = job.created_at

    def _is_older(self, at: str | None) -> bool:
        """Return whether a job is older than all that CI lists, however its time is told."""
        if at is None or self.oldest_at is None:
            return False
        return from_rfc3339(at) < from_rfc3339(self.oldest_at) - _LATE_SECONDS

    def _is_behind(self, jobs: tuple[Job, ...]) -> bool:
        """Return whether the list, the oldest first, is past the period."""
        end = self._period.until + _MARGIN_SECONDS
        times = [job.created_at for job in jobs if job.created_at]
        return bool(times) and min(map(from_rfc3339, times)) > end

    def document(self) -> dict[str, object]:
        """Return the counts for programs."""
        return {
            "until": rfc3339(self._period.until),
            "oldest_at_ci": self.oldest_at,
            "listed": self.listed,
            "found": self.found,
            "others": self.others,
            "younger": self.younger,
            **{kind: self.counts[kind] for kind in get_args(Missing)},
        }
