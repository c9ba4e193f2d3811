"""docs/result.example.json is what the functions write, name by name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from docs.blocks import ROOT
from shared.card import IdInfo
from shared.documents import Attempt
from shared.jobs import Container, Job
from shared.pipeline.callback import deliver
from shared.times import from_rfc3339
from tests.support.pipelines import World
from tests.support.schema import validate_result

EXAMPLE: dict[str, Any] = json.loads((ROOT / "docs/result.example.json").read_bytes())
SAMPLE = ROOT / "local/samples" / EXAMPLE["source"]["key"].removeprefix("uploads/")


def rebuilt() -> dict[str, Any]:
    """What `callback` writes when CI says what the example says it did."""
    world = World(INPUT_BUCKET=EXAMPLE["source"]["bucket"])
    key = EXAMPLE["source"]["key"]
    written_at = EXAMPLE["source"]["last_modified"]
    photo = world.store.upload(key, SAMPLE.read_bytes(), last_modified=written_at)
    token = world.token(key, photo.etag, EXAMPLE["job"]["attempt"])
    job = world.finished(token, key, **_job())
    (entry,) = EXAMPLE["attempts"]
    attempt = Attempt(
        source=world.context().source(photo),
        card_type=None,
        version=photo.etag,
        attempt=entry["attempt"],
        owner="an-owner",
        state="submitted",
        trigger=EXAMPLE["trigger"],
        job_id=entry["job_id"],
        claimed_at=entry["claimed_at"],
    )
    name = f"ocr/pending/{key}.{photo.etag}.0001.json"
    world.store.objects[name] = attempt.body()
    times = iter([EXAMPLE["evidence"]["received_at"], EXAMPLE["written_at"]])
    context = world.context("callback")._replace(now=lambda: from_rfc3339(next(times)))
    deliver(context, token, job, EXAMPLE["evidence"]["format"])
    return world.store.document(f"ocr/results/{key}.{photo.etag}.json")


def _job() -> dict[str, Any]:
    infos = tuple(
        IdInfo(item["label"], item["text"], item["score"], item["polygon"])
        for item in EXAMPLE["items"]
    )
    known = {name: EXAMPLE["job"][name] for name in EXAMPLE["job"].keys() & set(Job._fields)}
    return known | {
        "code": EXAMPLE["attempts"][0]["code"],
        "job_id": EXAMPLE["job"]["id"],
        "card_type": EXAMPLE["card_type"],
        "container": Container("Success", "Success", None, infos, "1"),
    }


@pytest.mark.parametrize("name", [*EXAMPLE])
def test_a_name_of_the_example_is_as_the_functions_write_it(name: str) -> None:
    assert rebuilt()[name] == EXAMPLE[name]


def test_the_example_has_the_names_in_the_order_they_are_written() -> None:
    assert list(rebuilt()) == list(EXAMPLE)


def test_the_example_follows_the_schema() -> None:
    validate_result(EXAMPLE)


def test_the_example_is_of_a_sample_as_it_is_shipped() -> None:
    content = SAMPLE.read_bytes()
    assert EXAMPLE["source"]["size"] == len(content)
    assert EXAMPLE["source"]["etag"] == hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_the_example_reads_what_the_sample_shows() -> None:
    truth = json.loads(SAMPLE.with_suffix(".json").read_bytes())
    assert EXAMPLE["fields"] == truth["fields"]
