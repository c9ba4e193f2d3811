"""zip-size: how large the zips are."""

from __future__ import annotations

from bench.bundles import naive, ours
from bench.measurement import Benchmark, Figures, Part

_GOAL = 0.31


def _measure(*, quick: bool) -> Figures:  # noqa: ARG001 — it is quick anyway
    theirs = len(naive().plain)
    sizes = {name: len(content) / theirs for name, content in ours().items()}
    return Figures({name: Part(_GOAL, [size]) for name, size in sizes.items()})


ZIP_SIZE = Benchmark("zip-size", "the zip of each function", "÷ the naive zip", _measure)
