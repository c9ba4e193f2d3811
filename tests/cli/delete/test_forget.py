from __future__ import annotations

import json
from hashlib import sha256

import pytest

from coslocal.cos.requests import CosRequest
from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
LONG = f"uploads/{'long' * 180}.jpg"
OTHERS = ("uploads/a.jpg.b.jpg", "uploads/a", "uploads/a.jpg-1")
PHOTOS = "photos-1250000000"

pytestmark = pytest.mark.usefixtures("forget_at_once")


def test_a_dry_run_says_what_there_is_and_deletes_nothing(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    before = served.stored()
    answer = operator.calls("forget", KEY, "--dry-run")
    assert answer.status == 0
    assert "1 photo, 1 result." in answer.out
    assert served.stored() == before


@pytest.mark.parametrize("key", [KEY, LONG])
def test_nothing_of_the_card_is_left_and_all_of_the_others(
    operator: Operator, served: Cloud, key: str
) -> None:
    for other in OTHERS:
        served.upload(other)
    before = served.stored()
    served.upload(key)
    served.upload(key, CARD + b"another content")
    assert operator.calls("forget", key, "--yes").status == 0
    assert served.stored() == before


@pytest.mark.usefixtures("served")
def test_what_is_not_there_is_no_error(operator: Operator) -> None:
    answer = operator.calls("forget", KEY, "--yes", "--json")
    assert answer.status == 0
    assert set(answer.document()["found"].values()) == {0}


def test_a_job_that_is_under_way_is_recorded_and_its_callback_brings_nothing_back(
    operator: Operator, served: Cloud
) -> None:
    served.put(KEY, CARD)
    served.invoke("submit", event_for(KEY))
    (pending,) = served.pending()
    assert operator.calls("forget", KEY, "--yes").status == 0
    assert not served.stored()
    served.local.run_until_idle()
    assert not served.stored()
    (name,) = served.names("deleted")
    record = served.document(name)
    assert (record["by"], record["counts"]) == ("forget", {"photo": 1, "pending": 1})
    assert [entry["job_id"] for entry in record["attempts"]] == [pending["job_id"]]
    assert KEY not in json.dumps(record)


def test_the_reviews_go_with_the_results_and_are_recorded_with_the_jobs(
    operator: Operator, served: Cloud
) -> None:
    job = served.result(KEY, served.upload(KEY))["job"]
    operator.calls("review", "accept", KEY)
    operator.calls("review", "reject", KEY, "--after", "1")
    assert "1 photo, 1 result, 2 reviews." in operator.calls("forget", KEY, "--dry-run").out
    assert operator.calls("forget", KEY, "--yes").status == 0
    assert served.names("reviews") == served.names("results") == []
    (name,) = served.names("deleted")
    record = served.document(name)
    assert record["counts"] == {"photo": 1, "result": 1, "review": 2}
    assert [entry["job_id"] for entry in record["attempts"]] == [job["id"]]


def test_without_waiting_it_says_when_to_call_again(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 300)
    served.upload(KEY)
    answer = operator.calls("forget", KEY, "--yes", "--no-wait")
    assert answer.status == 1
    assert "run this again after 20" in answer.err
    assert served.stored() == served.names("results") != []


def test_the_photo_goes_first_and_the_results_last(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    (name,) = served.names("results")
    leftover = name.replace("results", "pending").replace(".json", ".0001.json")
    served.write(leftover, b"{}")
    gone: list[str | None] = []

    def note(request: CosRequest) -> None:
        if request.method == "DELETE" and "/state/" not in (request.key or ""):
            gone.append(request.key)

    served.local.cos.before_effect = note
    operator.calls("forget", KEY, "--yes")
    assert gone == [KEY, leftover, name]


def test_what_versioning_kept_of_the_photo_goes_too(operator: Operator, served: Cloud) -> None:
    served.user.create_bucket(Bucket=PHOTOS)
    served.user.put_bucket_versioning(Bucket=PHOTOS, Status="Enabled")
    operator.serves(served, INPUT_BUCKET=PHOTOS, OUTPUT_BUCKET=BUCKET)
    for key in (KEY, KEY, f"{KEY}.b.jpg"):
        served.user.put_object(Bucket=PHOTOS, Key=key, Body=CARD)
    served.user.delete_object(Bucket=PHOTOS, Key=KEY)
    answer = operator.calls("forget", KEY, "--yes")
    assert (answer.status, "3 photos" in answer.out) == (0, True)
    kept = served.user.list_objects_versions(Bucket=PHOTOS)
    assert [one["Key"] for one in kept["Version"]] == [f"{KEY}.b.jpg"]
    assert not kept.get("DeleteMarker")


def test_only_cards_are_forgotten(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    (result,) = served.names("results")
    assert operator.calls("forget", result, "--yes").status == 2
    assert served.names("results") == [result]


def test_somebody_who_is_asked_can_say_no(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    before = served.stored()
    assert operator.answers("n\n", "forget", KEY).status == 1
    assert served.stored() == before


def test_a_call_that_goes_on_asks_as_well(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    before = served.stored()
    served.write(f"ocr/state/forget/{sha256(KEY.encode()).hexdigest()}.json", {"next_at": 1})
    assert operator.answers("n\n", "forget", KEY).status == 1
    assert served.stored() == before


def test_a_card_can_be_named_by_its_digest_and_its_key_is_not_shown(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    digest = operator.calls("forget", KEY, "--dry-run", "--json").document()["card"]
    answer = operator.calls("forget", digest, "--yes", "--verbose")
    assert (answer.status, KEY in answer.out + answer.err) == (0, False)
    assert not served.stored()
