"""Any object under the results or the claims costs its own card only, and says nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import local.page.app
from local.page.bucket import MAX_DOCUMENT_BYTES
from tests.support.clouds import BUCKET, CARD

ETAG = "0" * 32
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
    key = "ocr/" + place.format(f"uploads/id/other.jpg.{ETAG}")
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
        f"uploads/id/other.jpg.{ETAG}~{'9' * 600}.json",
        f".{ETAG}.json",
        f"..{ETAG}~0.json",
        f"a/\u202e\x01/{ETAG}.{ETAG}.json",
        "results",
        f"<b>&.{ETAG}.json",
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
