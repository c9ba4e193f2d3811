"""The kinds of histories, by name, and many of them on several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation import quiet, unshown
from tests.simulation.billed import tell_billed
from tests.simulation.forgotten import tell_forgotten
from tests.simulation.history import Outcome, tell

STORIES: Mapping[str, Callable[[int], Outcome]] = {
    "history": tell,
    "billed": tell_billed,
    "replaced": quiet.tell_replaced,
    "archived": unshown.tell_archived,
    "refused": unshown.tell_refused,
    "forgotten": tell_forgotten,
    "denied": quiet.tell_denied,
    "held": quiet.tell_held,
    "twins": quiet.tell_twins,
    "starved": quiet.tell_starved,
    "starved by ten thousand": partial(quiet.tell_starved, refused=10_000, hours=45),
}
EVERY: Mapping[str, int] = {
    "history": 1,
    "billed": 10,
    "replaced": 1,
    "archived": 1,
    "refused": 5,
    "forgotten": 5,
    "denied": 20,
    "held": 50,
    "twins": 10,
    "starved": 500,
    "starved by ten thousand": 10_000,
}
"""Of how many seeds one tells such a history: the last of them."""

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
