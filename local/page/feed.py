"""Sends changes to every open page: server-sent events.

The first event of a connection is `all`, with every card. Each further event is `changed`, with
the cards that are new or have changed, and the identifiers of those that are gone. So a browser
that reconnects misses nothing.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

Summaries = dict[str, dict[str, Any]]

RETRY_MILLISECONDS: Final = 1000
HEARTBEAT_SECONDS: Final = 15.0
_PAUSE_SECONDS: Final = 0.05
"""The pause between two readings of the bucket, so that many quick changes need one reading."""

_END: Final = None


class Feed:
    """Reads the cards after a change, and sends the difference to every subscriber.

    Without a subscriber it reads nothing.
    """

    def __init__(self, read: Callable[[], Summaries]) -> None:
        self._read = read
        self._subscribers: list[queue.SimpleQueue[str | None]] = []
        self._known: Summaries = {}
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="page-feed", daemon=True)
        self._thread.start()

    def touch(self) -> None:
        """Say that something may have changed."""
        self._changed.set()

    def events(self) -> Iterator[bytes]:
        """Yield the events of one connection, until it or the feed is closed."""
        subscriber: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with self._lock:
            self._try_update()
            subscriber.put(_event("all", {"cards": list(self._known.values())}))
            self._subscribers.append(subscriber)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            yield from self._sent_to(subscriber)
        finally:
            with self._lock:
                self._subscribers.remove(subscriber)

    def close(self) -> None:
        """End every connection, and the thread that reads."""
        self._closed.set()
        self._changed.set()
        self._thread.join()
        with self._lock:
            for subscriber in self._subscribers:
                subscriber.put(_END)

    def _sent_to(self, subscriber: queue.SimpleQueue[str | None]) -> Iterator[bytes]:
        while not self._closed.is_set():
            try:
                event = subscriber.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield b": still here\n\n"  # fails if the browser is gone
                continue
            if event is _END:
                return
            yield event.encode()

    def _run(self) -> None:
        while self._changed.wait() and not self._closed.is_set():
            self._changed.clear()
            with self._lock:
                if self._subscribers:
                    self._try_update()
            self._closed.wait(_PAUSE_SECONDS)

    def _try_update(self) -> None:
        """Read; if that fails, the cards stay as they were known, and the next change is read."""
        try:
            self._update()
        except Exception as error:  # noqa: BLE001 - its message may hold what is in the bucket
            sys.stderr.write(f"the page can't read the bucket: {type(error).__name__}\n")

    def _update(self) -> None:
        """Read, and send the subscribers what differs. The caller holds the lock."""
        found = self._read()
        changed = [card for name, card in found.items() if self._known.get(name) != card]
        removed = [name for name in self._known if name not in found]
        self._known = found
        if changed or removed:
            for subscriber in self._subscribers:
                subscriber.put(_event("changed", {"cards": changed, "removed": removed}))


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
