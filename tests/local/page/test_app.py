"""The page's answers: uploads, cards, photos; whom it refuses; and objects of any other form.

A hostile object under the results or the claims costs its own card only, and says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

import local.page.app
from local.cloud import SAMPLES
from local.page.bucket import MAX_DOCUMENT_BYTES
from tests.support.cards import LABELS
from tests.support.clouds import BUCKET, CARD

SAMPLE = (SAMPLES / "id/straight.jpg").read_bytes()
DATA = ["/page/events", "/page/samples", "/page/cards/1", "/page/photos/1"]


def test_the_page_is_at_the_root(browser: Any) -> None:
    answer = browser.get("/")
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/page/files/../app.py", "/page/files/%2e%2e/app.py", "/page/", "/elsewhere", "/page"]
)
def test_nothing_else_is_served(browser: Any, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_an_upload_becomes_an_object_with_its_card_type_and_then_a_result(browser: Any) -> None:
    uploaded = browser.upload("card.jpg", CARD, card_type="DriverLicense")
    assert uploaded["key"] == "uploads/driver/card.jpg"
    documents = browser.get(f"/page/cards/{uploaded['id']}").get_json()
    assert documents["pending"] == []
    assert documents["results"][0]["body"]["card_type"] == "DriverLicense"


def test_the_same_file_again_is_the_same_card(browser: Any) -> None:
    first, second = browser.upload("card.jpg", CARD), browser.upload("card.jpg", CARD)
    assert first == second
    assert len(browser.cloud.jobs) == 1


def test_other_content_under_the_same_name_gets_a_name_of_its_own(browser: Any) -> None:
    browser.upload("card.jpg", CARD)
    assert browser.upload("card.jpg", CARD + b" ")["key"] == "uploads/id/card-2.jpg"
    assert browser.upload("card.jpg", CARD + b" ")["key"] == "uploads/id/card-2.jpg"


def test_a_name_arrives_whatever_its_letters(browser: Any) -> None:
    assert browser.upload(quote("身份证 1.jpg"), CARD)["key"] == "uploads/id/身份证 1.jpg"


def test_values_are_masked_unless_they_are_asked_for(browser: Any) -> None:
    uploaded = browser.upload("card.jpg", CARD)
    masked = browser.get(f"/page/cards/{uploaded['id']}").text
    shown = browser.get(f"/page/cards/{uploaded['id']}?reveal=yes").text
    for value in (LABELS["姓名"], LABELS["公民身份号码"], LABELS["住址"]):
        assert value not in masked
        assert value in shown


def test_a_photo_is_served_as_what_it_is(browser: Any) -> None:
    uploaded = browser.upload("card.jpg", SAMPLE, kind="image/svg+xml")
    answer = browser.get(f"/page/photos/{uploaded['id']}")
    assert (answer.data, answer.content_type) == (SAMPLE, "image/jpeg")


def test_what_a_browser_might_run_is_served_to_nobody(browser: Any) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    uploaded = browser.upload("card.svg", content, kind="image/svg+xml")
    answer = browser.get(f"/page/photos/{uploaded['id']}")
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_photo_that_was_replaced_is_not_served_under_its_old_name(browser: Any) -> None:
    uploaded = browser.upload("card.jpg", SAMPLE)
    browser.cloud.upload(uploaded["key"], CARD)
    assert browser.get(f"/page/photos/{uploaded['id']}").status_code == 404
    assert browser.get(f"/page/cards/{uploaded['id']}").status_code == 200


def test_samples_are_offered_and_uploaded_by_name(browser: Any) -> None:
    offered = browser.get("/page/samples").get_json()
    assert offered[0]["name"] == "id/straight.jpg"
    assert browser.post("/page/samples/driver/dark.jpg").status_code == 201
    assert browser.post("/page/samples/../up.py").status_code == 404


def test_an_upload_without_a_card_type_is_refused(browser: Any) -> None:
    answer = browser.post("/page/uploads", CARD)
    assert answer.status_code == 400
    assert "X-Card-Type" in answer.get_json()["error"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost"])
@pytest.mark.parametrize("path", ["/", *DATA])
def test_another_name_for_this_machine_is_refused(browser: Any, host: str, path: str) -> None:
    answer = browser.get(path, Host=host)
    assert answer.status_code == 403
    assert "127.0.0.1:8000" in answer.get_json()["error"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", DATA)
def test_another_site_is_refused_whatever_holds_data(browser: Any, site: str, path: str) -> None:
    assert browser.get(path, **{"Sec-Fetch-Site": site}).status_code == 403
    assert browser.get("/", **{"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "http://127.0.0.1:9", ""])
def test_nothing_is_uploaded_for_another_origin(browser: Any, origin: str) -> None:
    answer = browser.post("/page/samples/id/dark.jpg", Origin=origin)
    assert answer.status_code == 403
    assert browser.cloud.names("results") == []


def test_localhost_is_the_page_too(browser: Any) -> None:
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    assert browser.post("/page/samples/id/dark.jpg", **headers).status_code == 201


ZEROS = "0" * 32
HOSTILE = {
    "deep": b"[" * 100_000,
    "deep mapping": b'{"a":' * 900 + b"1" + b"}" * 900,
    "no JSON": b"\\xff{",
    "empty": b"",
    "a list": b"[1, 2]",
    "no number": b'{"outcome": NaN}',
    "a long number": b'{"outcome": 1' + b"0" * 5000 + b"}",
    "half a character": b'{"outcome": "\\ud800"}',
    "a job that is a list": b'{"outcome": "recognised", "job": [1]}',
    "a source that is text": b'{"outcome": "recognised", "source": "x"}',
    "fields that are a list": b'{"outcome": "recognised", "fields": [1]}',
    "items that are numbers": b'{"outcome": "recognised", "items": [1]}',
    "items that are a number": b'{"outcome": "recognised", "items": 1}',
    "an outcome that is a list": b'{"outcome": [1]}',
    "large": b'{"outcome": "' + b"x" * MAX_DOCUMENT_BYTES + b'"}',
}


def read_feed(events: Iterator[bytes]) -> dict[str, Any]:
    next(events)
    body: dict[str, Any] = json.loads(next(events).decode().split("data: ", 1)[1])
    return body


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", ["results/{}.json", "pending/{}.0001.json"])
def test_a_hostile_object_leaves_the_page_as_it_is(
    browser: Any, capfd: pytest.CaptureFixture[str], name: str, place: str
) -> None:
    good = browser.upload("card.jpg", CARD)["id"]
    key = "ocr/" + place.format(f"uploads/id/other.jpg.{ZEROS}")
    browser.cloud.user.put_object(Bucket=BUCKET, Key=key, Body=HOSTILE[name])
    capfd.readouterr()
    cards = {card["id"]: card for card in read_feed(browser.page._feed.events())["cards"]}  # noqa: SLF001
    assert cards.pop(good)["ended"] is True
    (other,) = cards.values()
    answer = browser.get(f"/page/cards/{other['id']}")
    assert answer.status_code == 200
    answer.get_json()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "name",
    [
        f"uploads/id/other.jpg.{ZEROS}~{'9' * 600}.json",
        f".{ZEROS}.json",
        f"..{ZEROS}~0.json",
        f"a/\u202e\x01/{ZEROS}.{ZEROS}.json",
        "results",
        f"<b>&.{ZEROS}.json",
    ],
)
def test_a_hostile_name_leaves_the_page_as_it_is(
    browser: Any, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    good = browser.upload("card.jpg", CARD)["id"]
    browser.cloud.user.put_object(Bucket=BUCKET, Key=f"ocr/results/{name}", Body=b"{}")
    capfd.readouterr()
    cards = read_feed(browser.page._feed.events())["cards"]  # noqa: SLF001
    assert good in {card["id"] for card in cards}
    for card in cards:
        assert browser.get(f"/page/cards/{card['id']}").status_code == 200
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("says_its_length", [True, False])
def test_an_upload_beyond_the_limit_is_refused_whether_it_says_its_length_or_not(
    browser: Any, monkeypatch: pytest.MonkeyPatch, *, says_its_length: bool
) -> None:
    monkeypatch.setattr(local.page.app, "MAX_UPLOAD_BYTES", 1_000_000)
    headers = {"X-File-Name": "card.jpg", "X-Card-Type": "IDCard"}
    send = browser.post_stream
    answer = send("/page/uploads", 1_000_001, headers, says_its_length=says_its_length)
    assert answer.status_code == 413
    assert answer.get_json() == {"error": "this page takes files up to 1 MB"}
    answer = send("/page/uploads", 1_000_000, headers, says_its_length=says_its_length)
    assert answer.status_code == 201
