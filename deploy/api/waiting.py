"""Waiting for the cloud: every wait says what it waits for, grows, and ends after a minute.

Reads lag behind writes, and a function that is Active may refuse a change for some seconds. Other
deployers wait 3 s after Active, or poll every 200 ms for up to 3 minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from deploy.errors import NotInTime

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 4.0
GROWTH = 1.5
MOST_SECONDS = 60.0

T = TypeVar("T")


class Clock(Protocol):
    """Seconds that only grow, and sleep; the standard module `time` is one."""

    def monotonic(self) -> float:
        """Return the seconds since some moment."""

    def sleep(self, seconds: float, /) -> None:
        """Let so many seconds pass."""


def wait(
    clock: Clock,
    look: Callable[[], T | None],
    says: Callable[[], str],
    most_seconds: float = MOST_SECONDS,
) -> T:
    """Look until there is something, and return it.

    Args:
        clock: what passes the time.
        look: returns None if it is not yet so.
        says: what is still not so, the beginning of a sentence that ends in `after 60 s`.
        most_seconds: when the wait ends.

    Raises:
        NotInTime: the time is over.
    """
    began, pause = clock.monotonic(), FIRST_PAUSE_SECONDS
    while True:
        found = look()
        if found is not None:
            return found
        passed = clock.monotonic() - began
        if passed >= most_seconds:
            raise NotInTime(says(), passed)
        clock.sleep(min(pause, most_seconds - passed))
        pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)
