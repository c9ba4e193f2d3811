"""MAX_JOBS_PER_DAY: how many jobs sweep may still send in this UTC day.

The day's count is an object. Jobs are counted before they are sent, a few at a time, and what
wasn't used is given back at the end of the run: a run that dies has counted too many, never too
few. Two runs that count at the same moment can each miss what the other counts.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from shared.errors import CloudFault
from shared.pipeline import Pipeline
from shared.pipeline.state import load, save, sent_on

_AT_ONCE = 10


class Allowance:
    """What one run may send; `lock` is held while the count is looked at."""

    def __init__(self, pipeline: Pipeline, lock: AbstractContextManager[object]) -> None:
        self._pipeline = pipeline
        self._limit = pipeline.settings.max_jobs_per_day
        self._lock = lock
        self._day = ""
        self._counted = 0
        self._left = 0

    def take(self) -> str | None:
        """The day that a job is taken from, if it has one left.

        Raises:
            StorageFault: the count couldn't be read or written; nothing may be sent.
        """
        day = self._pipeline.at()[:10]
        if self._limit is None:
            return day
        with self._lock:
            if day != self._day:
                self._settle()
                self._day, self._counted = day, 0
            if self._left == 0:
                self._reserve(self._limit)
            if self._left == 0:
                return None
            self._left -= 1
            return day

    def give_back(self, day: str) -> None:
        """Give back a job that wasn't sent."""
        with self._lock:
            if day == self._day:
                self._left += 1

    def close(self) -> None:
        """Count no more than was sent."""
        with self._lock:
            self._settle()

    def _reserve(self, limit: int) -> None:
        sent = self._sent()
        some = max(0, min(_AT_ONCE, limit - sent))
        if some:
            save(self._pipeline, sent_on(self._day), {"sent": sent + some})
            self._counted, self._left = sent + some, some

    def _settle(self) -> None:
        if self._left == 0:
            return
        try:
            save(self._pipeline, sent_on(self._day), {"sent": self._sent() - self._left})
        except CloudFault as fault:
            self._pipeline.log.warning("not_given_back", count=self._left, problem=str(fault))
        self._left = 0

    def _sent(self) -> int:
        """The day's count; another run that wrote at the same moment knew less than this one."""
        sent = load(self._pipeline, sent_on(self._day)).get("sent")
        return max(sent if isinstance(sent, int) else 0, self._counted)
