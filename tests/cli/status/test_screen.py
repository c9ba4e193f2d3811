from __future__ import annotations

import pytest

from cli.status.recent import NO_RESULT, RecentResults, ResultSummary, Unread
from cli.status.screen import screen
from shared.store.layout import ResultName
from tests.cli.status.test_attention import FAILED, GOOD, JOBS, REVIEW, UNVERIFIED, WELL
from tests.support.pipelines import World

RESULTS = RecentResults((WELL,), (), 1, whole=True, left=0)


def rows(results: RecentResults | None) -> list[str]:
    settings = World().context().settings
    text = screen(GOOD._replace(results=results), [], settings, lambda _key: "digest")
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("summaries", "row"),
    [
        ((WELL, WELL, FAILED), "results 3 results of the last hour: 2 recognised, 1 failed"),
        ((WELL, FAILED), "errors 1 ResourceNotSupported"),
        ((REVIEW,), "reviews 1; failed checks: 1 fields.complete"),
        ((UNVERIFIED,), "reviews 1; failed checks: none; 1 not verified"),
        ((WELL, WELL._replace(delivered_by="sweep")), "came by 1 callback, 1 sweep"),
    ],
)
def test_the_last_hour_is_told_by_name(summaries: tuple[ResultSummary, ...], row: str) -> None:
    assert row in rows(RESULTS._replace(summaries=summaries))


def test_what_was_looked_at_whole_has_no_rest() -> None:
    assert not [row for row in rows(RESULTS) if row.startswith("not ")]


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (None, "not seen results: none was asked for"),
        (RESULTS._replace(listed=10_000, whole=False), "not seen results behind the first 10,000"),
        (RESULTS._replace(left=3), "not seen 3 results more of the last hour"),
    ],
)
def test_what_was_not_looked_at_is_said(results: RecentResults | None, words: str) -> None:
    assert [row for row in rows(results) if row.startswith(words)]


def test_what_could_not_be_read_is_named_as_keys_are_shown() -> None:
    unread = tuple(Unread(ResultName(f"uploads/{n}.jpg", "e1"), NO_RESULT) for n in range(4))
    assert (
        f"not read 4: digest e1 {NO_RESULT}, digest e1 {NO_RESULT}, digest e1 {NO_RESULT}, …"
        in rows(RESULTS._replace(unread=unread))
    )


def test_why_jobs_failed_is_told() -> None:
    settings = World().context().settings
    jobs = JOBS._replace(states={"Failed": 2}, codes={"InternalError": 2})
    text = screen(GOOD._replace(jobs=jobs), [], settings, lambda _key: None)
    assert "2 jobs in the last hour: 2 Failed; failed with 2 InternalError" in text
