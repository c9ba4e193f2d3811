from __future__ import annotations

import json
from hashlib import sha256

import pytest

from tests.cli.operators import Operator
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.event_files import event_for

KEY = "uploads/a.jpg"
LONG = f"uploads/{'long' * 180}.jpg"
OTHERS = ("uploads/a.jpg.b.jpg", "uploads/a", "uploads/a.jpg-1")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for five minutes here."""
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 0)
    monkeypatch.setattr("cli.delete.forget.SECOND_LOOK_SECONDS", 0)


def all_keys(here: Cloud) -> list[str]:
    listing = here.user.list_objects(Bucket=BUCKET)
    keys = (item["Key"] for item in listing.get("Contents", []))
    return [key for key in keys if "/state/" not in key and "/deleted/" not in key]


def submit(here: Cloud, key: str, content: bytes = CARD) -> None:
    here.put(key, content)
    here.invoke("submit", event_for(key))


def test_a_dry_run_says_what_there_is_and_deletes_nothing(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    before = all_keys(served)
    answer = operator.calls("forget", KEY, "--dry-run")
    assert answer.status == 0
    assert "1 photo, 1 result." in answer.out
    assert all_keys(served) == before


@pytest.mark.parametrize("key", [KEY, LONG])
def test_nothing_of_the_card_is_left_and_all_of_the_others(
    operator: Operator, served: Cloud, key: str
) -> None:
    for other in OTHERS:
        served.upload(other)
    before = all_keys(served)
    served.upload(key)
    served.upload(key, CARD + b"another content")
    assert operator.calls("forget", key, "--yes").status == 0
    assert all_keys(served) == before


@pytest.mark.usefixtures("served")
def test_what_is_not_there_is_no_error(operator: Operator) -> None:
    answer = operator.calls("forget", KEY, "--yes", "--json")
    assert answer.status == 0
    assert answer.document()["found"] == dict.fromkeys(
        ("photos", "pending", "results", "reviews"), 0
    )


def test_a_card_whose_job_is_under_way_goes_and_its_callback_brings_nothing_back(
    operator: Operator, served: Cloud
) -> None:
    submit(served, KEY)
    assert operator.calls("forget", KEY, "--yes").status == 0
    assert not all_keys(served)
    served.local.run_until_idle()
    assert not all_keys(served)


def test_what_was_deleted_is_recorded_with_its_jobs(operator: Operator, served: Cloud) -> None:
    submit(served, KEY)
    (pending,) = served.pending()
    operator.calls("forget", KEY, "--yes")
    (name,) = served.names("deleted")
    record = served.document(name)
    assert (record["by"], record["counts"]) == ("forget", {"photo": 1, "pending": 1})
    assert [entry["job_id"] for entry in record["attempts"]] == [pending["job_id"]]
    assert KEY not in json.dumps(record)


def test_a_photo_without_objects_is_recorded(operator: Operator, served: Cloud) -> None:
    served.put(KEY, CARD)
    operator.calls("forget", KEY, "--yes")
    (name,) = served.names("deleted")
    assert served.document(name)["counts"] == {"photo": 1}


def test_the_jobs_of_a_result_are_recorded_too(operator: Operator, served: Cloud) -> None:
    submit(served, KEY)
    served.local.run_until_idle()
    (result,) = served.names("results")
    job_id = served.document(result)["job"]["id"]
    operator.calls("forget", KEY, "--yes")
    (name,) = served.names("deleted")
    assert [entry["job_id"] for entry in served.document(name)["attempts"]] == [job_id]


def test_without_waiting_it_says_when_to_call_again(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.delete.forget.FIRST_LOOK_SECONDS", 300)
    served.upload(KEY)
    answer = operator.calls("forget", KEY, "--yes", "--no-wait")
    assert answer.status == 1
    assert "run this again after 20" in answer.err
    assert [key for key in all_keys(served) if key.startswith("uploads/")] == []
    assert len(served.names("results")) == 1


def test_the_photo_goes_first_and_the_results_last(
    operator: Operator, served: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.upload(KEY)
    (name,) = served.names("results")
    version = name.removesuffix(".json").rpartition(".")[2]
    leftover = f"ocr/pending/{KEY}.{version}.0001.json"
    served.user.put_object(Bucket=BUCKET, Key=leftover, Body=b"{}")
    gone: list[str] = []
    real = type(served.user).delete_object

    def deletes(client: object, **named: str) -> object:
        gone.append(named["Key"])
        return real(client, **named)

    monkeypatch.setattr(type(served.user), "delete_object", deletes)
    operator.calls("forget", KEY, "--yes")
    assert [one for one in gone if "/state/" not in one] == [KEY, leftover, name]


def test_what_versioning_kept_of_the_photo_goes_too(operator: Operator, served: Cloud) -> None:
    served.user.create_bucket(Bucket="photos-1250000000")
    served.user.put_bucket_versioning(Bucket="photos-1250000000", Status="Enabled")
    operator.serves(served, INPUT_BUCKET="photos-1250000000", OUTPUT_BUCKET=BUCKET)
    for key in (KEY, KEY, f"{KEY}.b.jpg"):
        served.user.put_object(Bucket="photos-1250000000", Key=key, Body=CARD)
    served.user.delete_object(Bucket="photos-1250000000", Key=KEY)
    answer = operator.calls("forget", KEY, "--yes")
    assert (answer.status, "3 photos" in answer.out) == (0, True)
    kept = served.user.list_objects_versions(Bucket="photos-1250000000")
    assert [one["Key"] for one in kept["Version"]] == [f"{KEY}.b.jpg"]
    assert not kept.get("DeleteMarker")


def test_only_cards_are_forgotten(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    (result,) = served.names("results")
    assert operator.calls("forget", result, "--yes").status == 2
    assert served.names("results") == [result]


def test_somebody_who_is_asked_can_say_no(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    before = all_keys(served)
    answer = operator.answers("n\n", "forget", KEY)
    assert answer.status == 1
    assert all_keys(served) == before


def test_a_call_that_goes_on_asks_as_well(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    before = all_keys(served)
    digest = sha256(KEY.encode()).hexdigest()
    note = f"ocr/state/forget/{digest}.json"
    served.user.put_object(Bucket=BUCKET, Key=note, Body=b'{"next_at": 1}')
    assert operator.answers("n\n", "forget", KEY).status == 1
    assert all_keys(served) == before


def test_the_key_is_not_shown(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    answer = operator.calls("forget", KEY, "--yes", "--verbose")
    assert KEY not in answer.out + answer.err


def test_a_card_can_be_named_by_its_digest(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    digest = operator.calls("forget", KEY, "--dry-run", "--json").document()["card"]
    assert operator.calls("forget", digest, "--yes").status == 0
    assert not all_keys(served)


def test_the_reviews_go_with_the_results_and_are_recorded(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    operator.calls("review", "accept", KEY)
    operator.calls("review", "reject", KEY, "--after", "1")
    assert "1 photo, 1 result, 2 reviews." in operator.calls("forget", KEY, "--dry-run").out
    assert operator.calls("forget", KEY, "--yes").status == 0
    assert served.names("reviews") == served.names("results") == []
    (name,) = served.names("deleted")
    assert served.document(name)["counts"] == {"photo": 1, "result": 1, "review": 2}
