"""cold-import: how long a new instance of submit takes to import its code."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench.bundles import command, unpacked
from bench.measurement import Benchmark, Figures, Part
from bench.timing import in_turn, process_cpu_seconds

_GOAL = 0.5
_TURNS, _QUICK_TURNS = 15, 5
_IMPORT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
import index
print(time.process_time() - began)
"""


def _measure(*, quick: bool) -> Figures:
    with unpacked() as code:

        def seconds(folder: Path) -> float:
            _, printed = process_cpu_seconds(command(_IMPORT, folder), {"TZ": "UTC"})
            return float(printed)

        def ours() -> float:
            return seconds(code.ours["submit"])

        turns = _QUICK_TURNS if quick else _TURNS
        ratios = in_turn(ours, lambda: seconds(code.naive), turns)
        compiled = in_turn(lambda: seconds(code.naive_compiled), lambda: seconds(code.naive), turns)
    beside = {"the naive zip with bytecode, made by a Python of SCF's version": median(compiled)}
    return Figures({"": Part(_GOAL, ratios)}, beside)


COLD_IMPORT = Benchmark(
    "cold-import",
    "CPU time in which submit is imported from its zip",
    "÷ the naive zip, without bytecode",
    _measure,
)
