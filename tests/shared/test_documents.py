"""A pending object that isn't as we wrote it is none: one such object must not stop a sweep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.documents import read_attempt
from tests.support.sweeps import SweptWorld, refusal


def written(**changes: Any) -> bytes:
    world = SweptWorld()
    name = world.pend("waiting", error=refusal("SlowDown", "capacity"))
    document = json.loads(world.store.objects[name])
    return json.dumps(document | changes).encode()


def test_what_was_written_is_read() -> None:
    body = written()
    pending = read_attempt(body)
    assert pending is not None
    assert pending.body() == body


PAST = {"attempt": 1, "claimed_at": None, "job_id": None, "state": "unknown", "code": None}
ERROR = {"code": "SlowDown", "message": None, "class": "capacity", "at": "2026-01-02T03:04:05Z"}


@pytest.mark.parametrize(
    "changes",
    [
        {"attempt": True},
        {"attempt": 0},
        {"attempt": -1},
        {"attempt": "1"},
        {"attempt": 1.0},
        {"version": 7},
        {"version": None},
        {"state": "lost"},
        {"state": ["waiting"]},
        {"card_type": "Passport"},
        {"card_type": []},
        {"job_id": 7},
        {"job_id": {"a": 1}},
        {"job_id": "x/../y"},
        {"job_id": ""},
        {"first_claimed_at": "yesterday"},
        {"first_claimed_at": 1767323045},
        {"claimed_at": "2026-13-45T00:00:00Z"},
        {"claimed_at": []},
        {"error": []},
        {"error": {"code": "X", "message": None, "class": "other", "at": None}},
        {"error": "SlowDown"},
        {"error": ERROR | {"at": "then"}},
        {"error": ERROR | {"code": None}},
        {"refusals": -1},
        {"refusals": None},
        {"first_sent_at": "then"},
        {"trigger": "wish"},
        {"owner": None},
        {"attempts": None},
        {"attempts": [{"attempt": 1}]},
        {"attempts": [PAST | {"attempt": 0}]},
        {"attempts": [PAST | {"job_id": "x/y"}]},
        {"attempts": [PAST | {"claimed_at": "then"}]},
        {"source": {}},
        {"source": None},
        {"more": 1},
    ],
)
def test_what_was_not_written_by_us_is_none(changes: dict[str, Any]) -> None:
    assert read_attempt(written(**changes)) is None


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b"NaN"])
def test_other_bytes_are_none(body: bytes) -> None:
    assert read_attempt(body) is None


def test_a_broken_pending_object_costs_no_other_card() -> None:
    world = SweptWorld()
    broken = world.pend("waiting")
    world.pend("waiting", key="uploads/b.jpg")
    world.store.objects[broken] = written(first_claimed_at="yesterday")
    world.pass_time(3600)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == ["uploads/b.jpg"]


def test_a_pending_object_whose_key_is_no_text_costs_no_other_card() -> None:
    world = SweptWorld()
    broken = world.pend("waiting")
    world.pend("waiting", key="uploads/b.jpg")
    document = json.loads(written())
    document["source"]["key"] = "\ud800"
    world.store.objects[broken] = json.dumps(document).encode()
    world.pass_time(3600)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == ["uploads/b.jpg"]
