from __future__ import annotations

from typing import Any

import pytest

from cli.holds import Hold
from cli.status.attention import attention
from cli.status.look import LastSweep, Oldest, StatusLook, last_sweep
from cli.status.recognition import CiQueue, Jobs
from shared.documents import Attempt, AttemptError, Source
from shared.pipeline.decide import PendingCard
from shared.pipeline.status import Status
from shared.times import rfc3339

NOW = 1_767_323_045.0
DAY = 86_400.0
OLDEST = Oldest("uploads/a.jpg", "e1", "waiting", DAY / 2, "QueuePaused")
SWEEP = LastSweep(60.0, {"waiting": 1}, OLDEST, "yes", whole=True)
QUEUE = CiQueue("q", "Active", "10", "10000")
JOBS = Jobs({}, 3600, whole=True)
GOOD = StatusLook(
    NOW,
    holds=[],
    sweep=SWEEP,
    listed_pending=1,
    more=False,
    queue=QUEUE,
    jobs=JOBS,
    refused=None,
)


def reasons(**changes: Any) -> list[str]:
    return attention(GOOD._replace(**changes), DAY)


def test_a_healthy_deployment_needs_nothing() -> None:
    assert not reasons()


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        (None, "No sweep has run"),
        (SWEEP._replace(age=901), "15 min ago"),
        (SWEEP._replace(sending="MAX_JOBS_PER_DAY"), "Nothing is sent: MAX_JOBS_PER_DAY"),
        (SWEEP._replace(oldest=OLDEST._replace(age=DAY + 1)), "24.0 h: waiting, QueuePaused"),
        (
            SWEEP._replace(pending={"unreadable": 2}),
            "None of ours, and in its folder: 2 ",
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


@pytest.mark.parametrize(
    "document", [{}, {"at": "yesterday", "pending": {}}, {"at": rfc3339(NOW), "pending": 3}]
)
def test_what_is_no_status_is_no_sweep(document: dict[str, Any]) -> None:
    assert last_sweep(document, NOW) is None


def test_a_hold_is_shown_with_who_and_why_and_what_ends_it() -> None:
    hold = Hold("pause.json", "2026-01-31T08:15:00Z", "somebody@here", "the bill")
    (reason,) = reasons(holds=[hold])
    assert reason == (
        "Nothing is sent, uploads included: held since 2026-01-31T08:15:00Z by somebody@here: "
        "the bill; `card-ocr resume` ends that."
    )


def test_a_hold_that_says_nothing_is_one_all_the_same() -> None:
    (reason,) = reasons(holds=[Hold("x", None, None, None)])
    assert reason.startswith("Nothing is sent, uploads included: held; ")


def test_the_budget_ends_by_itself() -> None:
    (reason,) = reasons(holds=[Hold("budget.2026-01-31.json", None, "sweep", "the budget")])
    assert reason.endswith("held by sweep: the budget; it ends at midnight UTC.")
