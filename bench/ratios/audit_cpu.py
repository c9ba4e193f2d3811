"""R9: what an audit costs over reading the listings it is made of."""

from __future__ import annotations

from bench.ratio import Figures, Part, Ratio, at_most
from bench.timing import TURNS, in_turn
from tests.load.audit import CPU_RATIO, PEAK_MB, UPLOADS
from tests.load.audited import served
from tests.load.command import seeded
from tests.load.uploads import plant

_QUICK_UPLOADS = 20_000
_SEED = 904


def _measure(*, quick: bool) -> Figures:
    count = _QUICK_UPLOADS if quick else UPLOADS
    uploads = plant(count, seeded(_SEED), each=count // 10_000)
    problems = []
    with served(uploads) as here:

        def ours() -> float:
            audit = here.runs("cli", "audit", "--json", "--reveal")
            if set(audit.findings()) != uploads.expected:
                problems.append("the audit didn't find what was planted")
            if audit.peak_mb > PEAK_MB:
                problems.append(f"its memory rose to {audit.peak_mb:.0f} MB")
            return audit.cpu_seconds

        def theirs() -> float:
            folders = ("uploads/", "ocr/results/", "ocr/pending/")
            return here.runs("tests.load.paging", *folders).cpu_seconds

        ratios = in_turn(ours, theirs, TURNS)
    return Figures({"": Part(at_most(CPU_RATIO), ratios, problems)})


AUDIT_CPU = Ratio(
    "R9",
    "CPU time of an audit of a million uploads",
    "paging through the same listings with the SDK and keeping nothing",
    _measure,
)
