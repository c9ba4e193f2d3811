"""`card-ocr`, with the moment of every release by the gate written down.

    RELEASES=<file> python -m tests.load.released sweep --drain

A line a release, in the file that RELEASES names: which rate of which process, and the time. The
process may be killed at any moment: each line is one write.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections import deque
from typing import Any

from cli.app import main
from shared.pipeline.context import Context
from shared.pipeline.gate import Rate

_numbers = itertools.count(1)


class _Noted(deque[float]):
    """The releases that a gate remembers, each written down as it is made."""

    def __init__(self, size: int, file: int) -> None:
        super().__init__(maxlen=size)
        self._file = file
        self._pacer = f"{os.getpid()}-{next(_numbers)}"

    def append(self, moment: float) -> None:
        super().append(moment)
        os.write(self._file, f"{self._pacer} {moment:.6f}\n".encode())


def note_releases(path: str) -> None:
    """Have every gate of this process write down what it releases."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    made = Rate.__init__

    def make(rate: Rate, context: Context, *arguments: Any, **named: Any) -> None:
        made(rate, context, *arguments, **named)
        rate._released = _Noted(context.settings.requests_per_second, file)  # noqa: SLF001 — where it remembers them

    Rate.__init__ = make  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    note_releases(os.environ["RELEASES"])
    main(sys.argv[1:])
