"""A pending card, an attempt as the steps need it, and a step as one line for people."""

from __future__ import annotations

from typing import get_args

import pytest

from shared.documents import ResultError, State
from shared.pipeline.steps import (
    Adopt,
    Ask,
    Delete,
    Finish,
    GiveUp,
    Leave,
    NextAttempt,
    Note,
    Step,
    WriteResult,
    line_of,
)
from shared.times import rfc3339
from tests.support.attempts import (
    CLAIMED_AT,
    NOW,
    attempt,
    given_up,
    job,
    noted,
    own_entry,
    pending,
)
from tests.support.pipelines import START

NEXT = attempt("claimed")._replace(attempt=3)


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (Ask.JOB, "ask CI for the job"),
        (Ask.LIST, "look for the job in CI's list"),
        (Ask.RESULT, "look for the result"),
        (Leave("it is not due yet"), "leave: it is not due yet"),
        (Delete(), "delete what is pending beside a result"),
        (Adopt(attempt(job_id="j9")), "adopt job j9"),
        (Note(attempt(error=noted("NoSuchJob", 0))), "note NoSuchJob"),
        (Note(attempt(error=None)), "note that CI shows the job"),
        (NextAttempt(NEXT), "next attempt 0003"),
        (given_up(NEXT, ResultError("X", "why", "submit"), None), "give up: X"),
        (GiveUp(NEXT, WriteResult("failed", None)), "give up: failed"),
        (Finish(job(), "nothing_found", None), "write the result: nothing_found"),
    ],
)
def test_a_step_is_one_line(step: Step, line: str) -> None:
    assert line_of(step) == line


@pytest.mark.parametrize(
    ("state", "job_id", "is_one"),
    [
        ("claimed", None, True),
        ("unknown", None, True),
        ("submitted", None, True),
        ("submitted", "j2", False),
        ("waiting", None, False),
        ("waiting", "j2", False),
    ],
)
def test_an_attempt_is_unanswered_without_a_job_id_unless_it_waits(
    state: State, job_id: str | None, *, is_one: bool
) -> None:
    assert pending(state, job_id=job_id).is_unanswered is is_one


def test_only_an_attempt_that_waits_has_no_job_for_certain() -> None:
    found = {state: attempt(state).may_have_job for state in get_args(State)}
    assert found == {"claimed": True, "submitted": True, "unknown": True, "waiting": False}


def test_a_past_attempt_has_the_state_and_the_code_that_ci_showed_last() -> None:
    assert attempt().past() == own_entry()
    assert attempt().past(job(state=None, code="X")) == own_entry(code="X")
    assert attempt().past(job()) == own_entry(state="Success", code="Success")


def test_a_card_is_as_old_as_its_first_claim() -> None:
    card = pending(unchanged_for=5)
    assert (card.claimed_at, card.age, card.unchanged_for) == (CLAIMED_AT, NOW - START, 5)


@pytest.mark.parametrize(("owner", "expected"), [("an-owner", CLAIMED_AT), ("", START)])
def test_a_job_is_looked_for_from_the_claim_or_from_as_early_as_it_can_have_been(
    owner: str, expected: float
) -> None:
    assert pending(owner=owner).sent_from == expected


@pytest.mark.parametrize(
    ("state", "first", "expected"),
    [
        ("claimed", None, rfc3339(CLAIMED_AT)),
        ("waiting", None, None),
        ("claimed", rfc3339(START), rfc3339(START)),
    ],
)
def test_a_claimed_attempt_counts_as_sent_when_it_was_claimed(
    state: State, first: str | None, expected: str | None
) -> None:
    assert pending(state, first_sent_at=first).first_sent_at == expected
