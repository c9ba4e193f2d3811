from __future__ import annotations

from typing import Any

import pytest

from cli.bucket.holds import Hold
from cli.status.attention import SHARES, AttentionLimits, attention
from cli.status.look import LastSweep, Oldest, StatusLook, last_sweep
from cli.status.recent import RecentResults, ResultSummary, Unread
from cli.status.recognition import CiQueue, Jobs
from cli.terminal.formats import local_time
from shared.documents import Attempt, AttemptError, Source
from shared.pipeline.status import Status
from shared.pipeline.steps import PendingCard
from shared.store.layout import ResultName
from shared.times import rfc3339

NOW = 1_767_323_045.0
DAY = 86_400.0
OLDEST = Oldest("uploads/a.jpg", "e1", "waiting", 600.0, "QueuePaused", "capacity")
SWEEP = LastSweep(60.0, {"waiting": 1}, OLDEST, "yes", whole=True)
LINE = {"waiting": 2, "unread": 7000}
QUEUE = CiQueue("q", "Active", "10", "10000")
JOBS = Jobs({"Success": 20}, 3600, whole=True, codes={}, ours=20, cards=20, results=())
WELL = ResultSummary(
    "recognised",
    needs_review=False,
    verified=True,
    failed_checks=(),
    code=None,
    delivered_by="callback",
    trigger="upload",
)
FAILED = WELL._replace(outcome="failed", code="ResourceNotSupported")
REJECTED = WELL._replace(outcome="rejected", code="NotAnImage", delivered_by="submit")
EMPTY = WELL._replace(outcome="nothing_found")
REVIEW = WELL._replace(needs_review=True, failed_checks=("fields.complete",))
UNVERIFIED = WELL._replace(needs_review=True, verified=False)
SWEPT = WELL._replace(delivered_by="sweep")
RESULTS = RecentResults((WELL,) * 20, (), 20, whole=True, left=0)
GOOD = StatusLook(
    NOW,
    holds=[],
    sweep=SWEEP,
    listed_pending=1,
    more=False,
    queue=QUEUE,
    jobs=JOBS,
    refused=None,
    results=RESULTS,
)


def reasons(limits: AttentionLimits = AttentionLimits(DAY), **changes: Any) -> list[str]:  # noqa: B008 — frozen
    return attention(GOOD._replace(**changes), limits)


def of(*many: tuple[int, ResultSummary]) -> RecentResults:
    summaries = [one for count, kind in many for one in [kind] * count]
    return RESULTS._replace(summaries=tuple(summaries))


def test_a_healthy_deployment_needs_nothing() -> None:
    assert not reasons()


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        (None, "No sweep has run"),
        (SWEEP._replace(age=901), "15 min ago"),
        (SWEEP._replace(sending="MAX_JOBS_PER_DAY"), "Nothing is sent: MAX_JOBS_PER_DAY"),
        (SWEEP._replace(oldest=OLDEST._replace(age=1801)), "oldest for 30 min: QueuePaused"),
        (
            SWEEP._replace(oldest=OLDEST._replace(age=1801), pending=LINE),
            "2 waiting and 7,000 unread, the oldest",
        ),
        (
            SWEEP._replace(oldest=OLDEST._replace(age=DAY + 1, code=None)),
            "pending for 24.0 h: waiting",
        ),
        (
            SWEEP._replace(oldest=OLDEST._replace(age=3601, state="submitted", code=None)),
            "pending for 1.0 h: submitted",
        ),
        (
            SWEEP._replace(pending={"unreadable": 2}),
            "its folder: 2 pending objects; `card-ocr audit --deep` names each, as does the log of",
        ),
        (
            SWEEP._replace(pending={"waiting": 1, "refused AccessDenied": 2}),
            "COS refuses 2 pending objects: AccessDenied; `card-ocr audit --deep` names each",
        ),
        (
            SWEEP._replace(pending={"waiting": 0}, oldest=None, whole=False),
            "couldn't list the pending cards",
        ),
    ],
)
def test_what_the_last_sweep_shows(sweep: LastSweep | None, words: str) -> None:
    (reason,) = reasons(sweep=sweep)
    assert words in reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"queue": None}, "no queue"),
        ({"queue": QUEUE._replace(state="Paused")}, "queue is Paused"),
        ({"queue": None, "jobs": None, "refused": "AccessDenied"}, "AccessDenied"),
    ],
)
def test_what_ci_shows(changes: dict[str, Any], words: str) -> None:
    (reason,) = reasons(**changes)
    assert words in reason


def test_what_a_sweep_writes_is_read_back() -> None:
    photo = Source("cards-1250000000", "ap-guangzhou", OLDEST.key, "e1", 1, None, None)
    first = rfc3339(NOW - OLDEST.age)
    pending = Attempt(
        source=photo,
        card_type="IDCard",
        version="e1",
        attempt=1,
        owner="o",
        state="waiting",
        trigger="upload",
        first_claimed_at=first,
        error=AttemptError("QueuePaused", None, "capacity", first),
    )
    card = PendingCard(pending, (), NOW - 60, NOW)
    status = Status(rfc3339(NOW - 60), {"waiting": 1}, card, "yes", is_whole=True)
    assert last_sweep(status.document(), NOW) == SWEEP


@pytest.mark.parametrize(("pending", "listed"), [({"waiting": 0}, 0), ({"young": 1}, 1)])
def test_a_sweep_that_did_not_get_round_needs_nothing_else(
    pending: dict[str, int], listed: int
) -> None:
    sweep = SWEEP._replace(pending=pending, oldest=None, whole=False)
    assert not reasons(sweep=sweep, listed_pending=listed)


