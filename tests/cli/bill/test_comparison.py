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
) -> tuple[Comparison, list[tuple[str, str]]]:
    """The comparison, and the kind and JobId of each job that one side lacks."""
    ledger.settle()
    context, whole = world.context("sweep"), period or Period()
    comparison = Comparison(context, ledger, whole, started_at, lambda _count: None)
    return comparison, [(one.kind, one.job_id) for one in comparison]


@pytest.mark.parametrize(
    ("in_objects", "at_ci", "found", "counts"),
    [
        ([("j1",)], {"j1": {}}, [], {"listed": 1}),
        ([("j1",)], {"j2": {}}, [("only_at_ci", "j2"), ("only_in_bucket", "j1")], {"listed": 1}),
        ([(None,)], {"j2": {}}, [], {"found": 1}),
        ([], {"j1": {"user_data": "x"}, "j2": {"key": "elsewhere/a.jpg"}}, [], {"others": 2}),
        (
            [("j1",)],
            {job_id: {"user_data": None} for job_id in ("j1", "j2")},
            [("maybe_ours", "j2")],
            {"others": 0},
        ),
        (
            [("j1",), ("j2", rfc3339(START + 2 * HOUR), 2)],
            {"j3": {"key": "elsewhere/a.jpg", "created_at": rfc3339(START + HOUR)}},
            [("older_than_ci_shows", "j1"), ("only_in_bucket", "j2")],
            {"others": 1},
        ),
        ([("j1",)], {}, [("only_in_bucket", "j1")], {"listed": 0}),
    ],
    ids=[
        *("both sides have it", "each lacks one", "of an attempt without a known job"),
        *("not ours", "without UserData", "older than all that CI lists", "an empty list"),
    ],
)
def test_each_job_that_one_side_lacks_is_named(
    world: World,
    ledger: Ledger,
    in_objects: list[tuple[Any, ...]],
    at_ci: dict[str, dict[str, Any]],
    found: list[tuple[str, str]],
    counts: dict[str, int],
) -> None:
    for one in in_objects:
        named(ledger, *one)
    for job_id, changes in at_ci.items():
        listed(world, job_id, **changes)
    comparison, ones = compared(world, ledger)
    assert ones == found
    assert {name: getattr(comparison, name) for name in counts} == counts


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
    comparison, ones = compared(world, ledger)
    assert (ones, comparison.found) == ([], 1)


def test_young_jobs_are_not_compared(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j2")
    comparison, ones = compared(world, ledger, started_at=START + 599)
    assert (ones, comparison.younger) == ([], 2)
    *_, young, last = FirstOneSided().lines(comparison)
    until = local_time(rfc3339(START - 1))
    assert young == f"2 younger jobs were not compared: only jobs from before {until} were."
    assert last == "Neither side lacks a job of those compared."


def test_a_job_that_ci_lost_is_said_to_be_lacking(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    comparison, _ = compared(world, ledger)
    assert "CI's list lacks 1 job:" in list(FirstOneSided().lines(comparison))


def test_a_job_behind_the_period_is_not_called_younger(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j2")
    period = Period(until=START - HOUR)
    assert compared(world, ledger, period, started_at=START + 599)[0].younger == 0


def test_a_job_that_both_sides_have_is_one_younger_job(world: World, ledger: Ledger) -> None:
    named(ledger, "j1")
    listed(world, "j1")
    comparison, _ = compared(world, ledger, started_at=START + 599)
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
        assert compared(world, ledger, period)[1] == []
