"""The end of a measurement: sweeps until nothing is pending, then the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from tests.load import specimens
from tests.load.command import Report, counted
from tests.load.counts import count_jobs, foreign, results_by_card
from tests.load.live import Live

ROUND_SECONDS = 300.0  # the sweep timer's
MOST_ROUNDS = 60
PROBES = "probe"


def _nothing() -> None:
    pass


def finish_pending(
    running: Live, first_number: int, send: Callable[[], None] = _nothing, least_rounds: int = 7
) -> int:
    """Move the clock on from sweep to sweep until nothing is pending; returns how many probes.

    In each round one more card is uploaded, a probe: that a lost submission made no job is proven
    by a later job in CI's list, and after the last upload of all there would be none. `send` is
    called after each upload.
    """
    rounds = 0
    while rounds < MOST_ROUNDS and (rounds < least_rounds or running.names("pending")):
        number = first_number + rounds
        running.put(specimens.key(number, PROBES), specimens.content(number))
        send()
        running.move_on(ROUND_SECONDS)
        rounds += 1
    running.move_on(1)
    return rounds


def count(running: Live, cards: int, probes: int) -> Report:
    """The figures that every measurement with distinct cards must show."""
    report = Report()
    folder = f"uploads/{PROBES}/"
    results = running.documents("results")
    own = {name: one for name, one in results.items() if folder not in name}
    jobs = [job for job in running.cloud.jobs if not job.request.object_key.startswith(folder)]
    counted_jobs, counted_results = count_jobs(jobs), results_by_card(own)
    numbers = range(cards + probes)
    names = {specimens.key(number): specimens.name(number) for number in numbers}
    report.figures["uploads"] = cards
    report.must("jobs", sum(counted_jobs.by_card.values()), cards)
    report.must("jobs per card", counted_jobs.per_card(cards), 1.0)
    report.must("cards with two jobs", counted_jobs.several, 0)
    report.figures["jobs CI failed for a passing reason"] = counted_jobs.failed
    report.must("results", len(own), cards)
    report.must("results per card", sum(counted_results.values()) / cards, 1.0)
    recognised = sum(one["outcome"] == "recognised" for one in own.values())
    report.must("results with text", recognised, cards)
    report.must("results of another card's content", foreign(own.values(), names), 0)
    report.must("results of probes", len(results) - len(own), probes)
    report.must("pending", len(running.names("pending")), 0)
    by = Counter(str(one["evidence"]["delivered_by"]) for one in own.values())
    report.figures["results delivered by"] = counted(by)
    invoked = Counter(invocation.function for invocation in running.cloud.invocations)
    invoked["callback"] = len(running.cloud.callbacks)
    report.figures["invocations"] = f"{sum(invoked.values())}: {counted(invoked)}"
    report.figures["events given up"] = len(running.cloud.dead_letters)
    report.figures["logged"] = counted(running.log.events)
    report.problems += running.log.problems()
    return report
