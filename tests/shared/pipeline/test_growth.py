"""A card costs a sweep as much among thousands as among a few hundred."""

from __future__ import annotations

import time

from cli.enqueue.card import enqueue
from shared.pipeline.sweep import sweep
from tests.support.pipelines import World

FEW, MANY = 400, 4_000
OLD_SECONDS = 130.0  # sweep leaves younger ones alone
ENOUGH_SECONDS = 1e9
MOST = 1.7  # a part that grows with the square of the cards would have to be small


def cpu_seconds_a_card(count: int) -> float:
    """What a sweep takes that sends so many cards, and one that finds their jobs running."""
    world = World(REQUESTS_PER_SECOND="10000")
    for number in range(count):
        photo = world.store.upload(f"uploads/{number:04}.jpg", f"photo {number}".encode())
        enqueue(world.context("sweep"), photo)
    began = time.thread_time()
    for _run in range(2):
        world.clock.now += OLD_SECONDS
        status = sweep(world.context("sweep"), until=world.clock.now + ENOUGH_SECONDS)
        assert status.pending["submitted"] == count
    return (time.thread_time() - began) / count


def test_a_card_costs_no_more_where_there_are_more_of_them() -> None:
    cpu_seconds_a_card(FEW)  # all is loaded now
    few = sum(cpu_seconds_a_card(FEW) for _ in range(4)) / 4
    assert cpu_seconds_a_card(MANY) / few < MOST
