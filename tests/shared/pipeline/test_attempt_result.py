"""A card's result: what it says of the job and the photo, and how it is written once."""

from __future__ import annotations

from typing import Any

import pytest

from shared.card import NO_FIELDS, Check
from shared.documents import (
    Evidence,
    PastAttempt,
    Result,
    ResultError,
)
from shared.jobs import Container, Job
from shared.pipeline.attempt import result_of
from shared.pipeline.steps import (
    WriteResult,
)
from shared.settings.load import load
from shared.times import rfc3339
from tests.support.cards import finished_job, id_infos, read
from tests.support.claims import AT, Bench
from tests.support.environment import ENVIRONMENT
from tests.support.pipelines import START

PASSED = Check("source.unchanged", passed=True, detail=None)
EARLIER = PastAttempt(1, AT, "j1", "Failed", "InternalError")
SETTINGS = load(ENVIRONMENT, submits=True)
EVIDENCE = Evidence("sweep", "api", verified=True, received_at=AT)
LATER = rfc3339(START + 9)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def made(bench: Bench, step: WriteResult, evidence: Evidence = EVIDENCE, **changes: Any) -> Result:
    return result_of(SETTINGS, bench.attempt(**changes), step, evidence, LATER)


def expected(bench: Bench, **changes: Any) -> Result:
    return Result(
        source=bench.attempt().source,
        version=bench.version,
        attempt=1,
        outcome="failed",
        card_type="IDCard",
        trigger="upload",
        evidence=EVIDENCE,
        written_at=LATER,
        fields=NO_FIELDS["IDCard"],
    )._replace(**changes)


def test_a_card_that_was_read_has_its_fields_items_and_checks(bench: Bench) -> None:
    job = finished_job()
    assert job.container is not None
    card = read("IDCard", job.container.id_infos, status="1")
    found = made(bench, WriteResult("recognised", None, job, PASSED))
    assert found == expected(
        bench,
        outcome="recognised",
        fields=card.fields,
        items=card.items,
        checks=(PASSED, *card.checks),
        needs_review=True,  # the specimen's number has no calendar date
        job=job,
        attempts=(PastAttempt(1, None, "a1b2c3", "Success", "Success"),),
    )


@pytest.mark.parametrize(
    ("created_at", "written_at", "is_born"),
    [
        ("2026-01-01T15:59:59Z", "2026-01-05T00:00:00Z", False),
        ("2026-01-01T16:00:00Z", "2026-01-05T00:00:00Z", True),
        (None, "2026-01-01T15:59:59Z", False),
        (None, "2026-01-01T16:00:00Z", True),
    ],
)
def test_a_card_is_read_as_on_the_day_its_job_was_created(
    bench: Bench, created_at: str | None, written_at: str, *, is_born: bool
) -> None:
    infos = id_infos(出生="2026年1月2日")
    container = Container("Success", "Success", None, infos, "0")
    job = finished_job(created_at=created_at, container=container)
    step = WriteResult("recognised", None, job, PASSED)
    found = result_of(SETTINGS, bench.attempt(), step, EVIDENCE, written_at)
    failed = {check.name for check in found.checks if not check.passed}
    assert "status.agrees" in failed
    assert ("dates.order" not in failed) is is_born


def test_a_failed_job_with_a_container_is_not_read(bench: Bench) -> None:
    error = ResultError("SourceReplaced", "why", "source")
    job = finished_job()
    failed = Check("source.unchanged", passed=False, detail="why")
    found = made(bench, WriteResult("failed", error, job, failed))
    assert found == expected(
        bench,
        error=error,
        checks=(failed,),
        needs_review=True,
        job=job,
        attempts=(PastAttempt(1, None, "a1b2c3", "Success", "Success"),),
    )


@pytest.mark.parametrize(
    ("is_verified", "checks_pass", "needs_review"),
    [(True, True, False), (False, True, True), (True, False, True), (False, False, True)],
)
def test_a_person_must_look_unless_all_checks_passed_and_ci_confirmed_it(
    bench: Bench, *, is_verified: bool, checks_pass: bool, needs_review: bool
) -> None:
    evidence = EVIDENCE._replace(verified=is_verified)
    check = PASSED._replace(passed=checks_pass)
    found = made(bench, WriteResult("nothing_found", None, None, check), evidence)
    assert (found.needs_review, found.checks) == (needs_review, (check,))


def test_a_result_without_a_check_has_none(bench: Bench) -> None:
    error = ResultError("X", "why", "submit")
    assert made(bench, WriteResult("failed", error)) == expected(bench, error=error)


@pytest.mark.parametrize("code", ["AttemptsExhausted", "NoResultInJob"])
def test_a_card_given_up_after_a_job_rests_on_the_attempt_before(bench: Bench, code: str) -> None:
    error = ResultError(code, "why", "job")
    job = finished_job(container=None)
    found = made(bench, WriteResult("failed", error, job), attempt=2, attempts=(EARLIER,))
    assert found == expected(bench, error=error, job=job, attempt=1, attempts=(EARLIER,))
    jobless = made(bench, WriteResult("failed", error), attempt=2, attempts=(EARLIER,))
    assert jobless == expected(bench, error=error, attempt=2, attempts=(EARLIER,))


def test_the_history_ends_with_the_job_that_was_read(bench: Bench) -> None:
    step = WriteResult("nothing_found", None, finished_job(container=None))
    found = made(bench, step, attempt=2, attempts=(EARLIER,), claimed_at=AT, job_id="j9")
    own = PastAttempt(2, AT, "a1b2c3", "Success", "Success")
    other = PastAttempt(2, AT, "j9", "unknown", None)
    assert found.attempts == (EARLIER, other, own)
    assert found.attempt == 2
    noted = made(bench, step, attempt=2, attempts=(EARLIER, own), claimed_at=AT, job_id="a1b2c3")
    assert noted.attempts == (EARLIER, own)


@pytest.mark.parametrize(("state", "is_older"), [("Running", False), ("Failed", True)])
def test_the_oldest_job_of_a_post_comes_before_the_younger_ones(
    bench: Bench, state: str, *, is_older: bool
) -> None:
    step = WriteResult("nothing_found", None, finished_job(container=None))
    own = PastAttempt(2, AT, "a1b2c3", "Success", "Success")
    other = PastAttempt(2, AT, "j9", state, None)
    past = (EARLIER, other)
    found = made(bench, step, attempt=2, attempts=past, claimed_at=AT, job_id="a1b2c3")
    assert found.attempts == ((EARLIER, other, own) if is_older else (EARLIER, own, other))


@pytest.mark.parametrize(
    ("outcome", "job_type", "claimed_type", "found"),
    [
        ("failed", "DriverLicense", "IDCard", "DriverLicense"),
        ("failed", "Passport", "DriverLicense", "DriverLicense"),
        ("failed", None, None, "IDCard"),
        ("nothing_found", None, None, "IDCard"),
        ("rejected", None, None, None),
        ("rejected", None, "DriverLicense", "DriverLicense"),
    ],
)
def test_the_type_is_the_jobs_the_claims_or_the_rules(
    bench: Bench, outcome: Any, job_type: str | None, claimed_type: Any, found: Any
) -> None:
    job: Job | None = finished_job(card_type=job_type, container=None) if job_type else None
    error = ResultError("X", "why", "source")
    result = made(bench, WriteResult(outcome, error, job), card_type=claimed_type)
    assert result.card_type == found
    assert result.fields == (NO_FIELDS[found] if found else {})
