"""A pipeline on COS and CI in memory, with a clock that only tests move."""

from __future__ import annotations

from typing import Any

from shared import callback_token
from shared.documents import Attempt, Deliverer
from shared.events import CreatedObject
from shared.jobs import Job
from shared.log import Log
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Holds
from shared.settings.load import load
from shared.store import Photo
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, ENVIRONMENT, SECRET
from tests.support.memory import Before, MemoryJobs, MemoryStore

START = 1_767_323_045.0  # 2026-01-02T03:04:05Z


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class World:
    """Everything a pipeline test looks at."""

    def __init__(self, **environment: str) -> None:
        self.clock = Clock()
        self.store = MemoryStore(self.clock)
        self.jobs = MemoryJobs()
        self.environment = ENVIRONMENT | environment
        self.owners = 0
        self.slept: list[float] = []

    def context(self, deliverer: Deliverer = "submit") -> Context:
        return Context(
            deliverer=deliverer,
            settings=load(self.environment, submits=True),
            store=self.store,
            jobs=self.jobs,
            log=Log("test", {}, "DEBUG"),
            now=self.clock,
            monotonic=self.clock,
            sleep=self._sleep,
            new_owner=self._new_owner,
        )

    def created(self, key: str = "uploads/a.jpg") -> CreatedObject:
        return CreatedObject(BUCKET, key)

    def attempt_for(self, photo: Photo, **changes: Any) -> Attempt:
        """The first attempt of a photo's card, as it is before anybody claims it."""
        return Attempt(
            source=self.context().source(photo),
            card_type="IDCard",
            version=photo.etag,
            attempt=1,
            owner="",
            state="claimed",
            trigger="upload",
        )._replace(**changes)

    def token(self, key: str, version: str, attempt: int = 1) -> callback_token.CallbackToken:
        text = callback_token.issue(
            SECRET, bucket=BUCKET, key=key, version=version, attempt=attempt, now=self.clock()
        )
        return callback_token.verify(text, (SECRET,), self.clock())

    def finished(self, token: callback_token.CallbackToken, key: str, **changes: Any) -> Job:
        """A job of that token, finished at CI."""
        job = finished_job(key=key, user_data=token.text, **changes)
        self.jobs.jobs[job.job_id or ""] = job
        return job

    def gate(self) -> Gate:
        """The gate of submit."""
        return Gate(self.context(), Holds())

    def slow_at(self, wanted: str, seconds: float, about: str = "") -> Before:
        """What to put before calls so that each of a kind whose name has `about` in it is slow."""

        def before(call: str, name: str) -> None:
            if call == wanted and about in name:
                self.clock.now += seconds

        return before

    def hold(self, name: str = "pause.json", body: bytes = b"{}") -> None:
        """Close the gate."""
        self.store.objects[f"ocr/state/holds/{name}"] = body

    def lift(self, name: str = "pause.json") -> None:
        """Delete a hold."""
        del self.store.objects[f"ocr/state/holds/{name}"]

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.now += seconds

    def _new_owner(self) -> str:
        self.owners += 1
        return f"owner{self.owners}"
