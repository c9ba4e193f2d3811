from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from cli.bucket.listing import (
    Content,
    checked_prefix,
    listed_under,
    pending_of,
    results_of,
    with_pending,
    with_results,
)
from shared.errors import ConfigurationError
from tests.support.memory import MemoryStore
from tests.support.pipelines import World

E, F = "e" * 32, "f" * 32


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(lambda: 0.0)


def fill(store: MemoryStore, names: Iterable[str]) -> None:
    store.objects.update(dict.fromkeys(names, b""))


@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_any_run_is_one_of_its_content(store: MemoryStore, page_size: int) -> None:
    store.page_size = page_size
    between = [f"r/results/a.{E}.{number}.{F}.json" for number in range(5)]
    fill(store, [*between, f"r/results/a.{E}~2.json", f"r/pending/b.{E}~3.0002.json"])
    a, b = Content("a", E), Content("b", E)
    assert with_results(store, "r/", [a, b]) == {a}
    assert with_pending(store, "r/", [a, b]) == {b}


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_what_is_there_whatever_else_is(store: MemoryStore, seed: int) -> None:
    draws = random.Random(seed)  # noqa: S311 — repeatable
    contents = [
        Content(
            "".join(draws.choices(["a", "-", ".", "~", "/", "甲", E], k=3)), draws.choice((E, F))
        )
        for _ in range(200)
    ]
    there = set(contents[:100])
    runs = ("", "~2", "~10")
    fill(store, (f"r/results/{key}.{etag}{draws.choice(runs)}.json" for key, etag in there))
    store.page_size = draws.choice((1, 7, 50))
    wanted = draws.sample(contents, 60)
    assert with_results(store, "r/", wanted) == there.intersection(wanted)


def many(count: int) -> list[Content]:
    return [Content(f"{number:05}", E) for number in range(count)]


def test_a_thousand_neighbours_take_a_request_or_two(store: MemoryStore) -> None:
    fill(store, (f"r/results/{key}.{etag}.json" for key, etag in many(5000)))
    assert len(with_results(store, "r/", many(5000)[1500:2500])) == 1000
    assert len(store.calls) <= 2


def test_a_few_far_apart_take_a_request_each(store: MemoryStore) -> None:
    fill(store, (f"r/results/{key}.{etag}.json" for key, etag in many(20_000)))
    there = many(20_000)
    assert len(with_results(store, "r/", [there[0], there[9000], there[19_999]])) == 3
    assert len(store.calls) == 3


def test_nothing_wanted_takes_no_request(store: MemoryStore) -> None:
    assert with_results(store, "r/", []) == set()
    assert not store.calls


def test_a_listing_is_read_page_by_page() -> None:
    store = MemoryStore(lambda: 0.0)
    store.page_size = 2
    store.objects.update(dict.fromkeys(["r/a", "r/b", "r/c", "s/d"], b""))
    listing = listed_under(store, "r/")
    next(listing)
    assert len(store.calls) == 1
    assert [one.key for one in listing] == ["r/b", "r/c"]


def test_objects_of_a_content_are_not_those_of_an_etag_that_goes_on(store: MemoryStore) -> None:
    fill(store, [f"r/results/a.{E}{rest}.json" for rest in ("", "~2", "0", "-3")])
    fill(store, [f"r/pending/a.{E}{rest}.0001.json" for rest in ("", "0")])
    assert [one.version for one in results_of(store, "r/", "a", E)] == [E, f"{E}~2"]
    assert [one.version for one in pending_of(store, "r/", "a", E)] == [E]
    assert len(list(results_of(store, "r/", "a"))) == 4


def test_a_prefix_that_is_not_utf_8_is_a_wrong_call() -> None:
    with pytest.raises(ConfigurationError, match="--prefix: is not UTF-8"):
        checked_prefix(World().context().settings, "uploads/\udcff")
