"""A submitted card whose job has ended, and the callback that tells of it."""

from __future__ import annotations

from typing import Any

from shared.jobs import Job
from shared.pipeline.callback import Reported, deliver
from tests.support.pipelines import World
from tests.support.schema import validate_result

KEY = "uploads/a.jpg"


class Card:
    """A submitted card whose job has ended at CI; `changes` are the job's."""

    def __init__(self, world: World, key: str = KEY, **changes: Any) -> None:
        self.world = world
        self.key = key
        self.source = world.store.upload(key)
        self.token = world.token(key, self.source.etag)
        self.job = world.finished(self.token, key, **changes)
        self.pending = f"ocr/pending/{key}.{self.source.etag}.0001.json"
        self.result_name = f"ocr/results/{key}.{self.source.etag}.json"
        world.store.objects[self.pending] = b"{}"

    def deliver(self, reported: Job | None = None) -> None:
        pipeline = self.world.pipeline("callback")
        deliver(pipeline, self.token, Reported(reported or self.job, "json"))

    def result(self) -> dict[str, Any]:
        document = self.world.store.document(self.result_name)
        validate_result(document)
        return document

    def checks(self) -> dict[str, bool]:
        return {check["name"]: check["passed"] for check in self.result()["checks"]}

    def nothing_was_written(self) -> bool:
        return list(self.world.store.objects) == [self.pending]
