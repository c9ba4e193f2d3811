from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.operators import Operator
from tests.support.cards import NAME, NUMBER, PERSONAL
from tests.support.clouds import BUCKET, CARD, Cloud
from tests.support.event_files import event_for
from tests.support.results import card_result

KEY = f"uploads/{NAME}.jpg"
SAMPLES = Path("local/samples")
SAMPLE = SAMPLES / "id/straight.jpg"


def write(cloud: Cloud, key: str, version: str) -> None:
    cloud.write(f"ocr/results/{key}.{version}.json", card_result(key, version).body())


def test_a_card_and_its_review_are_shown_masked_with_the_digest_of_the_log(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    operator.calls("review", "correct", KEY, f"ethnicity={NAME}", "--note", NUMBER)
    document = operator.calls("show", KEY, "--json")
    digest = document.document()["log_key"]
    assert digest in {line.get("key") for line in served.log_lines()}
    for answer in (document, operator.calls("show", KEY)):
        assert (answer.status, digest in answer.out) == (0, True)
        assert not [value for value in (KEY, *PERSONAL) if value in answer.out + answer.err]


def test_reveal_shows_fields_items_and_the_key(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    out = operator.calls("show", KEY, "--reveal").out
    texts = ("id_number", "公民身份号码", "Evidence", "callback, json, verified")
    assert [text for text in (KEY, *PERSONAL, *texts) if text not in out] == []


def test_checks_that_failed_are_shown_with_their_reason(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    out = operator.calls("show", KEY).out
    assert "needs review" in out
    assert "the check digit does not fit the other digits" in out


def test_the_document_is_the_result_as_it_lies_in_the_bucket(
    operator: Operator, served: Cloud
) -> None:
    etag = served.upload(KEY)
    document = operator.calls("show", KEY, "--json", "--reveal").document()
    assert document["card"] == served.result(KEY, etag)
    assert document["photo"]["etag"] == document["version"] == etag
    assert document["pending"] == []


def test_versions_and_runs_are_told_apart_from_cards_whose_keys_begin_alike(
    operator: Operator, served: Cloud
) -> None:
    etag = served.upload(KEY)
    for key, version in ((KEY, "e0"), (KEY, f"{etag}~2"), (f"{KEY}.e1", "e1"), (f"{KEY}-2", "e1")):
        write(served, key, version)
    document = operator.calls("show", KEY, "--json").document()
    versions = {one["version"]: one["current"] for one in document["versions"]}
    assert versions == {"e0": False, etag: True, f"{etag}~2": True}
    assert document["version"] == f"{etag}~2"


def test_a_version_can_be_chosen(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    write(served, KEY, "e0")
    assert operator.calls("show", KEY, "--version", "e0", "--json").document()["version"] == "e0"
    absent = operator.calls("show", KEY, "--version", "e9")
    assert (absent.status, absent.out) == (2, "")


def test_a_pending_attempt_is_shown_with_its_reason(operator: Operator, served: Cloud) -> None:
    served.put(KEY, CARD)
    served.local.ci.set_queue_state(served.local.ci.queue_of(BUCKET), "Paused")
    served.invoke("submit", event_for(KEY))
    answer = operator.calls("show", KEY)
    assert answer.status == 0
    assert "no result" in answer.out
    for text in ("0001", "waiting", "QueuePaused"):
        assert text in answer.out
    (attempt,) = operator.calls("show", KEY, "--json").document()["pending"]
    assert (attempt["state"], attempt["trigger"]) == ("waiting", "upload")
    assert NAME not in json.dumps(attempt, ensure_ascii=False)


def test_a_pending_object_that_is_deleted_after_the_listing_is_not_shown(
    operator: Operator, served: Cloud
) -> None:
    served.put(KEY, CARD)
    served.refuse("GET", "ocr/pending/", "NoSuchKey")
    answer = operator.calls("show", KEY, "--json")
    assert (answer.status, answer.document()["pending"]) == (0, [])


def test_a_digest_leads_back_to_the_card(operator: Operator, served: Cloud) -> None:
    served.upload("uploads/another.jpg")
    served.upload(KEY)
    assert operator.calls("show", served.digest(KEY), "--json", "--reveal").document()["key"] == KEY


@pytest.mark.parametrize(("key", "status"), [("uploads/absent.jpg", 1), ("0123456789abcdef", 2)])
def test_a_card_that_is_not_there_is_one_sentence(
    key: str, status: int, operator: Operator, served: Cloud
) -> None:
    assert served
    answer = operator.calls("show", key)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.count("\n") == 1
    assert "absent.jpg" not in answer.err


def test_a_long_key_is_found_under_its_shortened_name(operator: Operator, served: Cloud) -> None:
    key = "uploads/" + "长" * 240 + ".jpg"
    served.upload(key)
    document = operator.calls("show", key, "--json", "--reveal").document()
    assert document["card"]["source"]["key"] == key
    assert document["versions"][0]["object"].startswith("ocr/results/~/")


@pytest.mark.parametrize(
    "name", ["results/{}.json", "reviews/{}.0001.json", "pending/{}.0001.json"]
)
def test_what_can_not_be_read_is_shown_as_such(
    operator: Operator, served: Cloud, name: str
) -> None:
    version = f"{KEY}.{served.upload(KEY)}"
    served.write(f"ocr/{name.format(version)}", {"state": "waiting", "decision": "confirmed"})
    answer = operator.calls("show", KEY)
    assert (answer.status, "unreadable" in answer.out) == (0, True)


def test_what_would_upset_a_terminal_is_escaped(operator: Operator, served: Cloud) -> None:
    key = "uploads/\x1b[31m.jpg"
    served.put(key)
    answer = operator.calls("show", key, "--reveal")
    assert "\x1b" not in answer.out
    assert "\\x1b[31m" in answer.out


def test_the_picture_has_the_size_of_the_photo(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    etag = served.put(KEY, SAMPLE.read_bytes())
    write(served, KEY, etag)
    out = tmp_path / "card.png"
    answer = operator.calls("show", KEY, "--image", str(out))
    assert answer.status == 0
    assert out.stat().st_mode & 0o777 == 0o600
    with Image.open(out) as drawn, Image.open(SAMPLE) as original:
        assert (drawn.format, drawn.size) == ("PNG", original.size)
        assert drawn.convert("RGB").tobytes() != original.convert("RGB").tobytes()


@pytest.mark.parametrize("other", [None, "id/dark.jpg"], ids=["gone", "replaced"])
def test_without_the_photo_there_is_no_picture(
    other: str | None, operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    write(served, KEY, served.put(KEY, SAMPLE.read_bytes()))
    if other is None:
        served.remove(KEY)
    else:
        served.put(KEY, (SAMPLES / other).read_bytes())
    out = tmp_path / "card.png"
    answer = operator.calls("show", KEY, "--image", str(out))
    assert answer.status == 1
    assert "No picture: " in answer.err
    assert NUMBER not in answer.out
    assert not out.exists()


def test_a_review_is_shown_with_the_values_that_it_changed(
    operator: Operator, served: Cloud
) -> None:
    etag = served.upload(KEY)
    result = served.result(KEY, etag)
    operator.calls("review", "correct", KEY, "ethnicity=满", "--note", "seen", "--reviewer", "one")
    operator.calls("review", "reject", KEY, "--reviewer", "two", "--after", "1")
    out = operator.calls("show", KEY, "--reveal").out
    for text in ("Reviews", "0001", "corrected", "one", "seen", "0002", "rejected", "two"):
        assert text in out
    assert "needs review" not in out
    document = operator.calls("show", KEY, "--json", "--reveal").document()
    assert [one["number"] for one in document["reviews"]] == [2, 1]
    assert document["reviews"][1]["fields"]["ethnicity"] == "满"
    assert document["card"] == result
    (version,) = document["versions"]
    assert (version["reviews"], version["awaits_review"]) == (2, False)
