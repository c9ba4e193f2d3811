"""A flood with MAX_JOBS_PER_DAY and pauses, in virtual time: the budget and the pauses are kept.

The uploads come in the last hours of a day and are paused for ten minutes meanwhile. The next day's
jobs are paused too, just as sweep sends them. On the third day the limit is unset.
"""

from __future__ import annotations

from collections import Counter

import pytest

from cli.bucket.holds import delete_holds, make_hold
from shared.times import from_rfc3339, rfc3339
from tests.load.burst import size_of
from tests.load.virtual_cloud import BETWEEN_SWEEPS_SECONDS, VirtualCloud, in_seconds, settings_of
from tests.simulation.scheduler import Process

CARDS = 200
JOBS_PER_DAY = 10
SHARE = 0.02  # of CI's sizes
WITHIN_SECONDS = 3600
DAY = 86_400
MIDNIGHT = from_rfc3339("2026-01-06T00:00:00Z")
START = MIDNIGHT - 5400
PAUSED_SECONDS = 600
HOLDS_COUNT_SECONDS = 10
ON_ITS_WAY_SECONDS = 3  # from an upload to its POST, and from COS's answer to what it lets go
LIFTED = MIDNIGHT + DAY + 1800
LATEST = LIFTED + 3 * 3600
FIRST_DAY, SECOND_DAY, THIRD_DAY = (rfc3339(MIDNIGHT + day * DAY)[:10] for day in (-1, 0, 1))


class Flood:
    """The days, from the uploads to the moment at which nothing is pending."""

    def __init__(self) -> None:
        environment = {"REQUESTS_PER_SECOND": "1"}
        self.cloud = cloud = VirtualCloud(
            1, START, size_of(SHARE), **environment, MAX_JOBS_PER_DAY=str(JOBS_PER_DAY)
        )
        for moment in in_seconds(cloud.random, WITHIN_SECONDS, CARDS):
            cloud.upload(f"uploads/{cloud.random.getrandbits(64):016x}.jpg", moment)
        first_sweep = cloud.random.uniform(0, BETWEEN_SWEEPS_SECONDS)
        cloud.start_timer(first_sweep)
        next_day = first_sweep + MIDNIGHT - START  # a sweep begins then
        pauses = (cloud.random.uniform(30, 90), next_day + JOBS_PER_DAY / 2)
        self.paused_at = [cloud.now() + after for after in pauses]
        for after in pauses:
            cloud.scheduler.spawn("operator", self._pause, after=after)
        cloud.scheduler.spawn("deployment", self._unset_the_limit, after=LIFTED - START)
        cloud.scheduler.run(LATEST, stop=lambda: cloud.is_done(CARDS))

    def _pause(self, process: Process) -> None:
        context = self.cloud.context(process, "sweep")
        make_hold(context.store, "ocr/", context.at(), "an operator", "a drill")
        process.wait(PAUSED_SECONDS)
        delete_holds(context.store, "ocr/")

    def _unset_the_limit(self, _: Process) -> None:
        self.cloud.settings = settings_of(REQUESTS_PER_SECOND="1")


@pytest.fixture(scope="module")
def flood() -> Flood:
    return Flood()


def test_a_day_has_no_more_jobs_than_its_budget(flood: Flood) -> None:
    created = [job.created for job in flood.cloud.ci.jobs.values()]
    days = Counter(rfc3339(at)[:10] for at in created if at < LIFTED)
    assert (days[SECOND_DAY], days[THIRD_DAY]) == (JOBS_PER_DAY, JOBS_PER_DAY)
    # Uploads are counted by sweep: of the first day's, those since its last but one count too.
    held_at = flood.cloud.cos.held_at[f"ocr/state/holds/budget.{FIRST_DAY}.json"]
    swept_at = flood.cloud.swept_at
    counted_at = max(at for at in swept_at if at < held_at - BETWEEN_SWEEPS_SECONDS / 2)
    uncounted = sum(
        counted_at - ON_ITS_WAY_SECONDS < at < held_at + HOLDS_COUNT_SECONDS
        for at in flood.cloud.uploaded_at.values()
    )
    assert JOBS_PER_DAY <= days[FIRST_DAY] <= JOBS_PER_DAY + uncounted


def test_nothing_is_sent_once_a_pause_is_known(flood: Flood) -> None:
    for since in flood.paused_at:
        posted = [at - since for at in flood.cloud.ci.posted_at]
        latest = max((at for at in posted if 0 < at < PAUSED_SECONDS), default=0.0)
        assert latest <= HOLDS_COUNT_SECONDS + 1


def test_every_card_gets_its_one_result_when_the_limit_is_unset(flood: Flood) -> None:
    cloud = flood.cloud
    assert (len(cloud.ci.jobs), len(cloud.cos.result_at)) == (CARDS, CARDS)
    assert cloud.cos.objects.count("ocr/pending/") == 0
