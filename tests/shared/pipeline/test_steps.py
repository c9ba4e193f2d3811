"""A step as one line for people."""

from __future__ import annotations

import pytest

from shared.documents import ResultError
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
from tests.support.attempts import attempt, given_up, job, noted

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
