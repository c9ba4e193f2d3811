"""The results of the last hour, as far as they can be looked at for a bounded price.

A listing is in the order of names and not of times. So only its first pages are read. If there
are more, the results of the jobs in CI's list are asked for by their names: the callback token
that each job carries says which version of which card it is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from cli.bucket.documents import result_in
from cli.bucket.listing import pages, with_reviews
from cli.bucket.reading import in_order
from cli.bucket.reviews import awaits_review
from cli.status.recognition import HOUR, Jobs
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.store.layout import ResultName, parse_result_name, results_folder

PAGES = 10  # of 1,000 names
NO_RESULT = "NoResult"
"""Replaces a Code for a body that is not a result."""


class ResultSummary(NamedTuple):
    """What is kept of a result: nothing personal."""

    outcome: str
    needs_review: bool
    verified: bool
    failed_checks: tuple[str, ...]
    code: str | None
    delivered_by: str
    trigger: str


class Unread(NamedTuple):
    """A result that could not be read, with COS's Code; or `NO_RESULT` if it isn't a result."""

    name: ResultName
    code: str


class RecentResults(NamedTuple):
    """What the results of the last hour say, as far as they were looked at.

    `listed` is how many names were listed, `whole` whether these were all. `left` are of the last
    hour and were not read. `reviewed` are those that needed a person's word and have it, by
    outcome; those that needed a review count as "needs_review" besides.
    """

    summaries: tuple[ResultSummary, ...]
    unread: tuple[Unread, ...]
    listed: int
    whole: bool
    left: int
    reviewed: Mapping[str, int] = {}

    @property
    def outcomes(self) -> dict[str, int]:
        """Count the results by outcome."""
        return _by_count(one.outcome for one in self.summaries)

    @property
    def needs_review(self) -> int:
        """Count the results that need a review and have none."""
        needed = sum(one.needs_review for one in self.summaries)
        return needed - self.reviewed.get("needs_review", 0)

    def awaiting(self, outcome: str) -> int:
        """Count the results with an outcome that nobody has reviewed."""
        return self.outcomes.get(outcome, 0) - self.reviewed.get(outcome, 0)

    @property
    def unverified(self) -> int:
        """Count the results whose only evidence is a callback."""
        return sum(not one.verified for one in self.summaries)

    @property
    def failed_checks(self) -> dict[str, int]:
        """Count the results by failed check, the most frequent first."""
        return _by_count(chain.from_iterable(one.failed_checks for one in self.summaries))

    def codes(self, *outcomes: str) -> dict[str, int]:
        """Count the results with these outcomes by Code, the most frequent first."""
        return _by_count(one.code for one in self.summaries if one.code and one.outcome in outcomes)

    @property
    def delivered_by(self) -> dict[str, int]:
        """Count the results by who delivered them."""
        return _by_count(one.delivered_by for one in self.summaries)

    @property
    def by_trigger(self) -> dict[str, int]:
        """Count the results by trigger."""
        return _by_count(one.trigger for one in self.summaries)


class RecentReader:
    """Looks at the results of the last hour. A result never changes, so none is read twice."""

    def __init__(self, context: Context, most: int) -> None:
        self._context = context
        self._most = most
        self._read: dict[str, ResultSummary] = {}

    def look(self, jobs: Jobs | None, now: float) -> RecentResults | None:
        """Read at most `PAGES` listings and `most` bodies. Return None if no body is wanted.

        Raises:
            StorageFault: COS refused the listing or couldn't be reached.
        """
        if not self._most:
            return None
        listed, recent, whole = self._listed(now)
        of_jobs = () if jobs is None or whole else jobs.results
        names = list(dict.fromkeys(_alternating(of_jobs, recent)))
        wanted = names[: self._most]
        self._read = {name: self._read[name] for name in wanted if name in self._read}
        unread = list(self._read_bodies([name for name in wanted if name not in self._read]))
        summaries = tuple(self._read.values())
        left = len(names) - len(wanted)
        reviewed = self._reviewed()
        return RecentResults(summaries, tuple(unread), listed, whole, left, reviewed)

    def _reviewed(self) -> dict[str, int]:
        """Count those that were read, and that have the review that they needed."""
        prefix = self._context.settings.output_prefix
        awaiting = {
            parsed: one
            for name, one in self._read.items()
            if awaits_review(one.outcome, needs_review=one.needs_review)
            and (parsed := parse_result_name(prefix, name)) is not None
        }
        found = [awaiting[one] for one in with_reviews(self._context.store, prefix, awaiting)]
        needed = ["needs_review"] * sum(one.needs_review for one in found)
        return _by_count(chain((one.outcome for one in found), needed))

    def _listed(self, now: float) -> tuple[int, list[str], bool]:
        """Return the number of names listed, the last hour's, newest first, and if that is all."""
        context, count, recent, whole = self._context, 0, [], False
        folder = results_folder(context.settings.output_prefix)
        for page in islice(pages(context.store.list_objects, folder), PAGES):
            count += len(page.objects)
            recent += [one for one in page.objects if one.last_modified >= now - HOUR]
            whole = page.next is None
        recent.sort(key=lambda one: one.last_modified, reverse=True)
        return count, [one.key for one in recent], whole

    def _read_bodies(self, names: Sequence[str]) -> Iterator[Unread]:
        """Read each; give those that can't be. One that isn't there yet says nothing."""
        for name, body in in_order(self._body, names):
            parsed = parse_result_name(self._context.settings.output_prefix, name)
            if body is None or parsed is None:
                continue
            if isinstance(body, str):
                yield Unread(parsed, body)
            elif (summary := summary_in(body)) is None:
                yield Unread(parsed, NO_RESULT)
            else:
                self._read[name] = summary

    def _body(self, name: str) -> bytes | str | None:
        """Return the body, or COS's Code: one that COS refuses costs no other."""
        try:
            return self._context.store.read(name)
        except StorageFault as fault:
            return fault.code


def summary_in(body: bytes) -> ResultSummary | None:
    """Return the summary of a result. Return None if the body isn't one."""
    document = result_in(body)
    if document is None:
        return None
    error, evidence = document["error"], document["evidence"]
    return ResultSummary(
        outcome=document["outcome"],
        needs_review=document["needs_review"],
        verified=evidence["verified"],
        failed_checks=tuple(one["name"] for one in document["checks"] if not one["passed"]),
        code=error["code"] if error else None,
        delivered_by=evidence["delivered_by"],
        trigger=document["trigger"],
    )


def _alternating(*sequences: Sequence[str]) -> Iterator[str]:
    """Yield one of each sequence in turn, so that both ways of finding results get their share."""
    return (one for one in chain.from_iterable(zip_longest(*sequences)) if one is not None)


def _by_count(names: Iterator[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())
