"""Measures two sides in turn, so that the machine's other work affects both."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

TURNS = 5

T = TypeVar("T")
Side = Callable[[], float]


def in_turn(ours: Side, theirs: Side, turns: int = TURNS, bursts: int = 1) -> list[float]:
    """What the first side takes of the second, turn by turn.

    In a turn each side has so many bursts, one after the other's: what else the machine does, and
    its clock, change within seconds.
    """
    return [_turn(ours, theirs, bursts) for _ in range(turns)]


def _turn(ours: Side, theirs: Side, bursts: int) -> float:
    taken = [(ours(), theirs()) for _ in range(bursts)]
    return sum(first for first, _ in taken) / sum(second for _, second in taken)


def cpu_seconds(work: Callable[[T], object], items: Iterable[T]) -> float:
    """This thread's CPU time for the work on each item, none of it for collecting garbage."""
    gc.disable()
    try:
        began = time.thread_time()
        for item in items:
            work(item)
        return time.thread_time() - began
    finally:
        gc.enable()


def process_cpu_seconds(
    command: Sequence[str], environment: Mapping[str, str]
) -> tuple[float, bytes]:
    """Return the CPU time of a process from its start to its end, and its output.

    Raises:
        CalledProcessError: it failed.
    """
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:  # noqa: S603
        printed = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime, printed


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Have what the functions log written, to nowhere."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
    ):
        yield
