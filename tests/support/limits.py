"""A limit on the time of each test: one that hangs fails, with its name."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

SECONDS = float(os.environ.get("TEST_SECONDS", "180"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Interrupt a test, its fixtures included, that takes longer."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"{item.nodeid} took longer than {SECONDS:g} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