def test_an_oldest_card_that_nobody_refused_has_no_refusal() -> None:
    error = AttemptError("AmbiguousReply", None, None, rfc3339(NOW)).document()
    oldest = {"key": "k", "version": "v", "state": "unknown", "age_seconds": 9, "error": error}
    sweep = last_sweep({"at": rfc3339(NOW), "pending": {}, "oldest": oldest}, NOW)
    assert sweep
    assert sweep.oldest == Oldest("k", "v", "unknown", 9.0, "AmbiguousReply", None)


@pytest.mark.parametrize(
    "document", [{}, {"at": "yesterday", "pending": {}}, {"at": rfc3339(NOW), "pending": 3}]
)
def test_what_is_no_status_is_no_sweep(document: dict[str, Any]) -> None:
    assert last_sweep(document, NOW) is None


def test_a_hold_is_shown_with_who_and_why_and_what_ends_it() -> None:
    at = "2026-01-31T08:15:00Z"
    hold = Hold("pause.json", at, "somebody@here", "the bill")
    (reason,) = reasons(holds=[hold])
    assert reason == (
        f"Nothing is sent, uploads included: held since {local_time(at)} by somebody@here: "
        "the bill; `card-ocr resume` ends that."
    )


def test_a_hold_that_says_nothing_is_one_all_the_same() -> None:
    (reason,) = reasons(holds=[Hold("x", None, None, None)])
    assert reason.startswith("Nothing is sent, uploads included: held; ")


def test_the_budget_ends_by_itself() -> None:
    (reason,) = reasons(holds=[Hold("budget.2026-01-31.json", None, "sweep", "the budget")])
    assert reason.endswith("held by sweep: the budget; it ends at midnight UTC.")


@pytest.mark.parametrize(
    "oldest",
    [
        OLDEST._replace(age=1800.0),
        OLDEST._replace(age=DAY, code=None),  # in line for backfill
        OLDEST._replace(age=3600.0, state="submitted", code=None),
    ],
)
def test_what_is_pending_for_no_longer_than_usual_needs_nothing(oldest: Oldest) -> None:
    assert not reasons(sweep=SWEEP._replace(oldest=oldest))


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (of((13, WELL), (7, FAILED)), "7 of 20 cards of the last hour failed: 7 ResourceNot"),
        (of((6, WELL), (4, EMPTY)), "4 of 10 cards of the last hour had no text"),
        (of((20, REVIEW)), "20 of 20 cards of the last hour need a review: 20 fields.complete."),
        (of((20, UNVERIFIED)), "need a review: 20 not verified."),
        (of((6, WELL), (4, SWEPT)), "4 of 10 cards of the last hour came by sweep"),
        (of((19, WELL), (1, WELL._replace(trigger="reconcile"))), "reconcile found 1 card."),
        (
            RESULTS._replace(unread=(Unread(ResultName("uploads/a.jpg", "e1"), "AccessDenied"),)),
            "1 result of the last hour could not be read: AccessDenied.",
        ),
    ],
)
def test_what_the_results_of_the_last_hour_show(results: RecentResults, words: str) -> None:
    (reason,) = reasons(results=results)
    assert words in reason


@pytest.mark.parametrize(
    "results",
    [
        of((8, WELL), (2, FAILED)),
        of((7, WELL), (3, EMPTY)),
        of((7, WELL), (3, REVIEW)),
        of((7, WELL), (3, SWEPT)),
        of((3, WELL), (6, FAILED)),
        of((7, WELL), (2, FAILED), (3, REJECTED)),
        of((3, WELL), (6, FAILED), (3, REJECTED)),
    ],
)
def test_a_share_that_is_not_passed_or_of_few_cards_needs_nothing(results: RecentResults) -> None:
    assert not reasons(results=results)


def test_rejected_uploads_hide_no_failures() -> None:
    assert reasons(results=of((7, WELL), (3, FAILED), (90, REJECTED)))


def test_a_share_of_the_caller_replaces_ours() -> None:
    results = of((8, WELL), (2, FAILED))
    assert reasons(AttentionLimits(DAY, {**SHARES, "failed": 19}), results=results)
    assert not reasons(AttentionLimits(DAY, {**SHARES, "failed": 100}), results=of((20, FAILED)))


def test_without_callbacks_it_is_sweep_that_delivers() -> None:
    assert not reasons(AttentionLimits(DAY, has_callbacks=False), results=of((20, SWEPT)))


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        (
            JOBS._replace(states={"Failed": 4, "Running": 99, "Success": 6}, codes={"X": 4}),
            "CI failed 4 of 10 jobs of the last hour: 4 X.",
        ),
        (JOBS._replace(ours=12, cards=10), "The last hour has 12 jobs for 10 cards"),
    ],
)
def test_what_the_jobs_of_the_last_hour_show(jobs: Jobs, words: str) -> None:
    (reason,) = reasons(jobs=jobs)
    assert words in reason


def test_failed_jobs_and_their_failed_results_are_one_reason() -> None:
    jobs = JOBS._replace(states={"Failed": 20}, codes={"ResourceNotSupported": 20})
    assert len(reasons(jobs=jobs, results=of((20, FAILED)))) == 1


@pytest.mark.parametrize(
    ("kind", "name"), [(FAILED, "failed"), (EMPTY, "nothing_found"), (REVIEW, "needs_review")]
)
def test_reviewed_cards_ask_for_no_attention(kind: ResultSummary, name: str) -> None:
    results = of((10, WELL), (10, kind))
    assert reasons(results=results)
    assert not reasons(results=results._replace(reviewed={name: 10}))
