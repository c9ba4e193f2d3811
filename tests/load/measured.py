"""`python -m tests.load.measured FILE MODULE ARGUMENTS…`: run a module, and note what it took.

The process writes it itself: a parent's figure for a child holds its own size before the child
began.
"""

from __future__ import annotations

import json
import resource
import runpy
import sys
from pathlib import Path

_MB = 1024 * 1024


def peak_mb() -> float:
    """The most memory this process has had in use, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's ru_maxrss is inherited from whoever started us
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB


def main() -> None:
    """Run the module as the command line would."""
    path, module, *arguments = sys.argv[1:]
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        figures = {"peak_mb": peak_mb(), "cpu_seconds": used.ru_utime + used.ru_stime}
        Path(path).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
