"""Waits for the cloud. Pauses grow, a wait ends after a minute, and its error says what it awaited.

SCF may show an old state after a write. An Active function may refuse a change for some seconds.
Other deployers wait 3 s after Active, or poll every 200 ms for up to 3 minutes.
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
    """A monotonic clock that can sleep. The standard module `time` is one."""

    def monotonic(self) -> float:
        """Return the seconds since a fixed moment."""

    def sleep(self, seconds: float, /) -> None:
        """Sleep for some seconds."""


def wait(
    clock: Clock,
    look: Callable[[], T | None],
    says: Callable[[], str],
    most_seconds: float = MOST_SECONDS,
) -> T:
    """Call `look` until it returns something, and return that.

    Args:
        clock: tells the time and sleeps.
        look: returns None as long as the wait must go on.
        says: says what was awaited; the error puts `after 60 s` behind it.
        most_seconds: how long to wait at most.

    Raises:
        NotInTime: `look` returned nothing in time.
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
