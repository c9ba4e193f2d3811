"""What a sweep saw, as `P state/status.json`: the heartbeat that operators watch."""

from __future__ import annotations

import threading
from collections import Counter
from typing import NamedTuple

from shared.documents import Pending
from shared.pipeline.attempts import Attempt

STATUS_SCHEMA = "card-ocr.status.v1"


class Status(NamedTuple):
    """What is pending by state, the oldest card, and whether cards are being sent ("yes")."""

    at: str
    pending: dict[str, int]
    oldest: Attempt | None
    sending: str
    whole: bool

    def document(self) -> dict[str, object]:
        """As it is stored."""
        oldest = _oldest(self.oldest) if self.oldest else None
        return {"schema": STATUS_SCHEMA, "at": self.at, "oldest": oldest, **self.summary()}

    def summary(self) -> dict[str, object]:
        """What may be seen by everybody: no key."""
        return {"pending": self.pending, "sending": self.sending, "whole": self.whole}


class Tally:
    """Counts what is pending by state and remembers the oldest, for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: Counter[str] = Counter(
            {"claimed": 0, "submitted": 0, "waiting": 0, "unknown": 0}
        )
        self._oldest: Attempt | None = None

    def saw(self, attempt: Attempt, pending: Pending | None) -> None:
        """Count a card by what is pending of it now; one that is done isn't counted."""
        if pending is None:
            return
        with self._lock:
            self._states[pending.state] += 1
            if self._oldest is None or attempt.age > self._oldest.age:
                self._oldest = attempt._replace(pending=pending)

    def saw_young(self) -> None:
        """Count a card whose object is too young to be read."""
        with self._lock:
            self._states["young"] += 1

    def saw_unreadable(self) -> None:
        """Count an object that is none of ours."""
        with self._lock:
            self._states["unreadable"] += 1

    def status(self, at: str, stopped: str | None, *, whole: bool) -> Status:
        """The status; `whole` where the run saw everything, `stopped` why it sent nothing more."""
        return Status(at, dict(self._states), self._oldest, stopped or "yes", whole)


def _oldest(attempt: Attempt) -> dict[str, object]:
    pending = attempt.pending
    return {
        "key": pending.source.key,
        "version": pending.version,
        "state": pending.state,
        "age_seconds": int(attempt.age),
        "error": pending.error.document() if pending.error else None,
    }
