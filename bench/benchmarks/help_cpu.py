"""help-cpu: what `card-ocr --help` takes to start, beside an app of Typer's that does nothing."""

from __future__ import annotations

import os
import sys

from bench.bundles import ROOT
from bench.measurement import Benchmark, Figures, Part
from bench.timing import in_turn, process_cpu_seconds
from cli.lazy_group import COMMANDS

_GOAL = 1.5
_TURNS, _BURSTS, _QUICK_BURSTS = 5, 8, 3
_OURS = "from cli.__main__ import run; run()"
# Typer without what makes it slower: no colours, no completion. Its bytecode is there, as ours is.
_NOTHING = """
import typer
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for number in range(int({count})):
    @app.command(f"command-{{number}}")
    def nothing() -> None:
        '''Do nothing.'''
app()
"""


def _measure(*, quick: bool) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def seconds(script: str) -> float:
        command = [sys.executable, "-c", script, "--help"]
        return process_cpu_seconds(command, environment)[0]

    nothing = _NOTHING.format(count=len(COMMANDS))
    seconds(_OURS)  # writes the bytecode
    ratios = in_turn(
        lambda: seconds(_OURS),
        lambda: seconds(nothing),
        _TURNS,
        _QUICK_BURSTS if quick else _BURSTS,
    )
    return Figures({"": Part(_GOAL, ratios)})


HELP_CPU = Benchmark(
    "help-cpu",
    "CPU time of `card-ocr --help`",
    "÷ `--help` of a Typer app with as many commands that do nothing",
    _measure,
)
