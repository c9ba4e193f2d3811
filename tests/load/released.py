"""`card-ocr`, with the moment of every release by the pacer written down.

    RELEASES=<file> python -m tests.load.released sweep --drain

A line a release, in the file that RELEASES names: which pacer of which process, and the time. The
process may be killed at any moment: each line is one write.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections import deque
from typing import Any

from cli.app import main
from shared.pipeline.pacer import Pacer

_numbers = itertools.count(1)


class _Noted(deque[float]):
    """The releases that a pacer remembers, each written down as it is made."""

    def __init__(self, size: int, file: int) -> None:
        super().__init__(maxlen=size)
        self._file = file
        self._pacer = f"{os.getpid()}-{next(_numbers)}"

    def append(self, moment: float) -> None:
        super().append(moment)
        os.write(self._file, f"{self._pacer} {moment:.6f}\n".encode())


def note_releases(path: str) -> None:
    """Have every pacer of this process write down what it releases."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    made = Pacer.__init__

    def make(pacer: Pacer, per_second: int, *arguments: Any, **named: Any) -> None:
        made(pacer, per_second, *arguments, **named)
        pacer._released = _Noted(per_second, file)  # noqa: SLF001 — where it remembers them

    Pacer.__init__ = make  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    note_releases(os.environ["RELEASES"])
    main(sys.argv[1:])
