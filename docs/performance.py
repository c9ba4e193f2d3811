"""The tables of performance.md: what a month comes to, and what `make bench` measured last."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, exp
from typing import NamedTuple

from bench import results
from bench.benchmarks import BENCHMARKS
from docs.markdown import table

MONTHS = (1_000, 1_000_000, 100_000_000)  # cards
SWEEPS = 289 * 30  # every five minutes, and one a day that opens a reconcile pass
_SECONDS = 30 * 86_400
_LISTED = 1_000  # objects on a page of a listing


class Requests(NamedTuple):
    """Requests to COS and to CI; a tenth of one, if ten cards share it."""

    cos: float
    ci: float


SUBMIT = Requests(cos=5, ci=1)
CALLBACK = Requests(cos=4, ci=1)
STILL_RUNNING = Requests(cos=1, ci=0.1)
FINISHED_BY_SWEEP = Requests(cos=4, ci=0.1)
SENT_AGAIN = Requests(cos=5, ci=1)
IDLE_SWEEP = Requests(cos=9, ci=0)


class _Assumed(NamedTuple):
    value: float
    meaning: str


PEAK = _Assumed(5, "the busiest hour, in times the average")
KEPT = _Assumed(90, "days that a photo stays in the bucket")
RESULT = _Assumed(2, "KB of a result")
RECONCILED = _Assumed(3, "`RECONCILE_DAYS`")
LOST = _Assumed(0.01, "share of cards whose callback is lost")
REFUSED = _Assumed(0.01, "share of cards that CI refuses once")
REQUEST = _Assumed(0.05, "seconds that a request to COS or CI takes")
COMPUTING = _Assumed(0.05, "seconds of computing in an invocation")
STARTING = _Assumed(2, "seconds that a new instance needs before it works")
IDLE = _Assumed(300, "seconds that SCF keeps an idle instance")
MEMORY = _Assumed(0.125, "GB of memory of a function, as in serverless.yml")
BILLED = _Assumed(0.1, "seconds: the step in which SCF bills a duration")
EVENT = _Assumed(1, "seconds from the upload to its event")
JOB = _Assumed(1, "seconds that CI works on a job")
CALL = _Assumed(2, "seconds from the end of a job to CI's call")
_ALL = (PEAK, KEPT, RESULT, RECONCILED, LOST, REFUSED, REQUEST, COMPUTING, STARTING, IDLE, MEMORY)
ASSUMED = (*_ALL, BILLED, EVENT, JOB, CALL)


def month() -> str:
    """What a month of so many cards comes to."""
    columns = [dict(month_of(cards)) for cards in MONTHS]
    rows = [(name, *(column[name] for column in columns)) for name in columns[0]]
    return table(("cards a month", *(f"{cards:,}" for cards in MONTHS)), rows)


def assumptions() -> str:
    """What that assumes."""
    return table(("assumed", ""), [(f"{one.value:g}", one.meaning) for one in ASSUMED])


def card() -> str:
    """Where the seconds of a card go."""
    submit, callback = _seconds(SUBMIT), _seconds(CALLBACK)
    usual = EVENT.value + submit + JOB.value + CALL.value + callback
    rows = [
        ("the upload's event", f"{EVENT.value:g}"),
        ("`submit`", f"{submit:.2f}"),
        ("CI's job", f"{JOB.value:g}"),
        ("CI's call", f"{CALL.value:g}"),
        ("`callback`", f"{callback:.2f}"),
        ("together", f"{usual:.2f}"),
        ("together, if both functions start a new instance", f"{usual + 2 * STARTING.value:.2f}"),
    ]
    return table(("of a card", "seconds"), rows)


def measurements() -> str:
    """Every measurement in results.json, a row for each of its parts."""
    head = ("benchmark", "measured", "in", "value", "low to high", "goal", "")
    return table(head, list(_measurements()))


def month_of(cards: int) -> Iterator[tuple[str, str]]:
    """What it comes to, each with its name."""
    rate = cards / _SECONDS
    new_instances = exp(-rate * IDLE.value)  # if the cards come one by one, at random
    listings = ceil(cards / 30 * KEPT.value / _LISTED)
    reconcile = cards * RECONCILED.value + 2 * 30 * listings
    yield "jobs, CI", _shown(cards)
    yield "requests to CI", _shown(_requests(cards).ci)
    yield "invocations, SCF", _shown(2 * cards + SWEEPS)
    yield "GB-seconds, SCF", _shown(_gb_seconds(cards, new_instances, reconcile))
    yield "requests to COS for cards and idle sweeps", _shown(_requests(cards).cos)
    yield "requests to COS to reconcile", _shown(reconcile)
    yield "GB of results", _shown(cards * RESULT.value / 1e6)
    yield "cards a second in the busiest hour", _shown(PEAK.value * rate)
    yield "jobs CI must run at once in the busiest hour", _shown(PEAK.value * rate * JOB.value)
    yield "cards that meet a new instance", f"{new_instances:.0%}"
    yield "listings to see every photo once", _shown(listings)


def _requests(cards: int) -> Requests:
    """Return the functions' figures, without those of the reconcile passes."""

    def of_a_card(submit: float, callback: float, finished: float, again: float) -> float:
        return submit + callback + LOST.value * finished + REFUSED.value * again

    each = map(of_a_card, SUBMIT, CALLBACK, FINISHED_BY_SWEEP, SENT_AGAIN)
    return Requests(
        *(cards * one + SWEEPS * idle for one, idle in zip(each, IDLE_SWEEP, strict=True))
    )


def _gb_seconds(cards: int, new_instances: float, reconcile: float) -> float:
    """Those of all three functions.

    Sweep's requests for cards count as if each waited for the one before, though they go out side
    by side; what it computes for them, and cards that it only looks at, do not count.
    """
    of_a_card = _billed(SUBMIT) + _billed(CALLBACK) + 2 * new_instances * STARTING.value
    repaired = LOST.value * sum(FINISHED_BY_SWEEP) + REFUSED.value * sum(SENT_AGAIN)
    swept = (cards * repaired + reconcile) * REQUEST.value
    return MEMORY.value * (cards * of_a_card + SWEEPS * _billed(IDLE_SWEEP) + swept)


def _seconds(requests: Requests) -> float:
    return sum(requests) * REQUEST.value + COMPUTING.value


def _billed(requests: Requests) -> float:
    return ceil(round(_seconds(requests) / BILLED.value, 6)) * BILLED.value


def _shown(value: float) -> str:
    """Three digits that count, or the whole of a large number."""
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"  # noqa: PLR2004 — as it says


def _measurements() -> Iterator[tuple[str, ...]]:
    entries = results.read()
    for one in BENCHMARKS:
        entry = entries.get(one.name)
        if entry is None:
            continue
        fewer = ", with fewer cards" if entry["quick"] else ""
        for about, part in entry.get("parts", {"": entry}).items():
            yield (
                f"`{one.name}`",
                f"{one.measured}: {about}" if about else one.measured,
                one.unit,
                f"{part['value']:.3f}",
                f"{part['low']:.3f} to {part['high']:.3f}",
                part["goal"],
                ("met" if part["met"] else "**missed**") + fewer,
            )
        for program, value in entry.get("beside", {}).items():
            yield (f"`{one.name}`", program, one.unit, f"{value:.3f}", "", "", "")
