"""What callback makes of the photograph, as it lies there now, and of its permit."""

from __future__ import annotations

import json

import pytest

from shared.documents import Pending
from shared.times import rfc3339
from tests.support.called_back import KEY, Card
from tests.support.cards import NAME
from tests.support.pipelines import START, World


@pytest.mark.parametrize("later", [0, 1])
def test_the_permit_is_read_where_times_alone_can_not_tell(later: int) -> None:
    card = Card(World(), created_at=rfc3339(START + later))
    card.deliver()
    assert [call for call, _ in card.world.store.calls] == [
        "head_source",
        "read",
        "create_once",
        "delete",
    ]


def test_replaced_content_is_a_failure_that_holds_no_text() -> None:
    card = Card(World())
    card.world.store.upload(KEY, b"another person's card")
    card.deliver()
    result = card.result()
    assert (result["outcome"], result["error"]["code"]) == ("failed", "SourceReplaced")
    assert result["items"] == []
    assert set(result["fields"].values()) == {None}
    assert result["source"]["etag"] == card.source.etag
    assert NAME not in json.dumps(result, ensure_ascii=False)


def test_a_photograph_that_is_gone_keeps_its_fields_marked_for_review() -> None:
    card = Card(World())
    del card.world.store.sources[KEY]
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert (result["source"]["size"], result["source"]["last_modified"]) == (None, None)
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


def permit_of(card: Card) -> Pending:
    return Pending(
        source=card.world.pipeline().photograph(card.source),
        card_type="IDCard",
        version=card.source.etag,
        attempt=1,
        owner="an-owner",
        state="submitted",
        trigger="upload",
    )


def test_a_photograph_replaced_and_put_back_before_the_job_ran_is_marked_for_review() -> None:
    card = Card(World())
    permit = permit_of(card)
    older = permit.source._replace(last_modified=rfc3339(START - 6))
    card.world.store.objects[card.pending] = permit._replace(source=older).body()
    card.deliver()
    result = card.result()
    assert result["fields"]["name"] == NAME
    assert card.checks()["source.unchanged"] is False
    assert result["needs_review"]


def test_a_job_without_a_creation_time_can_not_vouch_for_the_photograph() -> None:
    card = Card(World(), created_at=None)
    card.deliver()
    assert card.checks()["source.unchanged"] is False


def test_the_card_type_is_the_jobs_own() -> None:
    card = Card(World(), card_type="DriverLicense")
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"


@pytest.mark.parametrize("later", [0, 60])
def test_a_card_type_that_ci_does_not_repeat_is_the_permits_which_is_read_once(later: int) -> None:
    card = Card(World(), card_type=None, created_at=rfc3339(START + later))
    permit = permit_of(card)._replace(card_type="DriverLicense")
    card.world.store.objects[card.pending] = permit.body()
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"
    assert [call for call, _ in card.world.store.calls].count("read") == 1


def test_a_card_type_without_a_permit_comes_from_the_rules() -> None:
    card = Card(World(), key="uploads/driver/a.jpg", card_type=None)
    card.deliver()
    assert card.result()["card_type"] == "DriverLicense"
