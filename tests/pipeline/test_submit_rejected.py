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
        ("NotAnImage", {"content_type": "font/woff2"}, b"x"),
        ("NotAnImage", {"content_type": "APPLICATION/JSON; charset=utf-8"}, b"x"),
        ("NotAnImage", {"content_type": "application/zip"}, b"x"),
        ("NotAnImage", {"content_type": "video/mp4"}, b"x"),
        ("NotAnImage", {"content_type": "audio/mpeg"}, b"x"),
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


@pytest.mark.parametrize(
    "name", [".DS_Store", "._IMG.jpg", "Thumbs.db", "x.part", "x.AAE", "x.rar", "x.crdownload"]
)
def test_what_a_file_system_or_a_download_leaves_is_rejected(name: str) -> None:
    world = World()
    world.store.upload(f"uploads/{name}", content_type="application/octet-stream")
    submitted(world, f"uploads/{name}")
    assert only_result(world)["error"]["code"] == "NotAnImage"


def test_text_is_no_image_unless_the_extension_says_so() -> None:
    world = World()
    for name in ("a.jpg", "a", "a.xyz"):
        world.store.upload(f"uploads/{name}", content_type="text/plain")
        submitted(world, f"uploads/{name}")
    assert [key for key, _ in world.jobs.sent()] == ["uploads/a.jpg"]
    assert len(world.store.names("results")) == 2


@pytest.mark.parametrize("extension", ["json", "txt", "PDF", "zip", "docx", "mp4"])
def test_a_known_extension_that_is_no_image_is_rejected(extension: str) -> None:
    world = World()
    key = f"uploads/a.{extension}"
    world.store.upload(key, content_type="application/octet-stream")
    submitted(world, key)
    assert only_result(world)["error"]["code"] == "NotAnImage"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.pdf", "image/jpeg"), ("a.heic", "application/octet-stream"), ("a", ""), ("pdf", "")],
)
def test_what_may_be_an_image_is_cis_to_decide(name: str, content_type: str) -> None:
    world = World()
    world.store.upload(f"uploads/{name}", content_type=content_type)
    submitted(world, f"uploads/{name}")
    assert len(world.jobs.requests) == 1


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
