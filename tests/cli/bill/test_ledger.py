from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

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


class Named(NamedTuple):
    """The attempts that an object names: of a version's card, or of a record of these names."""

    of: str | tuple[str, ...]
    source: NamedBy
    attempts: tuple[PastAttempt, ...] = (past(job_id=None),)
    created_at: str | None = None


IN_PENDING, IN_RESULT = Named("e1", NamedBy.PENDING), Named("e1", NamedBy.RESULT)
IN_RECORD = Named((pending(),), NamedBy.DELETION)
HOUR_LATER = past(at="2026-01-02T04:04:05Z")
WITHOUT: dict[str, tuple[list[Named], int]] = {
    "another object names its job": (
        [
            IN_PENDING._replace(attempts=(past(job_id=None, at=None),)),
            IN_RESULT._replace(attempts=(past(),)),
        ],
        0,
    ),
    "several objects name it": ([IN_PENDING, IN_PENDING, IN_RESULT, IN_RECORD], 1),
    "several objects name it, claimed within two minutes": (
        [IN_PENDING, IN_RESULT._replace(attempts=(past(job_id=None, at=LATER),))],
        1,
    ),
    "of two versions": ([IN_PENDING, IN_PENDING._replace(of="e2")], 2),
    "a record of what the result names by its job": (
        [Named("e1", NamedBy.OWN_RESULT, (past(),), LATER), IN_RECORD],
        0,
    ),
    "a record of two versions": (
        [
            Named(
                (pending("e1"), pending("e2")),
                NamedBy.DELETION,
                (past(job_id=None), past(job_id="j2", at=LATER)),
            )
        ],
        1,
    ),
    "records of one card": (
        [
            Named(names, NamedBy.DELETION, (past(2, job_id=None),))
            for names in ((pending("e1", 1), pending("e1", 2)), (pending("e1", 2),))
        ],
        1,
    ),
    "uploaded again after it was forgotten": (
        [IN_RECORD, Named("e1", NamedBy.OWN_RESULT, (HOUR_LATER,), HOUR_LATER.claimed_at)],
        1,
    ),
}


@pytest.mark.parametrize(("objects", "count"), WITHOUT.values(), ids=WITHOUT)
def test_each_attempt_without_a_known_job_counts_once(
    ledger: Ledger, objects: list[Named], count: int
) -> None:
    for of, source, attempts, created_at in objects:
        facts = card(ledger, of) if isinstance(of, str) else record(ledger, *of)
        for one in attempts:
            ledger.add(facts, source, one, "failed", created_at)
    ledger.settle()
    assert sum(line.jobs for line in ledger.without_job_id(ALL)) == count


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
