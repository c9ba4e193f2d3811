from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from cli.bill.ledger import CardFacts, Ledger, NamedBy, open_ledger
from cli.terminal.period import Period, period_of
from shared.documents import PastAttempt

ALL = Period()
AT, LATER = "2026-01-02T03:04:05Z", "2026-01-02T03:04:15Z"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


def past(number: int = 1, job_id: str | None = "j1", at: str | None = AT) -> PastAttempt:
    return PastAttempt(number, at, job_id, "Success", None)


def card(ledger: Ledger, version: str = "e1") -> CardFacts:
    facts = ledger.card_of("ocr/", "uploads/a.jpg", version)
    return facts._replace(card_type="IDCard", trigger="upload")


def record(ledger: Ledger, *names: str) -> CardFacts:
    return ledger.card_of_record([hashlib.sha256(name.encode()).hexdigest() for name in names])


def pending(version: str = "e1", attempt: int = 1) -> str:
    return f"ocr/pending/uploads/a.jpg.{version}.{attempt:04d}.json"


def without(ledger: Ledger) -> int:
    ledger.settle()
    return sum(line.jobs for line in ledger.without_job_id(ALL))


def test_a_job_that_several_objects_name_counts_once_as_its_result_says(ledger: Ledger) -> None:
    ledger.add(card(ledger), NamedBy.PENDING, past(), "pending")
    ledger.add(card(ledger), NamedBy.OWN_RESULT, past(), "recognised", "2026-01-03T00:00:01Z")
    ledger.add(record(ledger, pending()), NamedBy.DELETION, past(), "unused")
    (line,) = ledger.jobs(ALL)
    assert line == ("2026-01-03", "IDCard", "upload", "recognised", 1)


def test_a_job_without_a_time_is_in_all_of_time_only(ledger: Ledger) -> None:
    ledger.add(card(ledger), NamedBy.RESULT, past(at=None), "failed")
    assert [line.day for line in ledger.jobs(ALL)] == [None]
    assert not list(ledger.jobs(period_of("2026-01-01", None)))


def test_an_attempt_whose_job_another_object_names_is_not_without_one(ledger: Ledger) -> None:
    ledger.add(card(ledger), NamedBy.PENDING, past(job_id=None, at=None), "pending")
    ledger.add(card(ledger), NamedBy.RESULT, past(), "unused")
    assert without(ledger) == 0


def test_an_attempt_that_several_objects_name_without_its_job_counts_once(ledger: Ledger) -> None:
    for source in (NamedBy.PENDING, NamedBy.PENDING, NamedBy.RESULT):
        ledger.add(card(ledger), source, past(job_id=None), "failed")
    ledger.add(record(ledger, pending()), NamedBy.DELETION, past(job_id=None), "unused")
    assert without(ledger) == 1


def test_attempts_of_two_versions_are_two(ledger: Ledger) -> None:
    for version in ("e1", "e2"):
        ledger.add(card(ledger, version), NamedBy.PENDING, past(job_id=None), "pending")
    assert without(ledger) == 2


def test_a_record_of_what_the_result_names_by_its_job_adds_nothing(ledger: Ledger) -> None:
    ledger.add(card(ledger), NamedBy.OWN_RESULT, past(), "recognised", LATER)
    ledger.add(record(ledger, pending()), NamedBy.DELETION, past(job_id=None), "unused")
    assert without(ledger) == 0


def test_a_record_can_name_the_attempts_of_two_versions(ledger: Ledger) -> None:
    forgotten = record(ledger, pending("e1"), pending("e2"))
    ledger.add(forgotten, NamedBy.DELETION, past(job_id=None), "deleted")
    ledger.add(forgotten, NamedBy.DELETION, past(job_id="j2", at=LATER), "deleted")
    assert without(ledger) == 1


def test_records_of_one_card_name_one_attempt(ledger: Ledger) -> None:
    for names in ((pending("e1", 1), pending("e1", 2)), (pending("e1", 2),)):
        found = record(ledger, *names)
        ledger.add(found, NamedBy.DELETION, past(2, job_id=None), "unused")
    assert without(ledger) == 1


def test_a_card_that_is_uploaded_again_after_it_was_forgotten_has_an_attempt_of_its_own(
    ledger: Ledger,
) -> None:
    ledger.add(record(ledger, pending()), NamedBy.DELETION, past(job_id=None), "deleted")
    again = past(at="2026-01-02T04:04:05Z")
    ledger.add(card(ledger), NamedBy.OWN_RESULT, again, "recognised", again.claimed_at)
    assert without(ledger) == 1


def test_a_period_has_its_first_moment_and_not_its_last(ledger: Ledger) -> None:
    for number, at in enumerate(("2026-01-01T23:59:59Z", "2026-01-02T00:00:00Z", AT), 1):
        job = past(number, f"j{number}", at)
        ledger.add(card(ledger), NamedBy.RESULT, job, "unused")
    assert [line.jobs for line in ledger.jobs(period_of("2026-01-02", AT))] == [1]


def test_a_job_of_an_attempt_without_one_is_found_once(ledger: Ledger) -> None:
    ledger.add(record(ledger, pending()), NamedBy.DELETION, past(job_id=None), "deleted")
    ledger.settle()
    assert ledger.is_of_attempt("j9", 1, [pending()])
    assert not ledger.is_of_attempt("j10", 1, [pending()])
    assert not ledger.is_of_attempt("j10", 2, [pending("e1", 2), pending()])
