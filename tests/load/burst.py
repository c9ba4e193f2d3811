"""`make stress SCENARIO=burst`: 100,000 uploads within one minute, in virtual time.

CI works for 10,000 s on them and holds a tenth of them in its queue, so nine of ten are refused at
first and sent by sweep. Fewer cards meet a smaller cloud, in which everything takes as long.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable

from shared.times import from_rfc3339
from tests.load.report import Report, counted
from tests.load.virtual_cloud import (
    BETWEEN_SWEEPS_SECONDS,
    CI_AT_ONCE,
    JOB_SECONDS,
    Size,
    VirtualCloud,
    in_seconds,
)
from tests.support.serverless_yml import configuration

CARDS = 100_000
WITHIN_SECONDS = 60
START = from_rfc3339("2026-01-05T09:00:00Z")
PER_SECOND = 40
DRAIN, COS_REQUESTS, REFUSED, WAIT = 1.10, 20, 1.3, 1.5
"""The goals: the most that each may be, the first and the last in times of what CI needs."""
_LONGEST = 3  # times what CI needs


def measure(rng: random.Random, cards: int = 0, instances: int | None = None) -> Report:
    """Upload, and let the functions go on until nothing is pending.

    `instances` are those of submit at once; without it, as many as serverless.yml has.
    """
    cards = cards or CARDS
    size = size_of(cards / CARDS, instances)
    cloud = VirtualCloud(
        rng.getrandbits(32), START, size, REQUESTS_PER_SECOND=str(size.of(PER_SECOND))
    )
    for moment in in_seconds(rng, WITHIN_SECONDS, cards):
        cloud.upload(f"uploads/{rng.getrandbits(64):016x}.jpg", moment)
    cloud.start_timer(rng.uniform(0, BETWEEN_SWEEPS_SECONDS))
    needed = CARDS * JOB_SECONDS / CI_AT_ONCE

    cloud.scheduler.run(START + _LONGEST * needed, stop=lambda: cloud.is_done(cards))
    return _report(cloud, cards, needed)


def size_of(share: float, instances: int | None = None) -> Size:
    """A cloud of that share, with the instances of serverless.yml, or so many of submit."""
    functions = configuration()["functions"]
    submits = instances or functions["submit"]["concurrency"]
    return Size(share, max(1, round(share * submits)), functions["callback"]["concurrency"])


def _report(cloud: VirtualCloud, cards: int, needed: float) -> Report:
    report, ci = Report(), cloud.ci
    last = max(cloud.cos.result_at.values())
    first = min(cloud.uploaded_at.values())
    report.must("cards", len(cloud.uploaded_at), cards)
    report.must("jobs", len(ci.jobs), cards)
    report.must("results", len(cloud.cos.result_at), cards)
    report.must("pending at the end", cloud.cos.objects.count("ocr/pending/"), 0)
    longest = max(at - cloud.uploaded_at[key] for key, at in cloud.cos.result_at.items())
    ideal = _ideal_wait(cloud.uploaded_at.values(), needed / cards * CI_AT_ONCE)
    report.at_most("last result / CI's own time", (last - first) / needed, DRAIN)
    report.at_most("requests to COS a card", cloud.cos.requests.total() / cards, COS_REQUESTS)
    report.figures["requests to CI a card"] = ci.requests.total() / cards
    report.at_most("refused POSTs a card", ci.refused.total() / cards, REFUSED)
    report.at_most("longest wait / ideal queue's", longest / ideal, WAIT)
    report.figures["refused"] = counted(ci.refused)
    report.figures["sweeps"] = len(cloud.swept_at)
    report.figures["hours until nothing is pending"] = (cloud.now() - first) / 3600
    report.figures["events that found no instance"] = cloud.submit.turned_away
    report.figures["calls that were answered with 500 or lost"] = cloud.callback.turned_away
    for (kind, call), count in sorted((cloud.cos.requests + ci.requests).items()):
        report.figures[f"{kind}: {call} a card"] = count / cards
    return report


def _ideal_wait(uploads: Iterable[float], seconds: float) -> float:
    """The longest wait in a queue of any length in which CI works on each card in its turn."""
    free_at, longest = [0.0] * CI_AT_ONCE, 0.0
    for uploaded in sorted(uploads):
        ends = max(uploaded, heapq.heappop(free_at)) + seconds
        heapq.heappush(free_at, ends)
        longest = max(longest, ends - uploaded)
    return longest
