"""`make stress SCENARIO=budget`: 10,000 uploads with MAX_JOBS_PER_DAY=500, in virtual time.

They come in the last hours of a day and are paused for ten minutes meanwhile. The next day's jobs
are paused too, just as sweep sends them. On the third day the limit is unset and everything goes.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence

from cli.bucket.holds import delete_holds, make_hold
from shared.times import from_rfc3339, rfc3339
from tests.load.burst import size_of
from tests.load.command import Report, run
from tests.load.virtual_cloud import BETWEEN_SWEEPS_SECONDS, VirtualCloud, in_seconds, settings_of
from tests.simulation.scheduler import Process

CARDS = 10_000
JOBS_PER_DAY = 500
WITHIN_SECONDS = 3600
PER_SECOND = 40
_DAY = 86_400
MIDNIGHT = from_rfc3339("2026-01-06T00:00:00Z")
START = MIDNIGHT - 5400
_PAUSED_SECONDS = 600
_HOLDS_COUNT_SECONDS = 10
_ON_ITS_WAY_SECONDS = (
    3  # from an upload to its POST, and from an answer of COS's to what it lets go
)
_LIFTED = MIDNIGHT + _DAY + 1800
_LATEST = _LIFTED + 3 * 3600


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate it; returns the exit status."""
    return run("budget", measure, arguments)


def measure(rng: random.Random, cards: int = 0) -> Report:
    """Upload, pause, and let the days pass until nothing is pending."""
    cards = cards or CARDS
    share = cards / CARDS
    limit, per_second = max(1, round(share * JOBS_PER_DAY)), max(1, round(share * PER_SECOND))
    environment = {"REQUESTS_PER_SECOND": str(per_second)}
    cloud = VirtualCloud(
        rng.getrandbits(32), START, size_of(share), **environment, MAX_JOBS_PER_DAY=str(limit)
    )
    for moment in in_seconds(rng, WITHIN_SECONDS, cards):
        cloud.upload(f"uploads/{rng.getrandbits(64):016x}.jpg", moment)
    first_sweep = rng.uniform(0, BETWEEN_SWEEPS_SECONDS)
    cloud.start_timer(first_sweep)
    next_day = first_sweep + MIDNIGHT - START  # a sweep begins then
    sending_seconds = limit / per_second
    pauses = [_pause(cloud, rng.uniform(30, 90)), _pause(cloud, next_day + sending_seconds / 2)]
    cloud.scheduler.spawn(
        "deployment", lambda _: _deploy(cloud, environment), after=_LIFTED - START
    )

    def is_done() -> bool:
        return len(cloud.result_at) == cards and not cloud.cos.names("pending")

    cloud.scheduler.run(_LATEST, stop=is_done)
    return _report(cloud, cards, limit, pauses)


def _pause(cloud: VirtualCloud, after: float) -> float:
    """Hold everything, so many seconds from now, for ten minutes. Returns since when."""

    def work(process: Process) -> None:
        context = cloud.context(process, "sweep")
        make_hold(context.store, "ocr/", context.at(), "an operator", "a drill")
        process.wait(_PAUSED_SECONDS)
        delete_holds(context.store, "ocr/")

    cloud.scheduler.spawn("operator", work, after=after)
    return cloud.now() + after


def _deploy(cloud: VirtualCloud, environment: dict[str, str]) -> None:
    """Unset the limit."""
    cloud.settings = settings_of(**environment)


def _report(cloud: VirtualCloud, cards: int, limit: int, pauses: Sequence[float]) -> Report:
    report, ci = Report(), cloud.ci
    days = Counter(rfc3339(job.created)[:10] for job in ci.jobs.values() if job.created < _LIFTED)
    first, second, third = (rfc3339(MIDNIGHT + day * _DAY)[:10] for day in (-1, 0, 1))
    held_at = cloud.cos.held_at[f"ocr/state/holds/budget.{first}.json"]
    counted_at = max(at for at in cloud.swept_at if at < held_at - BETWEEN_SWEEPS_SECONDS / 2)
    arrived = sum(
        counted_at - _ON_ITS_WAY_SECONDS < at < held_at + _HOLDS_COUNT_SECONDS
        for at in cloud.uploaded_at.values()
    )
    report.must("cards", len(cloud.uploaded_at), cards)
    report.at_most("jobs of the first day", days[first], limit + arrived)
    report.figures["uploads between its last two counts"] = arrived
    report.must("jobs of the second day", days[second], limit)
    report.must("jobs of the third day, before the limit is unset", days[third], limit)
    for number, since in enumerate(pauses, 1):
        paused = [at - since for at in ci.posted_at if since < at < since + _PAUSED_SECONDS]
        latest = max(paused, default=0.0)
        report.at_most(f"seconds from pause {number} to the last POST", latest, 10 + 1)
    report.must("jobs", len(ci.jobs), cards)
    report.must("results", len(cloud.result_at), cards)
    report.must("pending at the end", len(cloud.cos.names("pending")), 0)
    report.figures["sweeps"] = len(cloud.swept_at)
    return report


if __name__ == "__main__":
    sys.exit(main())
