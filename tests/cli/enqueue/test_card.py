from __future__ import annotations

import json

import pytest

from cli.enqueue.card import Enqueued, enqueue
from shared.errors import ConfigurationError, StorageFault
from tests.support.memory import failing_at
from tests.support.pipelines import World
from tests.support.schema import validate_pending

KEY = "uploads/a.jpg"


@pytest.fixture
def world() -> World:
    return World()


def claim(version: str) -> str:
    return f"ocr/pending/{KEY}.{version}.0001.json"


def test_a_photo_is_put_in_line_and_not_sent(world: World) -> None:
    source = world.store.upload(KEY)
    assert enqueue(world.context(), source) is Enqueued.ENQUEUED
    document = world.store.document(claim(source.etag))
    validate_pending(document)
    told = {name: document[name] for name in ("state", "trigger", "attempt", "job_id", "error")}
    assert told == {
        "state": "waiting",
        "trigger": "backfill",
        "attempt": 1,
        "job_id": None,
        "error": None,
    }
    assert not world.jobs.requests


def test_a_rerun_is_a_version_of_its_own(world: World) -> None:
    source = world.store.upload(KEY)
    world.store.objects[f"ocr/results/{KEY}.{source.etag}.json"] = b"{}"
    assert enqueue(world.context(), source, run=2) is Enqueued.ENQUEUED
    document = world.store.document(claim(f"{source.etag}~2"))
    assert (document["trigger"], document["version"]) == ("rerun", f"{source.etag}~2")


def test_a_card_in_line_is_not_put_there_twice(world: World) -> None:
    source = world.store.upload(KEY)
    enqueue(world.context(), source)
    before = dict(world.store.objects)
    assert enqueue(world.context(), source) is Enqueued.TAKEN
    assert world.store.objects == before


def test_a_card_with_a_result_is_not_left_in_line(world: World) -> None:
    source = world.store.upload(KEY)
    world.store.objects[f"ocr/results/{KEY}.{source.etag}.json"] = b"{}"
    assert enqueue(world.context(), source) is Enqueued.DONE
    assert not world.store.names("pending")


def test_the_card_type_that_was_asked_for_wins_over_the_metadata(world: World) -> None:
    source = world.store.upload(KEY, card_type="Passport")
    enqueue(world.context(), source, card_type="DriverLicense")
    assert world.store.document(claim(source.etag))["card_type"] == "DriverLicense"


def test_if_nobody_says_whether_there_is_a_result_it_is_in_line(world: World) -> None:
    source = world.store.upload(KEY)
    world.store.before = failing_at("exists", fault=StorageFault("HEAD of an object", "SlowDown"))
    assert enqueue(world.context(), source) is Enqueued.ENQUEUED
    assert json.loads(world.store.objects[claim(source.etag)])["state"] == "waiting"


def test_a_bucket_with_versioning_is_refused(world: World) -> None:
    world.store.versioned = True
    with pytest.raises(ConfigurationError, match="versioning"):
        enqueue(world.context(), world.store.upload(KEY))
