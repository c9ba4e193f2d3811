"""A world in which cards are pending, and sweeps that look at it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shared.documents import AttemptError
from shared.errors import StorageFault
from shared.jobs import Job
from shared.pipeline.status import Status
from shared.pipeline.sweep import sweep
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.pipelines import START, World
from tests.support.schema import validate_result

KEY = "uploads/a.jpg"
HOUR = 3600
DAY = 24 * HOUR


class SweptWorld(World):
    """Everything here happened at START; `pass_time` moves on from there."""

    def __init__(self, **environment: str) -> None:
        super().__init__(**environment)
        self.photo = self.store.upload(KEY)
        self.version = self.photo.etag

    def pend(self, state: str, attempt: int = 1, key: str = KEY, **changes: Any) -> str:
        """Put a pending object there and return its name."""
        photo = self.store.photos.get(key) or self.store.upload(key)
        given = state != "claimed"
        is_sent = given and changes.get("trigger") is None
        pending: dict[str, Any] = {
            "attempt": attempt,
            "owner": "an-owner",
            "state": state,
            "job_id": "j1" if state == "submitted" else None,
            "first_claimed_at": rfc3339(START) if given else None,
            "claimed_at": rfc3339(self.clock()) if given else None,
            "updated_at": rfc3339(self.clock()),
            "first_sent_at": rfc3339(START) if is_sent else None,
            "refusals": attempt if state == "waiting" and changes.get("error") else 0,
        }
        attempt_there = self.attempt_for(photo, **{**pending, **changes})
        name = f"ocr/pending/{key}.{attempt_there.version}.{attempt:04d}.json"
        self.store.replace(name, attempt_there.body())
        return name

    def line_up(self, cards: int) -> None:
        """Put so many cards in line, as backfill does: `uploads/0.jpg` and on."""
        for number in range(cards):
            self.pend("waiting", key=f"uploads/{number}.jpg", trigger="backfill")

    def job(self, job_id: str = "j1", attempt: int = 1, key: str = KEY, **changes: Any) -> Job:
        """Put a finished job of ours at CI, created at START unless `changes` say otherwise."""
        version = self.store.photos[key].etag if key in self.store.photos else self.version
        token = self.token(key, version, attempt)
        job = finished_job(
            job_id=job_id, key=key, user_data=token.text, created_at=rfc3339(START)
        )._replace(**changes)
        self.jobs.jobs[job_id] = job
        return job

    def in_ci(self, cards: int, **changes: Any) -> None:
        """Submit so many cards, `uploads/0.jpg` and on; `changes` are those of their jobs."""
        for number in range(cards):
            key = f"uploads/{number}.jpg"
            self.pend("submitted", key=key, job_id=f"n{number}")
            self.job(f"n{number}", key=key, **changes)

    def later_job(self, seconds: float = 100) -> None:
        """A job of another card of ours: CI's list has got that far."""
        self.job("later", key="uploads/later.jpg", created_at=rfc3339(START + seconds))

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    def sweep_after(self, seconds: float) -> Status:
        self.pass_time(seconds)
        return self.sweep()

    def sweep(self, seconds: float = 200) -> Status:
        return sweep(self.context("sweep"), until=self.clock() + seconds)

    def result(self, key: str = KEY) -> dict[str, Any]:
        document = self.store.document(f"ocr/results/{key}.{self.store_version(key)}.json")
        validate_result(document)
        return document

    def store_version(self, key: str) -> str:
        return self.version if key == KEY else self.store.photos[key].etag

    def states(self) -> Counter[str]:
        """How many pending objects are in each state."""
        return Counter(self.store.document(name)["state"] for name in self.store.names("pending"))

    def pending(self) -> dict[int, dict[str, Any]]:
        """The pending objects of the card, by attempt."""
        documents = [self.store.document(name) for name in self.store.names("pending")]
        return {document["attempt"]: document for document in documents}


def refusal(code: str, kind: str, at: float = START) -> AttemptError:
    return AttemptError(code, "why", kind, rfc3339(at))  # type: ignore[arg-type]


def writing_fails_once(world: SweptWorld, folder: str) -> None:
    faults = iter([StorageFault("PUT of an object", "ServiceUnavailable")])

    def before(call: str, name: str) -> None:
        if call == "create_once" and f"/{folder}/" in name and (fault := next(faults, None)):
            raise fault

    world.store.before = before
