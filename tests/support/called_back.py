"""A submitted card whose job has ended, and what the callback that tells of it leaves."""

from __future__ import annotations

from typing import Any

from shared.documents import Attempt
from shared.jobs import Job
from shared.pipeline.callback import deliver
from tests.support.pipelines import World
from tests.support.schema import validate_result

KEY = "uploads/a.jpg"


class Card:
    """A submitted card whose job has ended at CI; `changes` are the job's."""

    def __init__(self, world: World, key: str = KEY, **changes: Any) -> None:
        self.world = world
        self.key = key
        self.photo = world.store.upload(key)
        self.token = world.token(key, self.photo.etag)
        self.job = world.finished(self.token, key, **changes)
        self.pending = f"ocr/pending/{key}.{self.photo.etag}.0001.json"
        self.result_name = f"ocr/results/{key}.{self.photo.etag}.json"
        world.store.objects[self.pending] = self.attempt().body()

    def attempt(self, **changes: Any) -> Attempt:
        """The attempt that the job was sent under."""
        at = self.photo.last_modified
        times = dict.fromkeys(("first_claimed_at", "claimed_at", "first_sent_at"), at)
        given = {"owner": "an-owner", "state": "submitted", "job_id": self.job.job_id, **times}
        return self.world.attempt_for(self.photo, **{**given, **changes})

    def deliver(self, reported: Job | None = None) -> None:
        context = self.world.context("callback")
        deliver(context, self.token, reported or self.job, "json")

    def result(self) -> dict[str, Any]:
        document = self.world.store.document(self.result_name)
        validate_result(document)
        return document

    def checks(self) -> dict[str, bool]:
        return {check["name"]: check["passed"] for check in self.result()["checks"]}

    def nothing_was_written(self) -> bool:
        return list(self.world.store.objects) == [self.pending]
