from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cli.bill.comparison import Comparison
from cli.bill.ledger import CardFacts, Ledger, NamedBy, open_ledger
from cli.bill.screen import FirstOneSided
from cli.terminal.formats import local_time
from cli.terminal.period import Period, period_of
from shared.documents import PastAttempt
from shared.store.layout import name_sha256, pending_name, result_name
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.pipelines import START, World

KEY, HOUR = "uploads/a.jpg", 3600
NOW = START + 10 * HOUR
AT = rfc3339(START)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


@pytest.fixture
def world() -> World:
    return World()


def named(ledger: Ledger, job_id: str | None, at: str = AT, attempt: int = 1) -> CardFacts:
    facts = ledger.card_of("ocr/", KEY, "e1")
    ledger.add(facts, NamedBy.RESULT, PastAttempt(attempt, at, job_id, "Success", None), "failed")
    return facts


def listed(world: World, job_id: str, **changes: Any) -> None:
    token = world.token(KEY, "e1").text
    given = {"job_id": job_id, "created_at": AT, "key": KEY, "user_data": token, **changes}
    world.jobs.jobs[job_id] = finished_job(**given)


def compared(
    world: World, ledger: Ledger, period: Period | None = None, started_at: float = NOW
) -> Comparison:
    ledger.settle()
    context, whole = world.context("sweep"), period or Period()
    comparison = Comparison(context, ledger, whole, started_at, lambda _count: None)
    comparison.found_ones = list(comparison)  # type: ignore[attr-defined]
    return comparison


def found(comparison: Comparison) -> list[tuple[str, str]]:
    ones = comparison.found_ones  # type: ignore[attr-defined]
    return [(one.kind, one.job_id) for one in ones]


def test_a_job_that_both_sides_have_is_not_named(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j1")
    comparison = compared(world, ledger)
    assert (found(comparison), comparison.listed) == ([], 1)


def test_each_job_that_one_side_lacks_is_named(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j2")
    comparison = compared(world, ledger)
    assert found(comparison) == [("only_at_ci", "j2"), ("only_in_bucket", "j1")]


def test_a_job_of_an_attempt_without_a_known_one_is_found(world: World, ledger: Ledger) -> None:
    named(ledger, None)
    listed(world, "j2")
    comparison = compared(world, ledger)
    assert (found(comparison), comparison.found) == ([], 1)


def test_two_contents_that_were_claimed_at_once_and_forgotten_have_a_job_each(
    world: World, ledger: Ledger
) -> None:
    names = (pending_name("ocr/", KEY, "e1", 1), result_name("ocr/", KEY, "e2"))
    facts = ledger.card_of_record(list(map(name_sha256, names)))
    for job_id in (None, "j2"):
        past = PastAttempt(1, AT, job_id, "unknown", None)
        ledger.add(facts, NamedBy.DELETION, past, "deleted")
    listed(world, "j1")
    listed(world, "j2", user_data=world.token(KEY, "e2").text)
    comparison = compared(world, ledger)
    assert (found(comparison), comparison.found) == ([], 1)


def test_jobs_that_are_not_ours_are_counted_and_not_named(world: World, ledger: Ledger) -> None:
    listed(world, "j1", user_data="somebody's")
    listed(world, "j2", key="elsewhere/a.jpg")
    comparison = compared(world, ledger)
    assert (found(comparison), comparison.others) == ([], 2)


def test_a_job_that_ci_shows_without_user_data_may_be_ours(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    for job_id in ("j1", "j2"):
        listed(world, job_id, user_data=None)
    assert found(compared(world, ledger)) == [("maybe_ours", "j2")]


def test_what_is_older_than_all_that_ci_lists_is_told_apart(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    named(ledger, "j2", rfc3339(START + 2 * HOUR), attempt=2)
    listed(world, "j3", key="elsewhere/a.jpg", created_at=rfc3339(START + HOUR))
    kinds = [("older_than_ci_shows", "j1"), ("only_in_bucket", "j2")]
    assert found(compared(world, ledger)) == kinds


def test_a_list_with_nothing_in_it_lacks_every_job(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    assert found(compared(world, ledger)) == [("only_in_bucket", "j1")]


def test_young_jobs_are_not_compared(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j2")
    comparison = compared(world, ledger, started_at=START + 599)
    assert (found(comparison), comparison.younger) == ([], 2)
    *_, young, last = FirstOneSided().lines(comparison)
    until = local_time(rfc3339(START - 1))
    assert young == f"2 younger jobs were not compared: only jobs from before {until} were."
    assert last == "Neither side lacks a job of those compared."


def test_a_job_behind_the_period_is_not_called_younger(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j2")
    period = Period(until=START - HOUR)
    assert compared(world, ledger, period, started_at=START + 599).younger == 0


def test_a_job_that_both_sides_have_is_one_younger_job(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j1")
    comparison = compared(world, ledger, started_at=START + 599)
    assert comparison.younger == 1
    assert "1 younger job was not compared" in "\n".join(FirstOneSided().lines(comparison))


def test_a_job_at_the_edge_of_a_period_is_looked_up_on_both_sides(
    world: World, ledger: Ledger
) -> None:
    """It was claimed before midnight and created after it, and another one the other way."""
    midnight = START - START % 86_400
    before, after = rfc3339(midnight - 1), rfc3339(midnight)
    named(ledger, "j1", before)
    listed(world, "j1", created_at=after)
    named(ledger, "j2", after, attempt=2)
    listed(world, "j2", created_at=before)
    for period in (period_of(after, None), period_of(None, after)):
        assert found(compared(world, ledger, period)) == []
