"""A submitted card whose job has ended, and what the callback that tells of it leaves."""

from __future__ import annotations

import json

import pytest

from shared import RELEASE
from shared.documents import PastAttempt
from shared.errors import CallbackRefused, MalformedCallback, StorageFault
from shared.jobs import Container, Job
from shared.jobs.reply import job_in_callback
from shared.times import rfc3339
from tests.support.called_back import KEY, Card
from tests.support.cards import ADDRESS, NAME, finished_job, id_infos, job_node
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START, World


def test_a_finished_job_becomes_the_result_and_is_no_longer_pending() -> None:
    card = Card(World())
    card.deliver()
    result = card.result()
    assert card.world.store.names("pending") == []
    assert result["outcome"] == "recognised"
    assert (result["fields"]["name"], result["fields"]["address"]) == (NAME, ADDRESS)
    assert result["source"] == {
        "bucket": BUCKET,
        "region": "ap-guangzhou",
        "key": KEY,
        "etag": card.photo.etag,
        "size": 6,
        "last_modified": "2026-01-02T03:04:05Z",
        "version_id": None,
    }
    assert result["job"] == {
        "id": "a1b2c3",
        "queue_id": "p1",
        "state": "Success",
        "created_at": "2026-01-02T03:04:05Z",
        "started_at": "2026-01-02T03:04:06Z",
        "ended_at": "2026-01-02T03:04:07Z",
        "attempt": 1,
    }
    assert result["evidence"] == {
        "delivered_by": "callback",
        "format": "json",
        "verified": True,
        "received_at": "2026-01-02T03:04:05Z",
    }
    assert card.checks()["source.unchanged"]


def test_a_callback_costs_four_requests_to_cos_and_one_to_ci() -> None:
    card = Card(World())
    card.deliver()
    assert card.world.store.calls == [
        ("read", card.pending),
        ("head_photo", KEY),
        ("create_once", card.result_name),
        ("delete", card.pending),
    ]
    assert card.world.jobs.asked == ["describe"]


def test_a_replay_after_the_end_costs_one_request() -> None:
    card = Card(World())
    card.deliver()
    card.world.store.calls.clear()
    card.world.jobs.asked.clear()
    card.deliver()
    assert card.world.store.calls == [("read", card.pending)]
    assert card.world.jobs.asked == []


def test_a_callback_for_a_card_that_was_forgotten_writes_nothing() -> None:
    card = Card(World())
    del card.world.store.objects[card.pending]
    card.deliver()
    assert card.world.store.objects == {}


def test_a_result_that_exists_leaves_the_pending_object_to_sweep() -> None:
    card = Card(World())
    card.world.store.objects[card.result_name] = b"{}"
    card.deliver()
    assert sorted(card.world.store.objects) == sorted([card.pending, card.result_name])
    assert ("exists", card.result_name) in card.world.store.calls


def test_a_conflict_without_a_result_is_a_fault() -> None:
    card = Card(World())
    card.world.store.create_once = lambda _name, _body: None  # type: ignore[assignment, method-assign]
    with pytest.raises(StorageFault):
        card.deliver()
    assert card.pending in card.world.store.objects


@pytest.mark.parametrize("body", [b"", b"[]", b"{}"])
def test_a_pending_object_that_holds_nothing_of_ours_counts_as_there(body: bytes) -> None:
    card = Card(World())
    card.world.store.objects[card.pending] = body
    card.deliver()
    result = card.result()
    assert card.checks()["source.unchanged"] is False
    assert (result["trigger"], len(result["attempts"])) == ("upload", 1)
    assert result["source"]["last_modified"] == card.photo.last_modified


@pytest.mark.parametrize(
    ("code", "writes"), [("InvalidObjectState", True), ("AccessDenied", False)]
)
def test_only_an_archived_pending_object_counts_as_there(code: str, writes: bool) -> None:  # noqa: FBT001
    card = Card(World())
    card.world.store.before = failing_at("read", fault=StorageFault("GET of an object", code))
    if writes:
        card.deliver()
    else:
        with pytest.raises(StorageFault):
            card.deliver()
    assert (card.result_name in card.world.store.objects) is writes


def test_a_key_that_the_body_does_not_name_is_ci_s_own() -> None:
    card = Card(World())
    card.deliver(card.job._replace(key=None))
    assert card.result()["source"]["key"] == KEY
    assert card.world.jobs.asked == ["describe"]


def test_a_result_names_its_attempts_its_trigger_and_the_release() -> None:
    card = Card(World())
    past = PastAttempt(1, "2026-01-02T03:00:00Z", "j0", "Failed", "InternalError")
    card.world.store.objects[card.pending] = card.attempt(attempts=(past,)).body()
    card.deliver()
    result = card.result()
    own = {"attempt": 1, "claimed_at": "2026-01-02T03:04:05Z", "job_id": card.job.job_id}
    assert result["attempts"] == [past._asdict(), {**own, "state": "Success", "code": "Success"}]
    assert (result["trigger"], result["release"]) == ("upload", RELEASE)


