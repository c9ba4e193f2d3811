from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.index.bodies import Index, open_index
from cli.index.reader import read_ahead
from shared.errors import StorageFault
from shared.store import Listed
from tests.support.memory import MemoryStore

NAMES = [f"ocr/results/{number:03d}" for number in range(200)]


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore(lambda: 0.0)
    for name in NAMES:
        store.replace(name, name.encode())
    return store


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "index.sqlite3") as index:
        yield index


def bodies(store: MemoryStore, index: Index | None) -> list[bytes | None]:
    listing = store.list_objects("ocr/results/", None).objects
    read = read_ahead(store, index, listing, lambda listed: [listed])
    return [found for _, (found,) in read]


def reads(store: MemoryStore) -> int:
    return sum(call == "read" for call, _ in store.calls)


def test_bodies_come_in_the_order_they_are_asked_for(store: MemoryStore, index: Index) -> None:
    assert bodies(store, index) == [name.encode() for name in NAMES]


def test_each_body_is_read_once(store: MemoryStore, index: Index) -> None:
    assert bodies(store, index) == bodies(store, index)
    assert reads(store) == len(NAMES)


def test_without_an_index_every_body_is_read_from_the_bucket(store: MemoryStore) -> None:
    assert bodies(store, None) == bodies(store, None)
    assert reads(store) == 2 * len(NAMES)


def test_an_object_that_is_gone_meanwhile_has_no_body(store: MemoryStore) -> None:
    gone = Listed("ocr/results/gone", "e", 1, 0)
    assert list(read_ahead(store, None, [gone], lambda one: [one])) == [(gone, [None])]


def test_what_was_read_before_a_fault_is_kept(store: MemoryStore, index: Index) -> None:
    def fail_at_the_last(call: str, name: str) -> None:
        if (call, name) == ("read", NAMES[-1]):
            raise StorageFault("GET of an object", "NoReply")

    store.before = fail_at_the_last
    with pytest.raises(StorageFault):
        bodies(store, index)
    store.before = lambda _call, _name: None
    store.calls.clear()
    bodies(store, index)
    assert reads(store) == 1


def test_not_everything_is_asked_for_at_once(store: MemoryStore) -> None:
    listing = store.list_objects("ocr/results/", None).objects
    reading = read_ahead(store, None, listing, lambda listed: [listed])
    next(reading)
    reading.close()
    assert reads(store) < len(NAMES) / 2
