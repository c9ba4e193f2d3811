"""Which step each kind of pending card gets: state × CI says × COS says × age × limits."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from shared.documents import State
from shared.jobs import RefusalClass
from shared.pipeline.decide import CiSays, FoundJobs, ResultSeen, Silence, decide
from shared.pipeline.steps import (
    Ask,
    GiveUp,
    NextAttempt,
    Step,
    line_of,
)
from shared.times import rfc3339
from tests.support.attempts import (
    DAY,
    HOUR,
    KEY,
    LIMITS,
    NOW,
    decided,
    job,
    noted,
    pending,
)

BARE = job(container=None)
PASSING = job(state="Failed", code="InternalError", container=None)
RUNNING = job(state="Running", container=None)


def name_of(step: object) -> str:
    return step.name if isinstance(step, Ask) else type(step).__name__


# Seconds since the claim and since the object was written; since the first attempt that was sent.
AGES = {"young": (60, 60), "due": (2 * HOUR, 2 * HOUR), "old": (2 * HOUR, 2 * DAY)}
CI: dict[str, CiSays] = {
    **{silence.name: silence for silence in Silence},
    "running": RUNNING,
    "read": job(),
    "bare": BARE,
    "passing": PASSING,
    "failed": job(state="Failed", code="ImageDecodeFailed", container=None),
    "cancelled": job(state="Cancel", container=None),
    "foreign": job(key="uploads/other.jpg"),
    "found": FoundJobs((job(),)),
}
Why = tuple[str, RefusalClass | None]

# Columns: young, due, old. An old card's object has said for two hours why it is there.
WAITING: dict[Why | None, str] = {
    None: "NextAttempt NextAttempt NextAttempt",
    ("CircuitOpen", "held"): "NextAttempt NextAttempt NextAttempt",
    ("QueueSaturated", "capacity"): "Leave NextAttempt NextAttempt",
    ("AccessDenied", "configuration"): "Leave NextAttempt NextAttempt",
    ("InvalidArgument", "other"): "Leave NextAttempt GiveUp",
    ("SubmissionUnknown", None): "Leave GiveUp GiveUp",
}
UNANSWERED = {
    "NOT_ASKED": "Leave LIST LIST",
    "NO_ANSWER": "Leave Leave Leave",
    "DENIED": "Leave Leave Leave",
    "ABSENT": "Leave NextAttempt NextAttempt",
    "UNPROVEN": "Leave Note GiveUp",
    "UNREAD": "Leave Leave Leave",
    "REFUSED": "Leave Leave Note",
    "found": "Leave Adopt Adopt",
    "running": "Leave Leave Leave",
}
SUBMITTED = {
    "NOT_ASKED": "JOB JOB JOB",
    "NO_ANSWER": "Leave Leave Leave",
    "DENIED": "Leave Note NextAttempt",
    "ABSENT": "Leave Leave Leave",
    "UNPROVEN": "Leave Leave Leave",
    "UNREAD": "Leave Leave Leave",
    "REFUSED": "Leave Leave Leave",
    "running": "Leave Leave Leave",
    "read": "Finish Finish Finish",
    "bare": "Note Note GiveUp",
    "passing": "NextAttempt NextAttempt NextAttempt",
    "failed": "Finish Finish Finish",
    "cancelled": "Finish Finish Finish",
    "foreign": "Leave Leave Leave",
}
NOTED = {"DENIED": "NoSuchJob", "bare": "NoResultInJob", "UNPROVEN": "SubmissionUnknown"}
CELLS = [
    *(("waiting", "NOT_ASKED", why, row) for why, row in WAITING.items()),
    *(("unknown", says, None, row) for says, row in UNANSWERED.items()),
    *(("claimed", says, None, row) for says, row in UNANSWERED.items()),
    *(("submitted", says, None, row) for says, row in SUBMITTED.items()),
]
each_cell = pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)


def steps_of(
    state: Any,
    says: str,
    why: Why | None,
    result: ResultSeen = ResultSeen.ABSENT,
    **limits: bool,
) -> list[str]:
    """The steps of a cell, by age."""
    steps = []
    for age, (since_claim, since_sent) in AGES.items():
        said = (NOTED[says], None) if why is None and age == "old" and says in NOTED else why
        card = pending(
            state,
            since_claim,
            claimed_at=rfc3339(NOW - since_claim),
            first_sent_at=rfc3339(NOW - since_sent),
            error=noted(said[0], min(since_claim, HOUR), said[1]) if said else None,
        )
        steps.append(name_of(decided(card, CI[says], result, **limits)))
    return steps


@each_cell
def test_every_cell_names_its_step(state: str, says: str, why: Why | None, row: str) -> None:
    assert steps_of(state, says, why) == row.split()


@each_cell
def test_a_closed_gate_keeps_only_attempts_and_unknown_cards(
    state: str, says: str, why: Why | None, row: str
) -> None:
    expected = row.replace("NextAttempt", "Leave")
    if state in {"unknown", "claimed"}:
        expected = expected.replace("GiveUp", "Leave")
    assert steps_of(state, says, why, is_gate_open=False) == expected.split()


@each_cell
def test_a_pass_that_does_not_send_makes_no_attempt(
    state: str, says: str, why: Why | None, row: str
) -> None:
    expected = row.replace("NextAttempt", "Leave").split()
    assert steps_of(state, says, why, sends=False) == expected


@each_cell
def test_without_create_once_nothing_is_claimed(
    state: str, says: str, why: Why | None, row: str
) -> None:
    expected = row.replace("NextAttempt", "Leave").replace("GiveUp", "Leave").split()
    assert steps_of(state, says, why, creates_once=False) == expected


@each_cell
def test_a_card_with_a_result_is_only_deleted(
    state: str, says: str, why: Why | None, row: str
) -> None:
    found = steps_of(state, says, why, ResultSeen.THERE)
    assert found == ["Delete" for _ in row.split()]


@pytest.mark.parametrize(
    ("state", "ci"),
    [
        ("unknown", Silence.UNPROVEN),
        ("unknown", CI["found"]),
        ("claimed", Silence.ABSENT),
        ("submitted", Silence.DENIED),
        ("submitted", BARE),
    ],
)
def test_the_result_is_looked_for_first(state: State, ci: CiSays) -> None:
    assert decide(pending(state), ci, LIMITS) is Ask.RESULT


# -- every input has a step ----------------------------------------------------------------------

ERRORS = (
    None,
    *(noted("Held", ago, "held") for ago in (0, DAY)),
    *(noted("SlowDown", ago, "capacity") for ago in (0, DAY)),
    *(noted("InvalidArgument", ago, "other") for ago in (0, DAY)),
    *(noted(code, ago) for code in ("NoSuchJob", "NotListed", "NoResultInJob") for ago in (0, DAY)),
)
SAID: tuple[CiSays, ...] = (
    *Silence,
    job(),
    job(container=None),
    job(state=None, code=None, container=None),
    job(state="Failed", code="InternalError", container=None),
    FoundJobs((job(job_id=None), job())),
)
BOOLEANS = (True, False)


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("job_id", [None, "j2"])
def test_everything_that_can_be_said_of_a_card_has_a_step(state: State, job_id: str | None) -> None:
    limits = [
        LIMITS._replace(sends=a, is_gate_open=b, creates_once=c)
        for a, b, c in product(BOOLEANS, BOOLEANS, BOOLEANS)
    ]
    for error, ci, seen, age, some in product(ERRORS, SAID, ResultSeen, (0, DAY), limits):
        step = decide(pending(state, age, job_id=job_id, error=error), ci, some, seen)
        assert isinstance(step, get_args(Step))
        assert "\n" not in line_of(step)
        assert KEY not in line_of(step)
        is_claim = isinstance(step, NextAttempt | GiveUp)
        assert not is_claim or some.creates_once
        assert not isinstance(step, NextAttempt) or (some.sends and some.is_gate_open)
