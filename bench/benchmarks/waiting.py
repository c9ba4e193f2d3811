"""What a person waits for: help-cpu, beside an app of Typer's that does nothing, and make-test."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.bundles import ROOT
from bench.measurement import Benchmark, Figures, Part
from bench.timing import in_turn, process_cpu_seconds
from cli.lazy_group import COMMANDS

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


def _ask_for_help(*, quick: bool) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}

    def seconds(script: str) -> float:
        command = [sys.executable, "-c", script, "--help"]
        return process_cpu_seconds(command, environment)[0]

    nothing = _NOTHING.format(count=len(COMMANDS))
    seconds(_OURS)  # writes the bytecode
    bursts = _QUICK_BURSTS if quick else _BURSTS
    ratios = in_turn(lambda: seconds(_OURS), lambda: seconds(nothing), _TURNS, bursts)
    return Figures({"": Part(1.5, ratios)})


def _test(*, quick: bool) -> Figures:  # noqa: ARG001 — it has no quick form
    began = time.monotonic()
    ended = subprocess.run(["make", "test"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)  # noqa: S607 — wherever it is
    seconds = time.monotonic() - began
    problems = [] if ended.returncode == 0 else [f"make test ended with {ended.returncode}"]
    return Figures({"": Part(150, [seconds], problems)})


HELP_CPU = Benchmark(
    "help-cpu",
    "CPU time of `card-ocr --help`",
    "÷ `--help` of a Typer app with as many commands that do nothing",
    _ask_for_help,
)
MAKE_TEST = Benchmark("make-test", "`make test`", "seconds, on two cores", _test, is_long=True)