def test_what_ci_says_is_written_whatever_the_body_says() -> None:
    card = Card(World())
    forged = Container("Success", "Success", None, id_infos(姓名="伪造者"))
    card.deliver(finished_job(key="uploads/other.jpg", user_data="other", container=forged))
    assert card.result()["fields"]["name"] == NAME


def test_a_result_never_changes() -> None:
    card = Card(World())
    card.deliver()
    first = card.world.store.objects[card.result_name]
    card.world.clock.now += 100
    card.deliver()
    assert card.world.store.objects[card.result_name] == first


def test_the_result_is_written_before_the_pending_object_goes() -> None:
    card = Card(World())
    card.world.store.before = failing_at("delete")
    with pytest.raises(StorageFault):
        card.deliver()
    assert card.result()["outcome"] == "recognised"
    assert card.pending in card.world.store.objects


def test_the_token_of_one_card_with_the_job_of_another_is_refused() -> None:
    world = World()
    card, other = Card(world), Card(world, "uploads/b.jpg", job_id="b9")
    with pytest.raises(CallbackRefused):
        card.deliver(other.job)
    assert world.store.names("results") == []


def test_another_attempts_job_of_the_same_card_is_refused() -> None:
    card = Card(World())
    second = card.world.token(KEY, card.photo.etag, attempt=2)
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(user_data=second.text)
    with pytest.raises(CallbackRefused):
        card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize("user_data", ["", "样本", "v1.a.b", "\ud800"])
def test_a_job_with_other_user_data_is_refused(user_data: str) -> None:
    card = Card(World())
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(user_data=user_data)
    with pytest.raises(CallbackRefused):
        card.deliver()


def test_a_job_that_ci_does_not_know_is_refused() -> None:
    card = Card(World())
    card.world.jobs.jobs.clear()
    with pytest.raises(CallbackRefused):
        card.deliver()


def test_a_job_without_an_object_is_refused() -> None:
    card = Card(World())
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(key=None)
    with pytest.raises(CallbackRefused):
        card.deliver()


def test_a_job_without_user_data_is_left_to_sweep() -> None:
    card = Card(World())
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(user_data=None)
    card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize("state", ["Submitted", "Running", "Pause", None, "SomethingNew"])
def test_a_job_that_has_not_ended_is_left_to_sweep(state: str | None) -> None:
    card = Card(World(), state=state, container=None)
    card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize("code", ["InternalError", "ServiceUnavailable", "ResourceDownloadFailed"])
def test_a_failure_that_passes_is_left_to_sweep(code: str) -> None:
    card = Card(World(), state="Failed", code=code, container=None)
    card.deliver()
    assert card.nothing_was_written()


def test_any_other_failure_is_the_result() -> None:
    card = Card(World(), state="Failed", code="ResourceNotSupported", message="m", container=None)
    card.deliver()
    result = card.result()
    assert result["outcome"] == "failed"
    assert result["error"] == {"code": "ResourceNotSupported", "message": "m", "stage": "job"}
    assert result["fields"]["name"] is None


def test_a_cancelled_job_is_a_failure() -> None:
    card = Card(World(), state="Cancel", container=None)
    card.deliver()
    assert card.result()["error"]["code"] == "Cancelled"


def test_the_containers_own_failure_is_the_result() -> None:
    card = Card(World(), container=Container("Failed", "InvalidImage", "m", ()))
    card.deliver()
    assert card.result()["error"] == {"code": "InvalidImage", "message": "m", "stage": "job"}


def test_nothing_is_found_if_no_item_has_text() -> None:
    container = Container("Success", "Success", None, id_infos(姓名=" ", 性别=""))
    card = Card(World(), container=container)
    card.deliver()
    result = card.result()
    assert result["outcome"] == "nothing_found"
    assert set(result["fields"].values()) == {None}
    assert [item["label"] for item in result["items"]] == ["姓名", "性别"]


@pytest.mark.parametrize("fault_at", ["head_photo", "create_once"])
def test_a_fault_of_cos_writes_nothing(fault_at: str) -> None:
    card = Card(World())
    card.world.store.before = failing_at(fault_at)
    with pytest.raises(StorageFault):
        card.deliver()
    assert card.nothing_was_written()


def body_of(*jobs: Job) -> bytes:
    return json.dumps({"JobsDetail": [job_node(job) for job in jobs]}).encode()


