"""What is no photo of a card, or of which card, is decided before anything is paid for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pipelines import World
from tests.support.submits import KEY, only_pending, only_result, submitted


@pytest.mark.parametrize(
    ("code", "changes", "content"),
    [
        ("EmptyObject", {}, b""),
        ("ObjectTooLarge", {"size": 20_000_001}, b"x"),
        ("NotAnImage", {"content_type": "application/pdf"}, b"x"),
        ("UnknownCardType", {"card_type": "Passport"}, b"x"),
    ],
)
def test_what_can_not_be_a_card_is_rejected(
    code: str, changes: dict[str, Any], content: bytes
) -> None:
    world = World()
    source = world.store.upload(KEY, content, **changes)
    submitted(world)
    result = only_result(world)
    assert world.jobs.requests == []
    assert world.store.names("pending") == []
    assert (result["outcome"], result["error"]["code"]) == ("rejected", code)
    assert result["source"]["size"] == source.size
    assert result["card_type"] == (None if code == "UnknownCardType" else "IDCard")
    assert result["evidence"]["delivered_by"] == "submit"
    assert (result["evidence"]["verified"], result["needs_review"]) == (True, False)
    assert result["job"] is None


def test_a_key_that_xml_would_change_is_rejected() -> None:
    world = World()
    world.store.upload("uploads/a\r.jpg")
    submitted(world, "uploads/a\r.jpg")
    assert only_result(world)["error"]["code"] == "KeyNotXml"


def test_a_rejection_needs_the_claim_too() -> None:
    world = World()
    world.store.upload(KEY, b"")
    submitted(world)
    calls = [call for call, _ in world.store.calls]
    assert calls == ["head_photo", "create_once", "exists", "create_once", "delete"]


@pytest.mark.parametrize(
    ("key", "metadata", "expected"),
    [
        (KEY, None, "IDCard"),
        ("uploads/driver/a.jpg", None, "DriverLicense"),
        ("uploads/driver/a.jpg", "IDCard", "IDCard"),
        (KEY, "DriverLicense", "DriverLicense"),
    ],
)
def test_metadata_wins_over_rules_and_rules_over_the_default(
    key: str, metadata: str | None, expected: str
) -> None:
    world = World()
    world.store.upload(key, card_type=metadata)
    submitted(world, key)
    assert only_pending(world)["card_type"] == expected
    assert world.jobs.requests[0].card_type == expected
