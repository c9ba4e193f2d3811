from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from cli.bucket.reading import in_order, read_bodies
from shared.store import Listed
from tests.support.memory import MemoryStore


def test_things_come_in_order_whichever_is_ready_first() -> None:
    second_is_there = threading.Event()

    def read(number: int) -> int:
        if number == 0:
            assert second_is_there.wait(10)
        elif number == 1:
            second_is_there.set()
        return number * 2

    assert list(in_order(read, range(100))) == [(number, number * 2) for number in range(100)]


def test_no_more_is_asked_for_than_can_be_read_ahead() -> None:
    asked = 0

    def endless() -> Iterator[int]:
        nonlocal asked
        while True:
            asked += 1
            yield asked

    reading = in_order(str, endless())
    next(reading)
    assert asked <= 40


def test_an_error_ends_it() -> None:
    def read(number: int) -> int:
        if number == 3:
            raise LookupError
        return number

    found: list[int] = []
    with pytest.raises(LookupError):
        found.extend(number for number, _ in in_order(read, range(1000)))
    assert found == [0, 1, 2]


def test_an_object_that_is_gone_meanwhile_has_no_body() -> None:
    store = MemoryStore(lambda: 0.0)
    store.replace("ocr/results/a", b"{}")
    (there,) = store.list_objects("ocr/results/", None).objects
    gone = Listed("ocr/results/gone", "e", 1, 0)
    assert list(read_bodies(store, [[gone, there]], list)) == [([gone, there], [None, b"{}"])]
