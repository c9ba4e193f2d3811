"""Many histories on several processes: each stands alone, so they can be told in any order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.history import Outcome
from tests.simulation.stories import EVERY, STORIES

_AT_ONCE, _FEW = 20, 200


def tell_many(seeds: range, processes: int, story: str = "history") -> Iterator[Outcome]:
    """The outcomes of the seeds that tell such a history, without their calls."""
    told = [(story, seed) for seed in telling(seeds, story)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(_tell, told, chunksize=_AT_ONCE if len(told) > _FEW else 1)


def telling(seeds: range, story: str) -> list[int]:
    """The seeds that tell such a history."""
    return [seed for seed in seeds if seed % EVERY[story] == EVERY[story] - 1]


def _tell(told: tuple[str, int]) -> Outcome:
    story, seed = told
    return STORIES[story](seed)._replace(calls=(), struck=())
