"""Keeping under REQUESTS_PER_SECOND: the ceiling on `POST /jobs` of one sender."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext


class Pacer:
    """Spaces out what is sent: no bursts, and no second with more than `per_second`.

    `now` gives seconds; `lock` is held while a turn is waited for, where threads share the turns.
    """

    def __init__(
        self,
        per_second: int,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        lock: AbstractContextManager[object] | None = None,
    ) -> None:
        self._interval = 1 / per_second
        self._now = now
        self._sleep = sleep
        self._next_at = 0.0
        self._released: deque[float] = deque(maxlen=per_second)
        self._lock = lock or nullcontext()

    def wait(self) -> None:
        """Wait until something more may be sent."""
        with self._lock:
            slot = max(self._next_at, self._now())
            self._next_at = slot + self._interval  # by slots: late wakings don't add up
            self._sleep_until(max(slot, self._a_second_after_the_oldest()))
            self._released.append(self._now())

    def _a_second_after_the_oldest(self) -> float:
        """Of as many turns as a second may have: a late one is not made up for at once."""
        is_full = len(self._released) == self._released.maxlen
        return self._released[0] + 1 if is_full else 0.0

    def _sleep_until(self, moment: float) -> None:
        while (left := moment - self._now()) > 0:
            self._sleep(left)
