"""A result written at any moment of a seal is in exactly one seal.

10,000 results come by COS's clock while seals are made: between two pages of a listing, while a
part is written, while a seal is interrupted. A listing shows a result up to a quarter of an hour
after the time in its Last-Modified.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

import cli.seal.sealing
from cli.seal.chain import entries_of
from cli.seal.manifest import read_seal
from shared.errors import StorageFault
from shared.store.layout import name_sha256
from tests.support.seals import DAY, MINUTE, SealedWorld

RESULTS = 10_000
DAYS = 0.5
SEALS = 30
LATEST_SHOWN = 15 * MINUTE - 1


class Arriving:
    """Results on their way. Each call to COS takes a while, in which some of them arrive."""

    def __init__(self, world: SealedWorld, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._last = world.clock() + DAYS * DAY
        self.fails_in: int | None = None
        self.during_seals = 0
        times = [world.clock() + chance.uniform(0, DAYS * DAY) for _ in range(RESULTS)]
        self._coming = sorted(
            (
                at + chance.uniform(0, LATEST_SHOWN),
                at,
                f"ocr/results/uploads/{number:05}.jpg.e1.json",
            )
            for number, at in enumerate(times)
        )[::-1]
        self.names = {name for _, _, name in self._coming}
        world.store.before = self

    def __call__(self, _call: str, _name: str) -> None:
        self._world.pass_time(self._chance.uniform(0, 20))
        self.during_seals += self.arrive()
        if self.fails_in is not None:
            self.fails_in -= 1
            if self.fails_in < 0:
                raise StorageFault("a request", "InternalError")

    def arrive(self) -> int:
        """Have what is due arrive, at its own time. Return how many."""
        store, arrived = self._world.store, 0
        while self._coming and self._coming[-1][0] <= self._world.clock():
            _, at, name = self._coming.pop()
            store.objects[name] = name.encode()
            store.written_at[name] = float(int(at))
            arrived += 1
        return arrived


def test_a_result_is_in_exactly_one_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.seal.sealing, "_PART_ENTRIES", 150)
    chance = random.Random(1)  # noqa: S311 — a history that can be had again
    world = SealedWorld()
    world.store.page_size = 500
    arriving = Arriving(world, chance)
    interrupted = 0
    while len(world.store.objects) < RESULTS or world.clock() < arriving._last:  # noqa: SLF001
        world.pass_time(chance.expovariate(SEALS / (DAYS * DAY)))
        arriving.arrive()
        arriving.fails_in = chance.choice((None, None, chance.randrange(25)))
        try:
            world.seal()
        except StorageFault:
            interrupted += 1
    arriving.fails_in = None
    world.pass_time(DAY)
    world.seal()
    world.pass_time(DAY)
    world.seal()  # the one before may have gone on with one that was interrupted
    counts: Counter[str] = Counter()
    context = world.context()
    numbers = [name for name in world.store.names("seals") if name.endswith(".json")]
    for name in numbers:
        seal = read_seal(world.store.objects[name])
        assert seal is not None
        for part in seal.parts:
            counts.update(one.name for one in entries_of(context, seal, part) or ())
    assert set(counts) == set(map(name_sha256, arriving.names))
    assert set(counts.values()) == {1}
    assert world.audit() == []
    assert len(numbers) > 10
    assert interrupted > 2
    assert arriving.during_seals > RESULTS / 100
