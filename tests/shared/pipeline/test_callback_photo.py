"""What callback makes of the photo, as it lies there now, and of its claim."""

from __future__ import annotations

import json

import pytest

from shared.times import rfc3339
from tests.support.called_back import KEY, Card
from tests.support.cards import NAME
from tests.support.pipelines import START, World


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
