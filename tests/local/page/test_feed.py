"""What subscribers are told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from local.page.feed import Feed


class Cards:
    """What is read; `error` is raised instead, once."""

    def __init__(self) -> None:
        self.now: dict[str, dict[str, Any]] = {}
        self.error: Exception | None = None
        self.failed = threading.Event()
        self.read = 0

    def __call__(self) -> dict[str, dict[str, Any]]:
        self.read += 1
        error, self.error = self.error, None
        if error is not None:
            self.failed.set()
            raise error
        return dict(self.now)


@pytest.fixture
def cards() -> Cards:
    return Cards()


@pytest.fixture
def feed(cards: Cards) -> Iterator[Feed]:
    running = Feed(cards)
    yield running
    running.close()


def next_event(events: Iterator[bytes]) -> tuple[str, Any]:
    name, data = next(events).decode().strip().split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_a_connection_begins_with_every_card(feed: Feed, cards: Cards) -> None:
    cards.now = {"a": {"id": "a"}, "b": {"id": "b"}}
    events = feed.events()
    assert next(events) == b"retry: 1000\n\n"
    assert next_event(events) == ("all", {"cards": [{"id": "a"}, {"id": "b"}]})


def test_only_a_change_is_told(feed: Feed, cards: Cards) -> None:
    cards.now = {"a": {"id": "a"}, "b": {"id": "b"}, "c": {"id": "c"}}
    events = feed.events()
    next(events)
    next_event(events)
    cards.now = {"a": {"id": "a"}, "b": {"id": "b", "state": "claimed"}}
    feed.touch()
    changed = {"cards": [{"id": "b", "state": "claimed"}], "removed": ["c"]}
    assert next_event(events) == ("changed", changed)


def test_a_reading_that_failed_costs_nobody_the_next_change(
    feed: Feed, cards: Cards, capsys: pytest.CaptureFixture[str]
) -> None:
    events = feed.events()
    next(events)
    next_event(events)
    cards.now, cards.error = {"a": {"id": "a"}}, ValueError("uploads/someone.jpg")
    feed.touch()
    assert cards.failed.wait(10)
    feed.touch()
    assert next_event(events) == ("changed", {"cards": [{"id": "a"}], "removed": []})
    assert capsys.readouterr().err == "the page can't read the bucket: ValueError\n"


def test_nothing_is_read_while_nobody_looks(feed: Feed, cards: Cards) -> None:
    feed.touch()
    feed.close()
    assert cards.read == 0


def test_every_connection_ends_with_the_feed(feed: Feed) -> None:
    events = feed.events()
    next(events)
    next_event(events)
    feed.close()
    assert list(events) == []
