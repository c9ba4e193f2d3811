"""An upload handed to submit, and what it left."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from shared.errors import StorageFault
from shared.events import CreatedObject
from shared.jobs import RefusedForGood
from shared.pipeline.submit import submit_upload
from shared.store import Created
from shared.times import rfc3339
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START, World
from tests.support.submitted import KEY, only_pending, only_result, submitted
from tests.support.sweeps import HOUR, SweptWorld


def test_an_upload_becomes_one_job_and_a_pending_object() -> None:
    world = World()
    source = world.store.upload(KEY)
    submitted(world)
    assert [key for key, _ in world.jobs.sent()] == [KEY]
    assert world.store.names("pending") == [f"ocr/pending/{KEY}.{source.etag}.0001.json"]
    assert only_pending(world) == {
        "schema": "card-ocr.pending.v1",
        "source": {
            "bucket": BUCKET,
            "region": "ap-guangzhou",
            "key": KEY,
            "etag": source.etag,
            "size": 6,
            "last_modified": "2026-01-02T03:04:05Z",
            "version_id": None,
        },
        "card_type": "IDCard",
        "version": source.etag,
        "attempt": 1,
        "owner": "owner1",
        "state": "submitted",
        "job_id": "j1",
        "first_claimed_at": "2026-01-02T03:04:05Z",
        "claimed_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
        "first_sent_at": "2026-01-02T03:04:05Z",
        "refusals": 0,
        "error": None,
        "trigger": "upload",
        "attempts": [],
    }


def test_an_upload_costs_four_requests_to_cos_one_for_the_gate_and_one_to_ci() -> None:
    world = World()
    world.store.upload(KEY)
    submitted(world)
    calls = [call for call, _ in world.store.calls]
    assert calls == ["head_photo", "create_once", "exists", "list_objects", "replace"]
    assert len(world.jobs.requests) == 1


def test_the_same_event_again_sends_nothing() -> None:
    world = World()
    world.store.upload(KEY)
    for _ in range(5):
        submitted(world)
    assert len(world.jobs.requests) == 1


def test_an_event_after_the_result_sends_nothing_and_leaves_nothing_pending() -> None:
    world = World()
    source = world.store.upload(KEY)
    world.store.objects[f"ocr/results/{KEY}.{source.etag}.json"] = b"{}"
    submitted(world)
    assert world.jobs.requests == []
    assert world.store.names("pending") == []


def test_other_content_under_the_same_key_is_another_version() -> None:
    world = World()
    for content in (b"one", b"two"):
        world.store.upload(KEY, content)
        submitted(world)
    assert len(world.jobs.requests) == 2
    assert len(world.store.names("pending")) == 2


def test_the_post_may_leave_only_while_the_claim_is_young() -> None:
    world = World()
    world.store.upload(KEY)

    def hold_up(call: str, _name: str) -> None:
        if call == "exists":
            world.clock.now += 3600

    world.store.before = hold_up
    submitted(world)
    assert world.jobs.not_after == [START + 60]


@pytest.mark.parametrize("key", ["other/a.jpg", "ocr/results/a.json", "Uploads/a.jpg", "upload"])
def test_a_key_outside_the_input_prefix_is_ignored(key: str) -> None:
    world = World()
    world.store.upload(key)
    submitted(world, key)
    assert world.store.calls == []


def test_another_bucket_is_ignored() -> None:
    world = World()
    submit_upload(world.context(), world.gate(), CreatedObject("other-1250000000", KEY))
    assert world.store.calls == []


def test_a_folder_marker_is_ignored() -> None:
    world = World()
    world.store.upload("uploads/2026/", b"")
    submitted(world, "uploads/2026/")
    assert world.store.objects == {}


def test_a_photo_that_is_gone_needs_nothing() -> None:
    world = World()
    submitted(world)
    assert world.store.objects == {}


def test_a_refusal_for_good_is_a_result() -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = RefusedForGood("ResourceNotSupported", "what is this")
    submitted(world)
    result = only_result(world)
    assert (result["outcome"], result["error"]) == (
        "failed",
        {"code": "ResourceNotSupported", "message": "what is this", "stage": "submit"},
    )
    assert result["fields"]["name"] is None
    assert world.store.names("pending") == []


@pytest.mark.parametrize("call", ["head_photo", "create_once"])
def test_a_fault_before_the_claim_has_the_event_delivered_again(call: str) -> None:
    world = World()
    world.store.upload(KEY)
    world.store.before = failing_at(call)
    with pytest.raises(StorageFault):
        submitted(world)
    assert world.jobs.requests == []


def test_the_signature_ends_with_the_claim_by_the_clock_of_cos() -> None:
    world = World()
    world.store.upload(KEY)
    created = world.store.create_once
    ahead = "2026-01-02T03:05:05Z"  # by a minute: or this machine's clock is as much behind

    def create_once(name: str, body: bytes) -> Created | None:
        made = created(name, body)
        return made and made._replace(at=ahead)

    world.store.create_once = create_once  # type: ignore[method-assign]
    submitted(world)
    assert world.jobs.not_after == [START + 60]
    assert world.jobs.signed_until == [START + 60 + 70]


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


# Photos that COS won't show, and keys that the event has encoded.

SINCE = "ocr/state/since.json"


@pytest.mark.parametrize("is_denied", [False, True])
def test_a_photo_that_cos_will_not_show_is_known_from_its_listing(*, is_denied: bool) -> None:
    world = World()
    photo = world.store.upload(KEY)
    world.store.upload(f"{KEY}.jpg")
    world.store.unreadable[KEY] = is_denied
    submitted(world)
    found = only_pending(world) if is_denied else only_result(world)
    assert found["source"]["etag"] == photo.etag
    assert found["error"]["code"] == "SourceUnreadable"
    assert found["card_type"] == (None if is_denied else "IDCard")
    assert world.jobs.requests == []


def test_a_denied_photo_waits_as_refused_but_not_sent_and_goes_once_it_may() -> None:
    world = SweptWorld()
    world.store.unreadable[KEY] = True
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["refusals"], pending["first_sent_at"]) == ("waiting", 1, None)
    assert pending["error"]["class"] == "configuration"
    world.sweep_after(290)
    assert len(world.store.names("pending")) == 1  # not due yet
    world.pass_time(HOUR)
    assert world.sweep().sending == "yes"  # it stops no run
    assert world.pending()[2]["refusals"] == 2
    world.sweep_after(1000 * HOUR)
    assert world.states() == {"waiting": 3}  # it never expires
    del world.store.unreadable[KEY]
    world.sweep_after(2 * HOUR)
    assert [key for key, _ in world.jobs.sent()] == [KEY]


def test_an_event_is_delivered_again_if_the_listing_does_not_show_the_photo_yet() -> None:
    world = World()
    world.store.unreadable[KEY] = True
    with pytest.raises(StorageFault):
        submitted(world)
    assert world.store.objects == {}


def upload_event(world: World, key: str) -> None:
    submit_upload(world.context(), world.gate(), CreatedObject(BUCKET, key))


@pytest.mark.parametrize("prefix", ["身份证/", "id cards/"])
def test_a_key_whose_prefix_is_encoded_too_is_found(prefix: str) -> None:
    world = World(INPUT_PREFIX=prefix, CARD_TYPE_RULES="")
    world.store.replace(SINCE, f'{{"since": "{rfc3339(START - 1)}"}}'.encode())
    world.store.upload(f"{prefix}a.jpg")
    upload_event(world, quote(f"{prefix}a.jpg"))
    assert [key for key, _ in world.jobs.sent()] == [f"{prefix}a.jpg"]
