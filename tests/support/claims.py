"""A world whose log is kept, and attempts in it, for the tests of one claim or one step."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

from shared.documents import Attempt, Deliverer, read_attempt
from shared.log import Log
from shared.pipeline.budget import open_budget
from shared.pipeline.context import Context
from shared.pipeline.gate import Closed, Gate, Holds
from shared.pipeline.perform import Performer
from shared.pipeline.steps import PendingCard, Step
from shared.store import Photo
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
        return self.attempt_for(self.photo, **changes)

    def name(self, number: int = 1) -> str:
        return pending_name("ocr/", KEY, self.version, number)

    def stored(self, number: int = 1) -> Attempt | None:
        body = self.store.objects.get(self.name(number))
        return read_attempt(body) if body is not None else None


class Bench(LoggedWorld):
    """One performer, whose gate is a sweep's, and one card to perform on."""

    def __init__(self, closed: Closed | None = None, **environment: str) -> None:
        super().__init__(**environment)
        self.store.calls.clear()
        context = self.context("sweep")
        holds = Holds()
        budget = open_budget(context, holds, nullcontext(), lambda: False)
        self.gate_of_sweep = Gate(context, holds, budget, closed)
        self.gate_of_sweep.ask()
        self.store.calls.clear()

    def performer(self, deliverer: Deliverer = "sweep") -> Performer:
        return Performer(self.context(deliverer), self.gate_of_sweep)

    def card(self, number: int = 1, state: Any = "submitted", **changes: Any) -> PendingCard:
        """Store a card's attempts, the last of them in this state."""
        attempt = self.attempt(
            attempt=number,
            owner="an-owner",
            state=state,
            job_id="j1" if state == "submitted" else None,
            first_claimed_at=AT,
            claimed_at=AT,
            updated_at=AT,
            first_sent_at=AT,
        )._replace(**changes)
        names = tuple(self.name(each) for each in range(1, number + 1))
        ids = {past.attempt: past.job_id for past in attempt.attempts} | {number: attempt.job_id}
        for each, name in enumerate(names, start=1):
            self.store.objects[name] = attempt._replace(attempt=each, job_id=ids.get(each)).body()
        return PendingCard(attempt, names, START, START)

    def perform(self, card: PendingCard, step: Step) -> Attempt | None:
        return self.performer().perform(card, step)

    def pending_after(self, card: PendingCard, step: Step) -> Attempt:
        """Perform a step that leaves the card pending."""
        left = self.perform(card, step)
        assert left is not None
        return left

    def begin(self, photo: Photo | None = None) -> Attempt:
        """Begin a card that submit leaves pending."""
        left = self.performer("submit").begin(photo or self.headed(), "upload")
        assert left is not None
        return left

    def next_attempt(self, card: PendingCard, **changes: Any) -> Attempt:
        return card.attempt._replace(
            attempt=card.attempt.attempt + 1, state="claimed", job_id=None, claimed_at=None
        )._replace(**changes)

    @property
    def result_name(self) -> str:
        return f"ocr/results/{KEY}.{self.version}.json"

    def put_result(self, **document: Any) -> None:
        self.store.objects[self.result_name] = json.dumps(document).encode()

    def headed(self, **changes: Any) -> Photo:
        return self.photo._replace(seen_at=int(START) + 5, **changes)