def test_a_body_has_one_job() -> None:
    card = Card(World())
    assert job_in_callback(body_of(card.job))[0].job_id == "a1b2c3"
    with pytest.raises(MalformedCallback):
        job_in_callback(body_of(card.job, card.job))


def test_only_the_job_that_was_asked_for_is_taken_from_cis_reply() -> None:
    card = Card(World())
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(job_id="z9")
    with pytest.raises(CallbackRefused):
        card.deliver()


@pytest.mark.parametrize(("adopted", "is_left"), [("j0", True), ("a1b2c3", False), (None, False)])
def test_what_sweep_wrote_into_an_unanswered_attempt_meanwhile_is_left_to_it(
    adopted: str | None,
    is_left: bool,  # noqa: FBT001
) -> None:
    card = Card(World())
    store = card.world.store
    store.objects[card.pending] = card.attempt(state="unknown", job_id=None).body()

    def adopts(call: str, _name: str) -> None:
        if call == "head_photo":
            later = card.attempt(job_id=adopted, updated_at="2026-01-02T03:04:09Z")
            store.objects[card.pending] = later.body()

    store.before = adopts
    card.deliver()
    assert card.result()["outcome"] == "recognised"
    assert (card.pending in store.objects) is is_left


# What callback makes of the photo, as it lies there now, and of its claim.


def test_replaced_content_is_a_failure_that_holds_no_text() -> None:
    card = Card(World())
    card.world.store.upload(KEY, b"another person's card")
    card.deliver()
    result = card.result()
    assert (result["outcome"], result["error"]["code"]) == ("failed", "SourceReplaced")
    assert result["items"] == []
    assert set(result["fields"].values()) == {None}
    assert result["source"]["etag"] == card.photo.etag
    assert NAME not in json.dumps(result, ensure_ascii=False)


def test_a_photo_that_is_gone_keeps_its_fields_marked_for_review() -> None:
    card = Card(World())
    del card.world.store.photos[KEY]
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["source"]["size"], result["source"]["last_modified"]) == (6, rfc3339(START))
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


def test_the_same_content_written_again_after_the_job_is_marked_for_review() -> None:
    card = Card(World())
    card.world.store.upload(KEY, last_modified=rfc3339(START + 1))
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


def test_a_photo_replaced_and_put_back_before_the_job_ran_is_marked_for_review() -> None:
    card = Card(World())
    older = card.attempt().source._replace(last_modified=rfc3339(START - 6))
    card.world.store.objects[card.pending] = card.attempt(source=older).body()
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


@pytest.mark.parametrize(("seen", "now", "is_same"), [("v1", "v1", True), ("v1", "v2", False)])
def test_another_version_id_is_another_photo(seen: str, now: str, is_same: bool) -> None:  # noqa: FBT001
    card = Card(World())
    card.world.store.upload(KEY, version_id=now)
    photo = card.world.store.head_photo(KEY)
    assert photo is not None
    source = card.attempt().source._replace(version_id=seen, last_modified=photo.last_modified)
    card.world.store.objects[card.pending] = card.attempt(source=source).body()
    card.deliver()
    assert card.checks()["source.unchanged"] is is_same


def test_a_version_id_that_never_changes_does_not_hide_another_time() -> None:
    card = Card(World())  # as COS may answer while versioning is suspended
    source = card.attempt().source._replace(version_id="null", last_modified=rfc3339(START - 9))
    card.world.store.objects[card.pending] = card.attempt(source=source).body()
    card.world.store.upload(KEY, version_id="null")
    card.deliver()
    assert card.checks()["source.unchanged"] is False


def test_both_jobs_of_one_post_are_named_in_the_result() -> None:
    card = Card(World())
    other = card.attempt()._replace(job_id="another")
    card.world.store.objects[card.pending] = other.body()
    card.deliver()
    named = [(entry["attempt"], entry["job_id"]) for entry in card.result()["attempts"]]
    assert named == [(1, "another"), (1, card.result()["job"]["id"])]


def test_a_failed_result_has_no_check_that_passed() -> None:
    card = Card(World(), state="Failed", code="ImageDecodeFailed", container=None)
    card.deliver()
    assert card.result()["checks"] == []


def test_the_card_type_is_the_jobs_own() -> None:
    card = Card(World(), card_type="DriverLicense")
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"


def test_a_card_type_that_ci_does_not_repeat_is_the_claims() -> None:
    card = Card(World(), card_type=None)
    card.world.store.objects[card.pending] = card.attempt(card_type="DriverLicense").body()
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"


def test_a_card_type_without_a_claim_that_can_be_read_comes_from_the_rules() -> None:
    card = Card(World(), key="uploads/driver/a.jpg", card_type=None)
    card.world.store.objects[card.pending] = b"{}"
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"
