"""Resident memory of processes, as `ps` shows it on Linux and macOS alike."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from tests.load.live import Live

CLOUD = "local cloud"


def resident_mb(process_ids: Iterable[int]) -> list[float]:
    """Megabytes of each process that still runs."""
    listed = ",".join(str(process_id) for process_id in process_ids)
    if not listed:
        return []
    shown = subprocess.run(
        ["ps", "-o", "rss=", "-p", listed],  # noqa: S607 - wherever it lies
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) / 1024 for line in shown.stdout.split()]


def memory_of(running: Live) -> dict[str, float]:
    """Megabytes of the cloud's process, and of each function's largest one."""
    memory = {CLOUD: resident_mb([os.getpid()])[0]}
    for name, function in running.functions.items():
        memory[name] = max(resident_mb(function.process_ids), default=0.0)
    return memory
