"""Many histories on several processes: each stands alone, so they can be told in any order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.history import Outcome, tell

_AT_ONCE = 20


def tell_many(seeds: range, processes: int) -> Iterator[Outcome]:
    """The outcomes of all seeds, without their calls."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_tell, seeds, chunksize=_AT_ONCE)


def _tell(seed: int) -> Outcome:
    return tell(seed)._replace(calls=(), struck=())
