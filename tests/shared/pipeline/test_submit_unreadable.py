"""Photos that COS won't show, that are archived, or whose key the event has encoded."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from shared.errors import StorageFault
from shared.events import CreatedObject
from shared.pipeline.submit import submit_upload
from shared.times import rfc3339
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START, World
from tests.support.submitted import KEY, only_pending, only_result, submitted
from tests.support.sweeps import HOUR, SweptWorld

SINCE = "ocr/state/since.json"
ENCODED, DECODED = "uploads/IMG%20(1)+2.jpg", "uploads/IMG (1)+2.jpg"


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
    assert world.jobs.requests == []


def test_a_photo_uploaded_with_a_key_of_its_own_ends_in_a_rejection() -> None:
    world = World()
    world.store.upload(KEY)
    world.store.unreadable[KEY] = False
    submitted(world)
    assert only_result(world)["outcome"] == "rejected"
    assert world.store.names("pending") == []


def test_a_denied_photo_waits_as_refused_but_not_sent_and_goes_once_it_may() -> None:
    world = SweptWorld()
    world.store.unreadable[KEY] = True
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["refusals"], pending["first_sent_at"]) == ("waiting", 1, None)
    assert pending["error"]["class"] == "configuration"
    world.pass_time(290)
    world.sweep()
    assert len(world.store.names("pending")) == 1  # not due yet
    world.pass_time(HOUR)
    assert world.sweep().sending == "yes"  # it stops no run
    assert world.pending()[2]["refusals"] == 2
    world.pass_time(1000 * HOUR)
    world.sweep()
    assert world.states() == {"waiting": 3}  # it never expires
    del world.store.unreadable[KEY]
    world.pass_time(2 * HOUR)
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == [KEY]


def test_an_event_is_delivered_again_if_the_listing_is_refused_too() -> None:
    world = World()
    world.store.upload(KEY)
    world.store.unreadable[KEY] = True
    world.store.before = failing_at("list_photos")
    with pytest.raises(StorageFault):
        submitted(world)


def test_an_event_is_delivered_again_if_the_listing_does_not_show_the_photo_yet() -> None:
    world = World()
    world.store.unreadable[KEY] = True
    with pytest.raises(StorageFault):
        submitted(world)
    assert world.store.objects == {}


def test_an_archived_photo_costs_no_job() -> None:
    world = World()
    world.store.upload(KEY, problem="archived")
    submitted(world)
    result = only_result(world)
    assert (result["outcome"], result["error"]["code"]) == ("rejected", "SourceArchived")
    assert world.jobs.requests == []


@pytest.mark.parametrize("is_denied", [False, True])
def test_a_photo_that_can_not_be_read_when_its_job_has_ended(*, is_denied: bool) -> None:
    world = SweptWorld()
    world.pend("submitted")
    world.job()
    world.store.unreadable[KEY] = is_denied
    world.pass_time(300)
    world.sweep()
    if is_denied:
        error = only_pending(world)["error"]
        assert (error["code"], error["class"]) == ("SourceUnreadable", "configuration")
        before = dict(world.store.objects)
        world.pass_time(300)
        world.sweep()
        (name,) = world.store.names("pending")
        assert world.store.objects[name] == before[name]  # noted once
        del world.store.unreadable[KEY]
        world.sweep()
        assert world.result()["outcome"] == "recognised"
    else:
        assert [check["passed"] for check in world.result()["checks"]][:1] == [False]


def test_thirty_photos_that_can_not_be_read_do_not_hold_up_a_lost_upload() -> None:
    world = SweptWorld()
    del world.store.photos[KEY]
    world.sweep()
    for number in range(60):
        key = f"uploads/{number:02}.jpg"
        world.store.upload(key)
        world.store.unreadable[key] = number % 2 == 0
    world.store.upload("uploads/z-lost.jpg")
    world.pass_time(2 * HOUR)
    world.store.replace("ocr/state/reconcile.json", b'{"after": null}')
    world.sweep()
    assert [key for key, _ in world.jobs.sent()] == ["uploads/z-lost.jpg"]
    assert len(world.store.names("results")) == 30
    assert world.states() == {"waiting": 30, "submitted": 1}


def upload_event(world: World, key: str) -> None:
    submit_upload(world.context(), world.gate(), CreatedObject(BUCKET, key))


@pytest.mark.parametrize(("began", "is_sent"), [(START - 1, True), (START + 1, False)])
def test_a_key_that_the_event_has_encoded_is_found_if_the_photo_is_new(
    began: float, *, is_sent: bool
) -> None:
    world = World()
    world.store.replace(SINCE, f'{{"since": "{rfc3339(began)}"}}'.encode())
    world.store.upload(DECODED)
    upload_event(world, ENCODED)
    assert [key for key, _ in world.jobs.sent()] == ([DECODED] if is_sent else [])


@pytest.mark.parametrize("key", ["uploads/%FF.jpg", "%6Fcr/x.jpg", "uploads/none%20here.jpg"])
def test_a_key_that_names_nothing_even_decoded_is_ignored(key: str) -> None:
    world = World()
    world.store.replace(SINCE, f'{{"since": "{rfc3339(START - 1)}"}}'.encode())
    upload_event(world, key)
    assert world.store.names("pending") == []


def test_a_key_that_is_there_as_it_is_written_is_taken_as_it_is() -> None:
    world = World()
    world.store.upload(ENCODED)
    world.store.upload(DECODED, b"another")
    upload_event(world, ENCODED)
    assert [key for key, _ in world.jobs.sent()] == [ENCODED]


def test_an_encoded_key_is_left_to_reconcile_if_nobody_can_say_when_the_deployment_began() -> None:
    world = World()
    world.store.upload(DECODED)
    upload_event(world, ENCODED)
    assert world.jobs.requests == []


@pytest.mark.parametrize(
    ("written", "sent"), [("DriverLicense", "DriverLicense"), ("Passport", None), (None, "IDCard")]
)
def test_the_metadata_of_a_denied_photo_counts_once_it_can_be_read(
    written: str | None, sent: str | None
) -> None:
    world = SweptWorld()
    world.store.upload(KEY, card_type=written)
    world.store.unreadable[KEY] = True
    submitted(world)
    assert only_pending(world)["card_type"] is None
    del world.store.unreadable[KEY]
    world.pass_time(2 * HOUR)
    world.sweep()
    assert [one.card_type for one in world.jobs.requests] == ([sent] if sent else [])
    if sent is None:
        assert world.result()["error"]["code"] == "UnknownCardType"


@pytest.mark.parametrize("prefix", ["身份证/", "id cards/"])
def test_a_key_whose_prefix_is_encoded_too_is_found(prefix: str) -> None:
    world = World(INPUT_PREFIX=prefix, CARD_TYPE_RULES="")
    world.store.replace(SINCE, f'{{"since": "{rfc3339(START - 1)}"}}'.encode())
    world.store.upload(f"{prefix}a.jpg")
    upload_event(world, quote(f"{prefix}a.jpg"))
    assert [key for key, _ in world.jobs.sent()] == [f"{prefix}a.jpg"]


def test_a_decoded_key_that_no_client_can_address_is_left_alone() -> None:
    world = World()
    upload_event(world, "uploads/%2E%2E")
    assert [name for _, name in world.store.calls] == ["uploads/%2E%2E"]
