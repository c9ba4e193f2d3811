"""Ctrl-C, SIGTERM and SIGHUP end a command in the same way: one line, 130, and nothing left behind.

Outside of a command there is nothing to clean up: see cli/__main__.py. If a process was killed, the
next run removes what it left: see cli/terminal/files.py.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a signal raise KeyboardInterrupt in the block, once, so that the block can clean up.

    A closed terminal sends SIGHUP twice: the second must not stop that. A second Ctrl-C does.
    """
    before = {one: signal.getsignal(one) for one in _SIGNALS}

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        for one in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in _SIGNALS:
        if before[one] is not signal.SIG_IGN:  # as by `nohup`, or for a shell's background job
            signal.signal(one, interrupt)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
