"""Uploads with strange keys, and uploads that are no photos: each ends in one result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.clouds import CARD, Cloud, cloud
from tests.support.corpus import Case, as_bytes, build, cases

LIMIT = "1000000"


@pytest.fixture(scope="module")
def opened() -> Iterator[Cloud]:
    with cloud(MAX_OBJECT_BYTES=LIMIT) as one:
        yield one


@cases("object-keys")
def test_a_strange_key_is_recognised_or_rejected(case: Case) -> None:
    with cloud() as opened:
        key = "uploads/" + build(case.input)
        opened.upload(key, ContentType="image/jpeg")
        (name,) = opened.names("results")
        result = opened.document(name)
        assert result["source"]["key"] == key
        assert result["outcome"] == case.expected["outcome"]
        assert (result["error"] or {}).get("code") == case.expected.get("code")
        assert opened.pending() == []


@cases("photos")
def test_what_is_no_photo_of_a_card_has_a_result_that_says_so(case: Case, opened: Cloud) -> None:
    given, headers = case.input, {}
    if "card_type" in given:
        headers["Metadata"] = {"x-cos-meta-card-type": given["card_type"]}
    # A key of its own: what went before must not answer for this one.
    key = f"uploads/{case.name}/{given['key']}"
    content_type = given.get("content_type", "image/jpeg")
    content = as_bytes(build(given["content"]))
    etag = opened.upload(key, content, ContentType=content_type, **headers)
    result = opened.result(key, etag)
    assert result["outcome"] == case.expected["outcome"]
    assert (result["error"] or {}).get("code") == case.expected.get("code")
    assert not any(result["fields"].values())


@cases("photo-metadata")
def test_what_an_upload_says_of_itself_decides_as_far_as_the_rules_go(
    case: Case, opened: Cloud
) -> None:
    headers = {name: value for name, value in case.input.items() if name != "key"}
    key = f"uploads/{case.name}/{case.input.get('key', 'photo.jpg')}"
    etag = opened.upload(key, CARD, **build(headers))
    result = opened.result(key, etag)
    assert result["outcome"] == case.expected["outcome"]
    assert (result["error"] or {}).get("code") == case.expected.get("code")
    assert result["card_type"] == case.expected["card_type"]


@pytest.mark.ocr
@cases("photos")
def test_what_is_no_picture_is_refused_before_its_pixels_are_made(case: Case) -> None:
    from coslocal.ci.recognition import UnreadableImage  # noqa: PLC0415 — needs the OCR install
    from local.recognition.ocr import decode  # noqa: PLC0415 — needs the OCR install

    content = as_bytes(build(case.input["content"]))
    if case.expected.get("decodes", False):
        assert decode(content).size > 0
    else:
        with pytest.raises(UnreadableImage):
            decode(content)


def test_the_sample_that_passes_for_the_good_card_is_recognised(opened: Cloud) -> None:
    etag = opened.upload("uploads/good.jpg", CARD)
    assert opened.result("uploads/good.jpg", etag)["outcome"] == "recognised"
