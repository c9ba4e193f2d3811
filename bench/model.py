"""`python -m bench.model [--cards N] [--job-price …]`: the costs and the waits of a month.

Every figure follows from `Month`, whose defaults are assumptions to be replaced by what an account
shows: nothing in it was measured in the cloud, and every price is 0 until it is given.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from math import ceil, exp, inf, nan
from typing import NamedTuple

DAYS = 30
_SECONDS = DAYS * 86_400
_LISTED = 1_000  # objects on a page of a listing
_SWEEPS = 289 * DAYS  # every five minutes, and one that reconciles
_BETWEEN_SWEEPS = 300  # seconds


class Requests(NamedTuple):
    """Requests of a card; a tenth of one, where ten cards share it."""

    cos: float
    ci: float

    @property
    def all(self) -> float:
        """Of both."""
        return self.cos + self.ci


SUBMIT = Requests(cos=5, ci=1)
CALLBACK = Requests(cos=4, ci=1)
RUNNING = Requests(cos=1, ci=0.1)
FINISHED = Requests(cos=4, ci=0.1)
SENT_AGAIN = Requests(cos=5, ci=1)
_IDLE_SWEEP = Requests(cos=9, ci=0)


class Allowed(NamedTuple):
    """What a setting may be: over or from `least`, to `most`."""

    least: float = 0
    most: float = 1e15
    over: bool = False

    def read(self, text: str) -> float:
        """The number in an option, `1,000,000` or `1e6`.

        Raises:
            ArgumentTypeError: it is none, or not one of these.
        """
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            number = nan
        if self.least <= number <= self.most and not (self.over and number == self.least):
            return number
        least = "over" if self.over else "from"
        raise argparse.ArgumentTypeError(
            f"{text} is no number {least} {self.least} to {self.most:g}"
        )


_ANY, _SHARE, _NOT_0 = Allowed(), Allowed(most=1), Allowed(over=True)


def _setting(default: float, meaning: str, allowed: Allowed = _ANY) -> float:
    setting: float = field(default=default, metadata={"meaning": meaning, "allowed": allowed})
    return setting


@dataclass(frozen=True)
class Month:
    """The settings, each with what it means."""

    cards: float = _setting(1_000_000, "cards in a month")
    peak: float = _setting(5, "the busiest hour, in times the average", Allowed(least=1))
    kept_days: float = _setting(90, "days that a photo stays in the bucket")
    result_kb: float = _setting(2, "KB of a result")
    reconcile_days: float = _setting(3, "RECONCILE_DAYS")
    finished_by_sweep: float = _setting(0.01, "share of cards whose callback is lost", _SHARE)
    sent_again: float = _setting(0.01, "share of cards that CI refuses once", _SHARE)
    request_seconds: float = _setting(0.05, "seconds that a request to COS or CI takes")
    cpu_seconds: float = _setting(0.05, "seconds of computing in an invocation, at its memory")
    cold_seconds: float = _setting(2, "seconds that a new instance needs before it works")
    idle_seconds: float = _setting(300, "seconds that SCF keeps an idle instance")
    memory_gb: float = _setting(0.125, "GB of memory of a function, as in serverless.yml")
    billed_seconds: float = _setting(
        0.1, "the step in which SCF bills a duration, in seconds", _NOT_0
    )
    jobs_at_once: float = _setting(10, "jobs that CI's queue runs at once (MaxConcurrent)", _NOT_0)
    job_seconds: float = _setting(1, "seconds that CI works on a job")
    trigger_seconds: float = _setting(1, "seconds from the upload to its event")
    call_seconds: float = _setting(2, "seconds from the end of a job to CI's call")
    job_price: float = _setting(0, "price of a job")
    invocation_price: float = _setting(0, "price of an invocation of SCF")
    gb_second_price: float = _setting(0, "price of a GB-second of SCF")
    request_price: float = _setting(0, "price of a request to COS")
    gb_month_price: float = _setting(0, "price of a GB of COS storage for a month")

    # -- what is paid for

    @property
    def invocations(self) -> float:
        """Of submit, callback and sweep."""
        return 2 * self.cards + _SWEEPS

    @property
    def gb_seconds(self) -> float:
        """Of all three functions.

        Sweep's requests for cards count as if each waited for the one before, though they go out
        side by side; what it computes for them, and cards that it only looks at, do not.
        """
        cold_sweeps = float(self.idle_seconds < _BETWEEN_SWEEPS)
        idle = _SWEEPS * self._billed(_IDLE_SWEEP.all, cold_sweeps)
        sweeping = idle + self._swept * self.request_seconds
        submit = self._billed(SUBMIT.all, self.cold_share)
        callback = self._billed(CALLBACK.all, self.cold_share)
        return self.memory_gb * (self.cards * (submit + callback) + sweeping)

    @property
    def cos_requests(self) -> float:
        """Of the functions, the reconciling ones apart."""
        repaired = self.finished_by_sweep * FINISHED.cos + self.sent_again * SENT_AGAIN.cos
        each = SUBMIT.cos + CALLBACK.cos + repaired
        return self.cards * each + _SWEEPS * _IDLE_SWEEP.cos

    @property
    def reconcile_requests(self) -> float:
        """A HEAD of each young photo's result a day, and a listing of all there are.

        After each page of that the place is written down.
        """
        return self.cards * self.reconcile_days + 2 * DAYS * self.listings

    @property
    def listings(self) -> float:
        """Requests to list every photo once."""
        return ceil(self.cards / DAYS * self.kept_days / _LISTED)

    @property
    def ci_requests(self) -> float:
        """Of the functions."""
        repaired = self.finished_by_sweep * FINISHED.ci + self.sent_again * SENT_AGAIN.ci
        return self.cards * (SUBMIT.ci + CALLBACK.ci + repaired)

    @property
    def stored_gb(self) -> float:
        """What the results of a month take."""
        return self.cards * self.result_kb / 1e6

    @property
    def cost(self) -> float:
        """By the prices given; SCF's monthly fee, and the photos, apart."""
        return (
            self.cards * self.job_price
            + self.invocations * self.invocation_price
            + self.gb_seconds * self.gb_second_price
            + (self.cos_requests + self.reconcile_requests) * self.request_price
            + self.stored_gb * self.gb_month_price
        )

    # -- how long it takes

    @property
    def peak_rate(self) -> float:
        """Cards a second in the busiest hour."""
        return self.peak * self.cards / _SECONDS

    @property
    def cold_share(self) -> float:
        """How many find no instance waiting, where cards come one by one at random."""
        return exp(-self.cards / _SECONDS * self.idle_seconds)

    @property
    def jobs_needed_at_once(self) -> float:
        """What CI must be able to run at once in the busiest hour, so that no card waits."""
        return self.peak_rate * self.job_seconds

    @property
    def callbacks_needed_at_once(self) -> float:
        """The same of callback."""
        return self.peak_rate * self._seconds(CALLBACK.all)

    @property
    def usual_seconds(self) -> float:
        """From the upload to the result, with warm instances and no queue."""
        waiting = self.trigger_seconds + self.job_seconds + self.call_seconds
        return waiting + self._seconds(SUBMIT.all) + self._seconds(CALLBACK.all)

    @property
    def cold_card_seconds(self) -> float:
        """The same where both instances are new."""
        return self.usual_seconds + 2 * self.cold_seconds

    @property
    def queue_seconds(self) -> float:
        """How long the last card of the busiest hour waits for CI, which falls behind in it.

        Without end, where CI falls behind in an average hour already.
        """
        if self.jobs_needed_at_once / self.peak > self.jobs_at_once:
            return inf
        behind = self.jobs_needed_at_once / self.jobs_at_once - 1
        return max(0.0, behind * 3600)

    @property
    def _swept(self) -> float:
        """Requests that sweep makes for cards."""
        each = self.finished_by_sweep * FINISHED.all + self.sent_again * SENT_AGAIN.all
        return self.cards * each + self.reconcile_requests

    def _seconds(self, requests: float) -> float:
        return requests * self.request_seconds + self.cpu_seconds

    def _billed(self, requests: float, cold_share: float) -> float:
        steps = self._seconds(requests) / self.billed_seconds
        return ceil(round(steps, 6)) * self.billed_seconds + cold_share * self.cold_seconds


