"""What is decided about a pending card: state × what CI says × what COS says × age × limits."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from shared.documents import Attempt, AttemptError, PastAttempt, Source, State
from shared.jobs import Job
from shared.pipeline.decide import (
    CiSays,
    FoundJobs,
    Limits,
    ResultSeen,
    Silence,
    decide,
)
from shared.pipeline.steps import (
    Adopt,
    Ask,
    GiveUp,
    NextAttempt,
    Note,
    PendingCard,
    Step,
    line_of,
)
from shared.settings.load import load
from shared.store import Photo
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, ENVIRONMENT, REGION
from tests.support.pipelines import START

KEY, ETAG = "uploads/a.jpg", "e1"
NOW = START + 30 * 86_400
HOUR, DAY = 3600, 86_400
SETTINGS = load(ENVIRONMENT, submits=True)
SOURCE = Source(BUCKET, REGION, KEY, ETAG, 9, rfc3339(START), None)
PHOTO = Photo(KEY, ETAG, 9, rfc3339(START), "image/jpeg", None, None, int(START) + 5)
LIMITS = Limits(max_attempts=3, give_up_after_seconds=DAY)
LAST_CHANCE = PastAttempt(1, None, "j0", "Failed", "InternalError")

# Seconds since the claim and since the object was written; since the first attempt that was sent.
AGES = {"young": (60, 60), "due": (2 * HOUR, 2 * HOUR), "old": (2 * HOUR, 2 * DAY)}
JOBS: dict[str, CiSays] = {
    "running": finished_job(state="Running", container=None),
    "read": finished_job(),
    "bare": finished_job(container=None),
    "passing": finished_job(state="Failed", code="InternalError", container=None),
    "failed": finished_job(state="Failed", code="ImageDecodeFailed", container=None),
    "cancelled": finished_job(state="Cancel", container=None),
    "foreign": finished_job(key="uploads/other.jpg"),
    "found": FoundJobs((finished_job(),)),
}
CI: dict[str, CiSays] = {silence.name: silence for silence in Silence} | {
    name: job._replace(key=KEY) if isinstance(job, Job) and name != "foreign" else job
    for name, job in JOBS.items()
}


def card(state: State, age: str, error: tuple[str, str | None] | None = None) -> PendingCard:
    since_claim, since_sent = AGES[age]
    at, noted_at = rfc3339(NOW - since_claim), rfc3339(NOW - min(since_claim, HOUR))
    attempt = Attempt(
        source=SOURCE,
        card_type="IDCard",
        version=ETAG,
        attempt=2,
        owner="an-owner",
        state=state,
        trigger="upload",
        job_id="a1b2c3" if state == "submitted" else None,
        first_claimed_at=rfc3339(NOW - 3 * DAY),
        claimed_at=at,
        first_sent_at=rfc3339(NOW - since_sent),
        refusals=1,
        error=AttemptError(error[0], "why", error[1], noted_at) if error else None,  # type: ignore[arg-type]
    )
    return PendingCard(attempt, ("…0002.json",), NOW - since_claim, NOW)


def name_of(step: object) -> str:
    return step.name if isinstance(step, Ask) else type(step).__name__


# Columns: young, due, old. An old card's object has said for two hours why it is there.
WAITING = {
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


def decided(
    state: Any,
    says: str,
    why: tuple[str, str | None] | None,
    age: str,
    limits: Limits = LIMITS,
    result: ResultSeen = ResultSeen.ABSENT,
) -> Step:
    if why is None and age == "old" and says in NOTED:
        why = (NOTED[says], None)
    return decide(card(state, age, why), CI[says], limits, result)


@pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)
def test_every_cell_names_its_step(state: str, says: str, why: Any, row: str) -> None:
    steps = [name_of(decided(state, says, why, age)) for age in AGES]
    assert steps == row.split()


@pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)
def test_a_closed_gate_keeps_only_attempts_and_unknown_cards(
    state: str, says: str, why: Any, row: str
) -> None:
    limits = LIMITS._replace(is_gate_open=False)
    steps = [name_of(decided(state, says, why, age, limits)) for age in AGES]
    expected = row.replace("NextAttempt", "Leave")
    if state in {"unknown", "claimed"}:
        expected = expected.replace("GiveUp", "Leave")
    assert steps == expected.split()


@pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)
def test_a_pass_that_does_not_send_makes_no_attempt(
    state: str, says: str, why: Any, row: str
) -> None:
    steps = [name_of(decided(state, says, why, age, LIMITS._replace(sends=False))) for age in AGES]
    assert steps == row.replace("NextAttempt", "Leave").split()


@pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)
def test_without_create_once_nothing_is_claimed(state: str, says: str, why: Any, row: str) -> None:
    limits = LIMITS._replace(creates_once=False)
    steps = [name_of(decided(state, says, why, age, limits)) for age in AGES]
    assert steps == row.replace("NextAttempt", "Leave").replace("GiveUp", "Leave").split()


@pytest.mark.parametrize(("state", "says", "why", "row"), CELLS)
def test_a_card_with_a_result_is_only_deleted(state: str, says: str, why: Any, row: str) -> None:
    for age in AGES:
        assert name_of(decided(state, says, why, age, result=ResultSeen.THERE)) == "Delete"
    assert row


def test_every_combination_has_a_step() -> None:
    errors = [*WAITING, ("NoSuchJob", None), ("NoReply", None)]
    axes = product(get_args(State), CI, errors, AGES, ResultSeen)
    for state, says, why, age, seen in axes:
        step = decide(card(state, age, why), CI[says], LIMITS, seen)
        assert "\n" not in line_of(step)
        assert KEY not in line_of(step)


@pytest.mark.parametrize(
    ("state", "says", "age"),
    [
        ("unknown", "UNPROVEN", "due"),
        ("unknown", "found", "due"),
        ("claimed", "ABSENT", "due"),
        ("submitted", "DENIED", "due"),
        ("submitted", "bare", "due"),
    ],
)
def test_the_result_is_looked_for_first(state: Any, says: str, age: str) -> None:
    step = decide(card(state, age), CI[says], LIMITS)
    assert name_of(step) == "RESULT"


@pytest.mark.parametrize("why", [None, ("QueueSaturated", "capacity")])
def test_a_waiting_card_that_is_not_sent_may_have_its_result(why: Any) -> None:
    limits = LIMITS._replace(is_gate_open=False)
    assert name_of(decide(card("waiting", "due", why), Silence.NOT_ASKED, limits)) == ("RESULT")


# -- edges ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusals", "seconds", "is_due"),
    [
        *((1, 299, False), (1, 300, True), (2, 599, False), (2, 600, True), (4, 2399, False)),
        *((4, 2400, True), (5, 3599, False), (5, 3600, True), (9, 3600, True), (99, 3600, True)),
        *((0, 299, False), (0, 300, True)),
    ],
)
def test_each_refusal_doubles_the_wait_to_an_hour(
    refusals: int,
    seconds: int,
    is_due: bool,  # noqa: FBT001
) -> None:
    found = card("waiting", "due", ("QueueSaturated", "capacity"))
    found = found._replace(
        attempt=found.attempt._replace(refusals=refusals), written_at=NOW - seconds
    )
    step = decide(found, Silence.NOT_ASKED, LIMITS)
    assert isinstance(step, NextAttempt) is is_due


@pytest.mark.parametrize(("seconds", "step"), [(1199, "Leave"), (1200, "LIST")])
def test_an_unanswered_attempt_is_stale_after_twenty_minutes(seconds: int, step: str) -> None:
    found = card("unknown", "due")._replace(written_at=NOW - seconds)
    assert name_of(decide(found, Silence.NOT_ASKED, LIMITS)) == step


@pytest.mark.parametrize(
    ("sent", "noted", "step"),
    [
        (DAY, HOUR, "GiveUp"),
        (DAY - 1, HOUR, "Leave"),
        (DAY, HOUR - 1, "Leave"),
        (None, HOUR, "Leave"),
    ],
)
def test_a_card_is_given_up_a_day_after_it_was_sent_and_an_hour_after_it_was_noted(
    sent: int | None, noted: int, step: str
) -> None:
    found = card("unknown", "old")
    attempt = found.attempt._replace(
        first_sent_at=rfc3339(NOW - sent) if sent is not None else None,
        error=AttemptError("SubmissionUnknown", None, None, rfc3339(NOW - noted)),
    )
    found = found._replace(attempt=attempt)
    assert name_of(decide(found, Silence.UNPROVEN, LIMITS, ResultSeen.ABSENT)) == step


def test_a_claimed_attempt_counts_as_sent_when_it_was_claimed() -> None:
    found = card("claimed", "old")
    attempt = found.attempt._replace(first_sent_at=None, claimed_at=rfc3339(NOW - DAY))
    assert found._replace(attempt=attempt).first_sent_at == rfc3339(NOW - DAY)
    waiting = found._replace(attempt=attempt._replace(state="waiting"))
    assert waiting.first_sent_at is None


@pytest.mark.parametrize(
    ("claimed", "noted", "step"),
    [
        (HOUR - 1, None, "Leave"),
        (HOUR, None, "Note"),
        (HOUR + 300, 299, "Leave"),
        (HOUR + 300, 300, "NextAttempt"),
        (HOUR + 300, 301, "Note"),  # it was noted within the first hour
    ],
)
def test_a_denied_job_is_lost_after_two_denials_an_hour_after_the_claim(
    claimed: int, noted: int | None, step: str
) -> None:
    found = card("submitted", "due")
    error = None if noted is None else AttemptError("NoSuchJob", None, None, rfc3339(NOW - noted))
    attempt = found.attempt._replace(claimed_at=rfc3339(NOW - claimed), error=error)
    found = found._replace(attempt=attempt)
    assert name_of(decide(found, Silence.DENIED, LIMITS, ResultSeen.ABSENT)) == step


@pytest.mark.parametrize(
    ("state", "says", "code"),
    [
        ("unknown", "UNPROVEN", "SubmissionUnknown"),
        ("unknown", "UNPROVEN", "NotListed"),
        ("unknown", "REFUSED", "NotListed"),
        ("submitted", "bare", "NoResultInJob"),
    ],
)
def test_what_was_noted_is_not_noted_again(state: Any, says: str, code: str) -> None:
    found = card(state, "due", (code, None))
    assert name_of(decide(found, CI[says], LIMITS, ResultSeen.ABSENT)) == "Leave"


@pytest.mark.parametrize(
    ("state", "may"),
    [("claimed", True), ("unknown", True), ("submitted", True), ("waiting", False)],
)
def test_only_a_waiting_attempt_surely_has_no_job(state: Any, may: bool) -> None:  # noqa: FBT001
    assert card(state, "due").attempt.may_have_job is may


def test_a_job_that_ci_shows_again_was_denied_for_the_first_time() -> None:
    found = card("submitted", "due", ("NoSuchJob", None))
    step = decide(found, CI["running"], LIMITS)
    assert isinstance(step, Note)
    assert step.attempt.error is None


def test_a_list_that_was_refused_ends_a_card_that_was_noted_for_it() -> None:
    found = card("unknown", "old", ("NotListed", None))
    step = decide(found, Silence.REFUSED, LIMITS, ResultSeen.ABSENT)
    assert isinstance(step, GiveUp)
    assert step.result.error is not None
    assert (step.result.error.code, step.result.error.stage) == ("SubmissionUnknown", "submit")


# -- what the next attempt carries ------------------------------------------------------------


def test_the_next_attempt_carries_what_must_not_be_lost() -> None:
    found = card("submitted", "due")
    step = decide(found, CI["passing"], LIMITS)
    assert isinstance(step, NextAttempt)
    following, before = step.attempt, found.attempt
    assert (following.attempt, following.state, following.job_id) == (3, "claimed", None)
    assert (following.claimed_at, following.error) == (None, None)
    assert following.first_claimed_at == before.first_claimed_at
    assert (following.first_sent_at, following.refusals) == (before.first_sent_at, 1)
    assert following.attempts == (
        PastAttempt(2, before.claimed_at, "a1b2c3", "Failed", "InternalError"),
    )


def test_an_attempt_that_made_no_job_leaves_no_entry() -> None:
    for state, says in (("waiting", "NOT_ASKED"), ("unknown", "ABSENT")):
        step = decided(state, says, None, "due")
        assert isinstance(step, NextAttempt)
        assert step.attempt.attempts == ()


def test_a_lost_job_is_kept_as_unknown() -> None:
    step = decided("submitted", "DENIED", None, "old")
    assert isinstance(step, NextAttempt)
    (entry,) = step.attempt.attempts
    assert (entry.job_id, entry.state, entry.code) == ("a1b2c3", "unknown", None)


def test_a_claim_to_give_up_says_so_and_keeps_the_unknown_attempt() -> None:
    step = decided("unknown", "UNPROVEN", None, "old")
    assert isinstance(step, GiveUp)
    assert step.attempt.state == "waiting"
    assert step.attempt.error is not None
    assert (step.attempt.error.code, step.attempt.error.refusal) == ("SubmissionUnknown", None)
    assert [entry.job_id for entry in step.attempt.attempts] == [None]


@pytest.mark.parametrize("had", [1, 2])
def test_a_card_has_as_many_jobs_as_it_may_have(had: int) -> None:
    found = card("submitted", "due")
    past = tuple(LAST_CHANCE._replace(attempt=number) for number in range(10, 10 + had))
    found = found._replace(attempt=found.attempt._replace(attempts=past))
    step = decide(found, CI["passing"], LIMITS)
    assert isinstance(step, GiveUp) is (had == 2)
    if isinstance(step, GiveUp):
        assert step.result.error is not None
        assert (step.result.error.code, step.result.error.stage) == ("AttemptsExhausted", "job")
        assert step.result.job is not None


def test_two_jobs_of_one_attempt_count_once() -> None:
    found = card("submitted", "due")
    past = (LAST_CHANCE, LAST_CHANCE._replace(job_id="j00"))
    found = found._replace(attempt=found.attempt._replace(attempts=past))
    assert isinstance(decide(found, CI["passing"], LIMITS), NextAttempt)


def test_the_oldest_job_is_adopted_and_any_other_noted() -> None:
    jobs = FoundJobs((finished_job(job_id="old"), finished_job(job_id="new")))
    found = card("unknown", "due", ("NoReply", None))
    step = decide(found, jobs, LIMITS, ResultSeen.ABSENT)
    assert isinstance(step, Adopt)
    adopted = step.attempt
    assert (adopted.state, adopted.job_id, adopted.error) == ("submitted", "old", None)
    assert [entry.job_id for entry in adopted.attempts] == ["new"]
    again = decide(
        found._replace(attempt=found.attempt._replace(attempts=adopted.attempts)),
        jobs,
        LIMITS,
        ResultSeen.ABSENT,
    )
    assert isinstance(again, Adopt)
    assert len(again.attempt.attempts) == 1


def test_names_have_four_digits() -> None:
    found = card("waiting", "due")
    for attempt, step in ((9998, "NextAttempt"), (9999, "Leave")):
        last = found._replace(attempt=found.attempt._replace(attempt=attempt))
        assert name_of(decide(last, Silence.NOT_ASKED, LIMITS, ResultSeen.ABSENT)) == step
