"""What a sweep saw, for operators: `at` shows that sweep still runs.

It is the object `P state/status.json`; `P` is OUTPUT_PREFIX.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from shared.documents import Attempt
from shared.pipeline.steps import PendingCard

STATUS_SCHEMA = "card-ocr.status.v1"
REFUSED = "refused "
"""Prefix of a state: COS refuses to show the pending object; COS's Code follows."""


class Status(NamedTuple):
    """What is pending by state, the oldest card, and whether cards are being sent.

    `at` is RFC 3339. `sending` is "yes", or why nothing is sent. `is_whole`: the run saw every
    card. `jobs_today` is None without MAX_JOBS_PER_DAY, or if the jobs could not be counted.
    """

    at: str
    pending: dict[str, int]
    oldest: PendingCard | None
    sending: str
    is_whole: bool
    jobs_today: int | None = None

    def document(self) -> dict[str, object]:
        """Return the object as it is stored."""
        oldest = _oldest(self.oldest) if self.oldest else None
        return {"schema": STATUS_SCHEMA, "at": self.at, "oldest": oldest, **self.summary()}

    def summary(self) -> dict[str, object]:
        """Return what everybody may see: no key."""
        return {
            "pending": self.pending,
            "sending": self.sending,
            "whole": self.is_whole,
            "jobs_today": self.jobs_today,
        }

    def line(self) -> dict[str, str | int | None]:
        """Return the run's line for the log, without a key. The alarms in CLS count such lines."""
        oldest = self.oldest
        error = oldest.attempt.error if oldest else None
        return {
            "sending": self.sending,
            "count": sum(self.pending.values()),
            "failed": sum(
                count for state, count in self.pending.items() if state.startswith(REFUSED)
            ),
            "oldest_state": oldest.attempt.state if oldest else None,
            "oldest_seconds": int(oldest.age) if oldest else None,
            "code": error.code if error else None,
        }


class StatusCounter:
    """Counts what is pending by state and remembers the oldest card, for several threads.

    Each call that counts tells `advance` how many cards it counted.
    """

    def __init__(self, advance: Callable[[int], object] = lambda _count: None) -> None:
        self._advance = advance
        self._lock = threading.Lock()
        self._states: Counter[str] = Counter(
            {"claimed": 0, "submitted": 0, "waiting": 0, "unknown": 0}
        )
        self._oldest: PendingCard | None = None

    def count(self, card: PendingCard, left: Attempt | None) -> None:
        """Count a card by what is pending of it now. A card that has its result isn't counted."""
        self._advance(1)
        if left is None:
            return
        with self._lock:
            self._states[left.state] += 1
            if self._oldest is None or card.age > self._oldest.age:
                self._oldest = card._replace(attempt=left)

    def count_young(self) -> None:
        """Count a card whose object is too young to be read."""
        self._advance(1)
        with self._lock:
            self._states["young"] += 1

    def count_unreadable(self, code: str | None = None) -> None:
        """Count an object that isn't one of ours, or one that COS refused with a Code."""
        self._advance(1)
        with self._lock:
            self._states[f"{REFUSED}{code}" if code else "unreadable"] += 1

    def count_unread(self, number: int) -> None:
        """Count cards that were only listed: nothing is sent, and enough others were read."""
        self._advance(number)
        with self._lock:
            self._states["unread"] += number

    @property
    def left(self) -> int:
        """How many cards are still pending, without those that are too young to be read."""
        with self._lock:
            return self._states.total() - self._states["young"]

    def status(
        self, at: str, why_closed: str | None, *, is_whole: bool, jobs: int | None = None
    ) -> Status:
        """Return the status. `is_whole`: the run saw everything. `jobs` are the day's."""
        return Status(at, dict(self._states), self._oldest, why_closed or "yes", is_whole, jobs)


def _oldest(card: PendingCard) -> dict[str, object]:
    attempt = card.attempt
    return {
        "key": attempt.source.key,
        "version": attempt.version,
        "state": attempt.state,
        "age_seconds": int(card.age),
        "error": attempt.error.document() if attempt.error else None,
    }