def rows(month: Month) -> Iterator[tuple[str, str]]:
    """What it comes to, each with its name."""
    yield "jobs, CI", _shown(month.cards)
    yield "requests to CI", _shown(month.ci_requests)
    yield "invocations, SCF", _shown(month.invocations)
    yield "GB-seconds, SCF", _shown(month.gb_seconds)
    yield "requests to COS for cards and idle sweeps", _shown(month.cos_requests)
    yield "requests to COS to reconcile", _shown(month.reconcile_requests)
    yield "GB of results", _shown(month.stored_gb)
    yield "cost, at the prices given", _shown(month.cost)
    yield "cards a second in the busiest hour", _shown(month.peak_rate)
    yield "cards that meet a new instance", f"{month.cold_share:.0%}"
    yield "seconds from upload to result, usually", _shown(month.usual_seconds)
    yield "seconds where both instances are new", _shown(month.cold_card_seconds)
    yield "jobs CI must run at once", _shown(month.jobs_needed_at_once)
    yield "seconds to wait at CI after the busiest hour", _shown(month.queue_seconds)
    yield "callbacks at once", _shown(month.callbacks_needed_at_once)
    yield "listings to see every photo once", _shown(month.listings)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what a month with the settings of the command line comes to."""
    parser = argparse.ArgumentParser(prog="python -m bench.model")
    for setting in fields(Month):
        option = "--" + setting.name.replace("_", "-")
        meaning = f"{setting.metadata['meaning']} (default: {setting.default:g})"
        parser.add_argument(
            option, type=setting.metadata["allowed"].read, default=setting.default, help=meaning
        )
    month = Month(**vars(parser.parse_args(arguments)))
    sys.stdout.writelines(f"{value:>14}  {name}\n" for name, value in rows(month))


def _shown(value: float) -> str:
    """Three digits that count, or the whole of a large number."""
    if value == inf:
        return "without end"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 — as it says


if __name__ == "__main__":
    main()
