"""The naive handler does what a benchmark compares with it."""

from __future__ import annotations

from typing import Any

import pytest

from bench.benchmarks.submit_cpu import cos_event
from bench.peers.naive import index
from shared.events import CreatedObject, created_objects
from tests.support.environment import BUCKET


class Sdk:
    """The calls that the naive handler makes."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def ci_create_media_jobs(self, **options: Any) -> dict[str, Any]:
        self.calls.append(options)
        return {"JobsDetail": []}

    def put_object(self, **options: Any) -> None:
        self.calls.append(options)


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> Sdk:
    sdk = Sdk()
    monkeypatch.setattr(index, "client", sdk)
    monkeypatch.setattr(index, "secret", "invented")
    return sdk


def test_the_event_of_an_upload_is_one_that_submit_reads() -> None:
    (record,) = created_objects(cos_event("uploads/a.jpg"))
    assert record == CreatedObject(BUCKET, "uploads/a.jpg")


def test_the_naive_handler_submits_a_job_for_what_was_uploaded(sdk: Sdk) -> None:
    index.main_handler(cos_event("uploads/a.jpg"), None)
    (call,) = sdk.calls
    assert call["Jobs"]["Input"] == {"Object": "uploads/a.jpg"}


def test_the_naive_handler_refuses_a_callback_without_the_word(sdk: Sdk) -> None:
    answer = index.main_handler({"queryString": {"t": "x"}, "body": "{}"}, None)
    assert answer == {"statusCode": 403, "body": "forbidden"}
    assert sdk.calls == []


def test_the_naive_handler_stores_what_a_callback_brings(sdk: Sdk) -> None:
    body = "<Response><JobsDetail><JobId>j1</JobId></JobsDetail></Response>"
    index.main_handler({"queryString": {"t": "invented"}, "body": body}, None)
    (call,) = sdk.calls
    assert call["Key"] == "ocr/j1.json"
