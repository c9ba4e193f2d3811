"""What a bill shows: its lines and sums for a person, and the same for programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, get_args

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.bill.comparison import Comparison, Missing, OneSided
from cli.bill.ledger import Line
from cli.terminal.formats import local_time
from cli.terminal.output import counted, printable
from cli.terminal.period import Period
from shared.times import rfc3339

_SHOWN = 10  # of a kind, to a person
_WORDS: dict[Missing, str] = {
    "only_in_bucket": "CI's list lacks {}",
    "only_at_ci": "No object names {}",
    "maybe_ours": "No object names {}, and CI doesn't show whether they are ours",
    "older_than_ci_shows": "CI lists nothing any more from the time of {}",
}


class Bill(NamedTuple):
    """The jobs of a period, and the attempts without a known JobId; `price` is of one job."""

    period: Period
    jobs: Sequence[Line]
    without_job_id: Sequence[Line]
    price: Decimal | None

    @property
    def job_count(self) -> int:
        """Return how many jobs there are."""
        return sum(line.jobs for line in self.jobs)

    @property
    def attempt_count(self) -> int:
        """Return how many attempts there are without a known JobId."""
        return sum(line.jobs for line in self.without_job_id)

    def document(self) -> dict[str, object]:
        """Return the bill for programs. Amounts are text, since they are exact."""
        price, jobs, attempts = self.price, self.job_count, self.attempt_count
        return {
            **self.period.document(),
            "jobs": jobs,
            "attempts_without_job_id": attempts,
            "price": None if price is None else f"{price:f}",
            "cost": None if price is None else f"{jobs * price:f}",
            "cost_at_most": None if price is None else f"{(jobs + attempts) * price:f}",
            "lines": [line._asdict() for line in self.jobs],
            "lines_without_job_id": [line._asdict() for line in self.without_job_id],
        }


def tables_of(bill: Bill) -> Group:
    """Return the bill for a person."""
    return Group(*_parts(bill))


def _parts(bill: Bill) -> Iterator[RenderableType]:
    if bill.jobs:
        yield _table(bill.jobs, "jobs", bill.price)
    jobs, attempts = counted(bill.job_count, "job"), counted(bill.attempt_count, "attempt")
    yield Text(f"\n{jobs}; {attempts} without a known JobId, which may have made a job.")
    if bill.without_job_id:
        yield _table(bill.without_job_id, "attempts", None)
    if bill.price is not None:
        cost = bill.job_count * bill.price
        most = cost + bill.attempt_count * bill.price
        more = f", with those attempts at most {most:,f}" if bill.attempt_count else ""
        yield Text(f"At {bill.price:f} a job: {cost:,f}{more}.")


def _table(lines: Sequence[Line], what: str, price: Decimal | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("day (UTC)", "card type", "trigger", "outcome"):
        table.add_column(name)
    for name in (what, *(["cost"] if price is not None else [])):
        table.add_column(name, justify="right")
    for line in lines:
        cost = [] if price is None else [f"{line.jobs * price:,f}"]
        names = (line.day, line.card_type, line.trigger, line.outcome)
        texts = (*(name or "unknown" for name in names), f"{line.jobs:,}", *cost)
        table.add_row(*(Text(printable(text)) for text in texts))
    return table


class FirstOneSided:
    """The first jobs of each kind that one side lacks, for a person."""

    def __init__(self) -> None:
        self._first: defaultdict[Missing, list[OneSided]] = defaultdict(list)

    def add(self, one: OneSided) -> None:
        """Remember a job, if it is one of the first."""
        if len(self._first[one.kind]) < _SHOWN:
            self._first[one.kind].append(one)

    def lines(self, comparison: Comparison) -> Iterator[str]:
        """Yield what the comparison found."""
        yield f"\nCI lists {counted(comparison.listed, 'job')} of ours, of those that it keeps."
        if comparison.found:
            yield f"Of the attempts without a known JobId it shows {comparison.found:,}."
        for kind in get_args(Missing):
            count = comparison.counts[kind]
            if not count:
                continue
            yield f"{_WORDS[kind].format(counted(count, 'job'))}:"
            yield from (
                f"  {one.job_id}  {local_time(one.created_at)}" for one in self._first[kind]
            )
            if count > len(self._first[kind]):
                yield "  … --json has all of them"
        if comparison.younger:
            are = "was" if comparison.younger == 1 else "were"
            at = local_time(rfc3339(comparison.until))
            young = counted(comparison.younger, "younger job")
            yield f"{young} {are} not compared: only jobs from before {at} were."
        if not sum(comparison.counts.values()):
            of_what = " of those compared" if comparison.younger else ""
            yield f"Neither side lacks a job{of_what}."
