"""make-test: how long a contributor waits for `make test`."""

from __future__ import annotations

import subprocess
import time

from bench.bundles import ROOT
from bench.measurement import Benchmark, Figures, Part

_GOAL_SECONDS = 150


def _measure(*, quick: bool) -> Figures:  # noqa: ARG001 — it has no quick form
    began = time.monotonic()
    ended = subprocess.run(["make", "test"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)  # noqa: S607 — wherever it is
    seconds = time.monotonic() - began
    problems = [] if ended.returncode == 0 else [f"make test ended with {ended.returncode}"]
    return Figures({"": Part(_GOAL_SECONDS, [seconds], problems)})


MAKE_TEST = Benchmark("make-test", "`make test`", "seconds, on two cores", _measure, is_long=True)
