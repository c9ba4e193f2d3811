"""R9: what an audit costs over reading the listings it is made of."""

from __future__ import annotations

from bench.ratio import Figures, Part, Ratio, at_most
from bench.timing import TURNS
from tests.load.audit import CPU_RATIO, PEAK_MB, UPLOADS
from tests.load.audited import served
from tests.load.command import seeded
from tests.load.uploads import plant

_FEWER, _QUICK_UPLOADS = 200_000, 20_000
_SEED = 904


def _measure(*, quick: bool) -> Figures:
    """Audit a million in the first turn, of which one takes minutes, and fewer in the others.

    Fewer are no help: what a process takes to start is more of an audit than of the paging.
    """
    counts = [_QUICK_UPLOADS] * TURNS if quick else [UPLOADS, *[_FEWER] * (TURNS - 1)]
    turns = [_turn(count) for count in counts]
    problems = [problem for _, problems in turns for problem in problems]
    return Figures({"": Part(at_most(CPU_RATIO), [ratio for ratio, _ in turns], problems)})


def _turn(count: int) -> tuple[float, list[str]]:
    """What the audit of so many takes of the paging, and what is wrong with it."""
    uploads = plant(count, seeded(_SEED), each=count // 10_000)
    with served(uploads) as here:
        audit = here.runs("cli", "audit", "--json", "--reveal")
        paging = here.runs("tests.load.paging", "uploads/", "ocr/results/", "ocr/pending/")
    problems = []
    if set(audit.findings()) != uploads.expected:
        problems.append(f"the audit of {count:,} didn't find what was planted")
    if audit.peak_mb > PEAK_MB:
        problems.append(f"its memory rose to {audit.peak_mb:.0f} MB")
    if paging.status:
        problems.append("the SDK's paging failed")
    return audit.cpu_seconds / paging.cpu_seconds, problems


AUDIT_CPU = Ratio(
    "R9",
    "CPU time of an audit, of a million uploads in one turn and fewer in the others",
    "paging through the same listings with the SDK and keeping nothing",
    _measure,
)
