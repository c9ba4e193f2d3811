"""R3: how large the zips are."""

from __future__ import annotations

from bench.bundles import naive, ours
from bench.ratio import Figures, Part, Ratio, at_most


def _measure(*, quick: bool) -> Figures:  # noqa: ARG001 — it is quick anyway
    theirs = len(naive().plain)
    sizes = {name: len(content) / theirs for name, content in ours().items()}
    return Figures({name: Part(at_most(0.31), [size]) for name, size in sizes.items()})


ZIP_SIZE = Ratio("R3", "the zip of each function", "the naive zip", _measure)
