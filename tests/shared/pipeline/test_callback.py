"""A submitted card whose job has ended, and what the callback that tells of it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import CallbackRefused, JobServiceFault, StorageFault
from shared.jobs import Container
from shared.times import rfc3339
from tests.support.called_back import KEY, Card
from tests.support.cards import ADDRESS, NAME, finished_job, id_infos
from tests.support.environment import BUCKET
from tests.support.memory import failing_at
from tests.support.pipelines import START, World


@pytest.fixture
def card() -> Card:
    return Card(World())


def test_a_finished_job_becomes_the_result_and_is_no_longer_pending(card: Card) -> None:
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


def test_a_callback_costs_four_requests_to_cos_and_one_to_ci(card: Card) -> None:
    card.deliver()
    assert card.world.store.calls == [
        ("read", card.pending),
        ("head_photo", KEY),
        ("create_once", card.result_name),
        ("delete", card.pending),
    ]
    assert card.world.jobs.asked == ["describe"]


def test_a_replay_after_the_end_costs_one_request(card: Card) -> None:
    card.deliver()
    card.world.store.calls.clear()
    card.world.jobs.asked.clear()
    card.deliver()
    assert card.world.store.calls == [("read", card.pending)]
    assert card.world.jobs.asked == []


def test_a_callback_for_a_card_that_was_forgotten_writes_nothing(card: Card) -> None:
    del card.world.store.objects[card.pending]
    card.deliver()
    assert card.world.store.objects == {}


def test_a_result_that_exists_leaves_the_pending_object_to_sweep(card: Card) -> None:
    card.world.store.objects[card.result_name] = b"{}"
    card.deliver()
    assert sorted(card.world.store.objects) == sorted([card.pending, card.result_name])
    assert ("exists", card.result_name) in card.world.store.calls


@pytest.mark.parametrize("body", [b"", b"[]", b"{}"])
def test_a_pending_object_that_holds_nothing_of_ours_counts_as_there(
    card: Card, body: bytes
) -> None:
    card.world.store.objects[card.pending] = body
    card.deliver()
    result = card.result()
    assert card.checks()["source.unchanged"] is False
    assert (result["trigger"], len(result["attempts"])) == ("upload", 1)
    assert result["source"]["last_modified"] == card.photo.last_modified


@pytest.mark.parametrize(
    ("code", "writes"), [("InvalidObjectState", True), ("AccessDenied", False)]
)
def test_only_an_archived_pending_object_counts_as_there(
    card: Card, code: str, *, writes: bool
) -> None:
    card.world.store.before = failing_at("read", fault=StorageFault("GET of an object", code))
    if writes:
        card.deliver()
    else:
        with pytest.raises(StorageFault):
            card.deliver()
    assert (card.result_name in card.world.store.objects) is writes


def test_a_key_that_the_body_does_not_name_is_ci_s_own(card: Card) -> None:
    card.deliver(card.job._replace(key=None))
    assert card.result()["source"]["key"] == KEY
    assert card.world.jobs.asked == ["describe"]


def test_what_ci_says_is_written_whatever_the_body_says(card: Card) -> None:
    forged = Container("Success", "Success", None, id_infos(姓名="伪造者"))
    card.deliver(finished_job(key="uploads/other.jpg", user_data="other", container=forged))
    assert card.result()["fields"]["name"] == NAME


def test_the_result_is_written_before_the_pending_object_goes(card: Card) -> None:
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


def test_another_attempts_job_of_the_same_card_is_refused(card: Card) -> None:
    second = card.world.token(KEY, card.photo.etag, attempt=2)
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(user_data=second.text)
    with pytest.raises(CallbackRefused):
        card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize(
    "changes",
    [*({"user_data": text} for text in ("", "样本", "v1.a.b", "\ud800")), {"key": None}],
)
def test_a_job_with_other_user_data_or_without_an_object_is_refused(
    card: Card, changes: dict[str, str | None]
) -> None:
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(**changes)  # type: ignore[arg-type]
    with pytest.raises(CallbackRefused):
        card.deliver()


def test_a_job_that_ci_does_not_know_is_refused(card: Card) -> None:
    card.world.jobs.jobs.clear()
    with pytest.raises(CallbackRefused):
        card.deliver()


def test_a_job_without_user_data_is_left_to_sweep(card: Card) -> None:
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(user_data=None)
    card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize(
    ("state", "code"), [("Running", None), (None, None), ("Failed", "InternalError")]
)
def test_a_job_that_has_not_ended_or_failed_for_a_passing_reason_is_left_to_sweep(
    state: str | None, code: str | None
) -> None:
    card = Card(World(), state=state, code=code, container=None)
    card.deliver()
    assert card.nothing_was_written()


@pytest.mark.parametrize("fault_at", ["head_photo", "create_once"])
def test_a_fault_of_cos_writes_nothing(card: Card, fault_at: str) -> None:
    card.world.store.before = failing_at(fault_at)
    with pytest.raises(StorageFault):
        card.deliver()
    assert card.nothing_was_written()


def test_only_the_job_that_was_asked_for_is_taken_from_cis_reply(card: Card) -> None:
    card.world.jobs.jobs["a1b2c3"] = card.job._replace(job_id="z9")
    with pytest.raises(CallbackRefused):
        card.deliver()


@pytest.mark.parametrize(("adopted", "is_left"), [("j0", True), ("a1b2c3", False), (None, False)])
def test_what_sweep_wrote_into_an_unanswered_attempt_meanwhile_is_left_to_it(
    card: Card,
    adopted: str | None,
    is_left: bool,  # noqa: FBT001
) -> None:
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


def test_a_photo_that_is_gone_keeps_its_fields_marked_for_review(card: Card) -> None:
    del card.world.store.photos[KEY]
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["source"]["size"], result["source"]["last_modified"]) == (6, rfc3339(START))
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


def test_the_same_content_written_again_after_the_job_is_marked_for_review(card: Card) -> None:
    card.world.store.upload(KEY, last_modified=rfc3339(START + 1))
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


# CALLBACK_VERIFY: whose word counts, CI's or the body's.


@pytest.mark.parametrize("verify", ["prefer", "require"])
def test_a_failed_re_read_writes_nothing(verify: str) -> None:
    card = Card(World(CALLBACK_VERIFY=verify))

    def broken(_call: str, _name: str) -> None:
        raise JobServiceFault("GET of a job", "HTTP503")

    card.world.jobs.before = broken
    with pytest.raises(JobServiceFault):
        card.deliver()
    assert card.nothing_was_written()


class WithoutContainer(Card):
    """CI's re-read holds no result; only the callback's body does."""

    def __init__(self, verify: str, **changes: Any) -> None:
        super().__init__(World(CALLBACK_VERIFY=verify))
        self.world.jobs.jobs["a1b2c3"] = self.job._replace(container=None, **changes)


def test_prefer_takes_the_callbacks_result_if_ci_shows_none_and_marks_it() -> None:
    card = WithoutContainer("prefer")
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


def test_prefer_needs_the_user_data_of_the_re_read_to_take_the_callbacks_result() -> None:
    card = WithoutContainer("prefer", user_data=None)
    card.deliver()
    assert card.nothing_was_written()


def test_require_leaves_a_job_without_a_result_to_sweep() -> None:
    card = WithoutContainer("require")
    card.deliver()
    assert card.nothing_was_written()


def test_prefer_takes_the_state_from_the_re_read() -> None:
    card = WithoutContainer("prefer", state="Running")
    card.deliver()
    assert card.nothing_was_written()


def test_prefer_without_a_result_anywhere_is_left_to_sweep() -> None:
    card = WithoutContainer("prefer")
    card.deliver(card.job._replace(container=None))
    assert card.nothing_was_written()


def test_off_takes_everything_from_the_body_and_asks_nobody() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    card.world.jobs.jobs.clear()
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


def test_off_still_refuses_the_body_of_another_card() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    with pytest.raises(CallbackRefused):
        card.deliver(card.job._replace(key="uploads/b.jpg"))


def test_off_does_without_user_data_that_ci_leaves_out() -> None:
    card = Card(World(CALLBACK_VERIFY="off"))
    card.deliver(card.job._replace(user_data=None))
    assert card.result()["outcome"] == "recognised"


def test_a_failure_that_ci_confirms_is_verified_whatever_the_body_holds() -> None:
    card = WithoutContainer("prefer", state="Failed", code="ResourceNotSupported")
    card.deliver()
    result = card.result()
    assert (result["outcome"], result["evidence"]["verified"]) == ("failed", True)
