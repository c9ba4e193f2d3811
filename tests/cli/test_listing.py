from __future__ import annotations

import random

import pytest

from cli.listing import existing, listed_under
from tests.support.memory import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(lambda: 0.0)


def fill(store: MemoryStore, names: list[str]) -> None:
    store.objects.update(dict.fromkeys(names, b""))


@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_names_that_begin_alike_are_told_apart(store: MemoryStore, page_size: int) -> None:
    store.page_size = page_size
    there = ["r/img-1.e.json", "r/img.e.json", "r/img.e.json.e.json", "r/~/0a.e.json"]
    fill(store, there)
    wanted = ["r/img.e.json", "r/img", "r/img-1.e.json", "r/img-2.e.json", "r/~/0a.e.json"]
    assert existing(store, "r/", wanted) == {"r/img.e.json", "r/img-1.e.json", "r/~/0a.e.json"}


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_what_is_there_whatever_else_is(store: MemoryStore, seed: int) -> None:
    draws = random.Random(seed)  # noqa: S311 — repeatable
    names = [f"r/{''.join(draws.choices('a-.~/甲', k=4))}.json" for _ in range(200)]
    fill(store, names[:120])
    store.page_size = draws.choice((1, 7, 50))
    wanted = draws.sample(names, 60)
    assert existing(store, "r/", wanted) == set(wanted) & store.objects.keys()


def test_a_thousand_neighbours_take_a_request_or_two(store: MemoryStore) -> None:
    names = [f"r/{number:05}.json" for number in range(5000)]
    fill(store, names)
    assert len(existing(store, "r/", names[1500:2500])) == 1000
    assert len(store.calls) <= 2


def test_a_few_far_apart_take_a_request_each(store: MemoryStore) -> None:
    names = [f"r/{number:05}.json" for number in range(20_000)]
    fill(store, names)
    assert len(existing(store, "r/", [names[0], names[9000], names[19_999]])) == 3
    assert len(store.calls) == 3


def test_nothing_wanted_takes_no_request(store: MemoryStore) -> None:
    assert existing(store, "r/", []) == set()
    assert not store.calls


def test_a_listing_is_read_page_by_page(store: MemoryStore) -> None:
    store.page_size = 2
    fill(store, ["r/a", "r/b", "r/c", "s/d"])
    listing = listed_under(store, "r/")
    next(listing)
    assert len(store.calls) == 1
    assert [one.key for one in listing] == ["r/b", "r/c"]
