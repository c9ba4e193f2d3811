"""A world whose log is kept, and attempts in it, for the tests of one claim or one step."""

from __future__ import annotations

import json
from typing import Any

from shared.documents import Attempt, Deliverer, read_attempt
from shared.log import Log
from shared.pipeline.context import Context
from shared.store.layout import pending_name
from shared.times import rfc3339
from tests.support.environment import SECRET
from tests.support.pipelines import START
from tests.support.sweeps import KEY, SweptWorld

AT = rfc3339(START)


class LoggedWorld(SweptWorld):
    """Like a swept world; `logged` are the log's lines."""

    def __init__(self, **environment: str) -> None:
        super().__init__(**environment)
        self.lines: list[dict[str, Any]] = []

    def context(self, deliverer: Deliverer = "submit") -> Context:
        log = Log("test", {}, "DEBUG", write=lambda line: self.lines.append(json.loads(line)))
        log.know_keys(SECRET, shown=True)
        return super().context(deliverer)._replace(log=log)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """Return the lines of an event, less what every line has."""
        every = {"event", "function", "request_id"}
        found = [line for line in self.lines if line["event"] == event]
        return [{name: line[name] for name in line.keys() - every} for line in found]

    def attempt(self, **changes: Any) -> Attempt:
        """Return the first attempt of the card, as it is before anybody claims it."""
        return Attempt(
            source=self.context().source(self.photo),
            card_type="IDCard",
            version=self.version,
            attempt=1,
            owner="",
            state="claimed",
            trigger="upload",
        )._replace(**changes)

    def name(self, number: int = 1) -> str:
        return pending_name("ocr/", KEY, self.version, number)

    def stored(self, number: int = 1) -> Attempt | None:
        body = self.store.objects.get(self.name(number))
        return read_attempt(body) if body is not None else None
