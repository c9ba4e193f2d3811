"""Keeping under REQUESTS_PER_SECOND: the ceiling on `POST /jobs` of one sender."""

from __future__ import annotations

from collections.abc import Callable


class Pacer:
    """Spaces out what is sent: at most `per_second` turns a second, with no bursts."""

    def __init__(
        self, per_second: int, now: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._interval = 1 / per_second
        self._now = now
        self._sleep = sleep
        self._next_at = 0.0

    def wait(self) -> None:
        """Wait for the next turn."""
        wait = self._next_at - self._now()
        if wait > 0:
            self._sleep(wait)
        self._next_at = self._now() + self._interval
