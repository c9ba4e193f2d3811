"""R11: how many jobs are paid for, where events come again, and things are killed and lost."""

from __future__ import annotations

import subprocess
import sys

from bench.quiet import quiet
from bench.ratio import Figures, Part, Ratio, exactly
from tests.load.command import seeded
from tests.load.replay import UPLOADS, replay

_QUICK_CARDS = 100
_DOCUMENTS = 50
_SEEDS, _QUICK_SEEDS = range(5), range(2)
PUBLISHED = 14_727 / 4_384


def _measure(*, quick: bool) -> Figures:
    """Replay it with several seeds: the first in full, the others with fewer cards."""
    ratios, problems = [], []
    for seed in _QUICK_SEEDS if quick else _SEEDS:
        cards = _QUICK_CARDS if quick or seed else UPLOADS
        with quiet():
            report = replay(seeded(seed), cards)
        ratios.append(float(str(report.figures["jobs per card"])))
        problems += [f"SEED={seed}: {problem}" for problem in report.problems]
    beside = {
        "AWS's IDP accelerator, as its issue 904 says": PUBLISHED,
        "s3-ocr, started by two people at once": _of_s3_ocr(),
    }
    return Figures({"": Part(exactly(1), ratios, problems)}, beside)


def _of_s3_ocr() -> float:
    """Its jobs a document, measured in a process of its own."""
    command = [sys.executable, "-m", "bench.peers.s3_ocr", str(_DOCUMENTS)]
    return float(subprocess.check_output(command))  # noqa: S603 — our own interpreter


JOBS_PER_CARD = Ratio("R11", "jobs a card in the replay of IDP's issue 904", "one", _measure)
