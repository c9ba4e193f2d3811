"""An upload handed to submit, and what it left."""

from __future__ import annotations

from typing import Any

import pytest

from shared.card import FIELD_NAMES
from shared.errors import ConfigurationError, StorageFault
from shared.events import CreatedObject
from shared.jobs import RefusedForGood, Submission, Unknown, Waiting
from shared.pipeline.submit import submit_upload
from shared.store import Created
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START, World
from tests.support.submitted import KEY, only_pending, only_result, submitted


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


def test_the_claim_exists_before_the_job_is_sent() -> None:
    world = World()
    world.store.upload(KEY)
    seen: list[str] = []
    world.jobs.before = lambda _call, _name: seen.extend(world.store.names("pending"))
    submitted(world)
    assert len(seen) == 1


def test_the_job_carries_the_token_of_its_card_and_attempt() -> None:
    world = World()
    source = world.store.upload(KEY)
    submitted(world)
    assert world.jobs.sent() == [(KEY, world.token(KEY, source.etag).text)]


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


def test_a_refusal_for_now_waits_with_its_reason() -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = Waiting("SlowDown", "too fast", "capacity")
    submitted(world)
    pending = only_pending(world)
    assert pending["state"] == "waiting"
    assert pending["error"] == {
        "code": "SlowDown",
        "message": "too fast",
        "class": "capacity",
        "at": "2026-01-02T03:04:05Z",
    }


def test_an_answer_that_leaves_it_open_is_unknown() -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = Unknown("NoReply")
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["error"]["code"]) == ("unknown", "NoReply")
    assert pending["job_id"] is None


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


def test_a_fault_after_the_claim_sends_nothing_and_says_so() -> None:
    world = World()
    world.store.upload(KEY)
    world.store.before = failing_at("exists")
    submitted(world)
    assert world.jobs.requests == []
    assert only_pending(world)["state"] == "waiting"
    assert (only_pending(world)["error"]["code"], only_pending(world)["error"]["class"]) == (
        "StoreFault",
        "held",
    )


@pytest.mark.parametrize(("call", "state"), [("replace", "claimed"), ("delete", "waiting")])
def test_a_fault_after_the_post_never_raises(call: str, state: str) -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = RefusedForGood("ResourceNotFound", None) if call == "delete" else None
    world.store.before = failing_at(call)
    submitted(world)
    assert len(world.jobs.requests) == 1
    (name,) = world.store.names("pending")
    assert world.store.document(name)["state"] == state


def test_a_refusal_for_good_that_could_not_be_written_is_asked_for_again() -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = RefusedForGood("ResourceNotFound", None)
    results = f"ocr/results/{KEY}"

    world.store.before = failing_at("create_once", results)
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["error"]["code"]) == ("waiting", "ResourceNotFound")


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


def test_a_claim_without_a_date_is_given_back_and_nothing_is_sent() -> None:
    world = World()
    world.store.upload(KEY)
    created = world.store.create_once
    world.store.create_once = lambda name, body: (  # type: ignore[method-assign]
        made and made._replace(at=None) if (made := created(name, body)) else None
    )
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["error"]["code"]) == ("waiting", "StoreFault")
    assert pending["claimed_at"] == "2026-01-02T03:04:05Z"
    assert not world.jobs.requests


def test_a_bug_after_the_claim_never_raises() -> None:
    world = World()
    world.store.upload(KEY)

    def broken(_call: str, _name: str) -> None:
        raise ZeroDivisionError

    world.jobs.before = broken
    submitted(world)
    assert only_pending(world)["state"] == "claimed"


def test_nothing_is_sent_if_the_output_bucket_has_versioning() -> None:
    world = World()
    world.store.upload(KEY)
    world.store.versioned = True
    with pytest.raises(ConfigurationError) as caught:
        submitted(world)
    assert caught.value.variable == "OUTPUT_BUCKET"
    assert world.jobs.requests == []
    assert only_pending(world)["error"]["code"] == "BucketVersioned"


@pytest.mark.parametrize(("after_head", "wait"), [(0, 1), (1, 0), (-2, 3)])
def test_the_post_waits_until_the_photos_second_is_over(after_head: int, wait: int) -> None:
    world = World()
    world.store.upload(KEY, seen_at=int(START) + after_head)
    submitted(world)
    assert sum(world.slept) == wait
    assert len(world.jobs.requests) == 1


def test_a_clock_of_cos_that_is_far_behind_sends_nothing() -> None:
    world = World()
    world.store.upload(KEY, seen_at=int(START) - 5)
    submitted(world)
    pending = only_pending(world)
    assert (pending["state"], pending["error"]["code"]) == ("waiting", "ClockBehind")
    assert (pending["error"]["class"], pending["refusals"]) == ("held", 0)
    assert not world.jobs.requests


@pytest.mark.parametrize(
    ("answer", "refusals", "is_sent"),
    [
        (Waiting("InvalidArgument", None, "other"), 1, True),
        (Waiting("NoConnection", None, "capacity"), 1, False),
        (Waiting("ClaimTooOld", None, "held"), 0, False),
        (Unknown("NoReply"), 0, True),
    ],
)
def test_an_answer_says_whether_the_job_was_sent_and_refused(
    answer: Submission,
    refusals: int,
    is_sent: bool,  # noqa: FBT001
) -> None:
    world = World()
    world.store.upload(KEY)
    world.jobs.answer = answer
    submitted(world)
    pending = only_pending(world)
    assert pending["refusals"] == refusals
    assert (pending["first_sent_at"] is not None) is is_sent


def test_a_failed_result_has_the_type_of_its_metadata_if_the_rules_say_another() -> None:
    world = World(CARD_TYPE_RULES="uploads/driver/=DriverLicense")
    key = "uploads/driver/a.jpg"
    world.store.upload(key, card_type="IDCard")
    world.jobs.answer = RefusedForGood("ResourceNotFound", None)
    submitted(world, key)
    result = only_result(world)
    assert (result["outcome"], result["card_type"]) == ("failed", "IDCard")
    assert set(result["fields"]) == set(FIELD_NAMES["IDCard"])


# What is no photo of a card, or of which card, is decided before anything is paid for.


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
