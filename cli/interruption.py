"""Ctrl-C, SIGTERM and SIGHUP end a command in the same way: one line, 130, and nothing left behind.

Whatever takes time is imported after `leave_at_once`, so this module imports next to nothing. Where
even these signals weren't given, the next run removes what was left: see cli/files.py.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
LINE = "card-ocr: interrupted; the same command goes on, or begins again"

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_Handler = Callable[[int, FrameType | None], object]


def leave_at_once(line: str = f"{LINE}\n") -> None:
    """Have a signal end the process if there is nothing to clean up: outside of a command."""

    def leave(_signal: int, _frame: FrameType | None) -> None:
        os.write(2, line.encode())
        os._exit(INTERRUPTED)

    for one in _SIGNALS:
        _handle(one, leave)


@contextmanager
def interruptible() -> Iterator[None]:
    """Have a signal raise KeyboardInterrupt in the block, once: what is open is cleaned up.

    A closed terminal sends SIGHUP twice: the second must not disturb that. A second Ctrl-C does.
    """
    before = {one: signal.getsignal(one) for one in _SIGNALS}

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        for one in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in _SIGNALS:
        _handle(one, interrupt)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _handle(one: signal.Signals, handler: _Handler) -> None:
    """Set a handler, unless the signal is ignored, as by `nohup` or a shell's background job."""
    if signal.getsignal(one) is not signal.SIG_IGN:
        signal.signal(one, handler)
