from __future__ import annotations

import pytest

from shared.store import Listed
from shared.store.cos import page_in

DATE = "Fri, 02 Jan 2026 03:04:05 GMT"


def listing(*keys: str, more: str = "") -> bytes:
    contents = "".join(
        f'<Contents><Key>{key}</Key><ETag>"e1"</ETag><Size>6</Size>'
        "<LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>"
        for key in keys
    )
    return f"<ListBucketResult>{contents}{more}</ListBucketResult>".encode()


def test_keys_are_decoded_and_times_read() -> None:
    (listed,) = page_in(listing("uploads/%E6%A0%B7+%01.jpg"), DATE).objects
    assert listed == Listed("uploads/样+\x01.jpg", "e1", 6, 1_767_323_045)


def test_the_next_page_begins_where_cos_says() -> None:
    more = "<IsTruncated>true</IsTruncated><NextMarker>uploads/%7A</NextMarker>"
    assert page_in(listing("uploads/a", more=more), DATE).next == "uploads/z"


def test_without_a_marker_the_next_page_begins_after_the_last_key() -> None:
    more = "<IsTruncated>true</IsTruncated>"
    assert page_in(listing("uploads/a", "uploads/b", more=more), DATE).next == "uploads/b"


def test_the_last_page_has_no_next() -> None:
    more = "<IsTruncated>false</IsTruncated><NextMarker>x</NextMarker>"
    assert page_in(listing("uploads/a", more=more), DATE).next is None


def test_a_namespace_makes_no_difference() -> None:
    body = listing("a").replace(b"<ListBucketResult>", b'<ListBucketResult xmlns="http://x/">')
    assert len(page_in(body, DATE).objects) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        listing("a")[:-20],
        listing(more="<IsTruncated>true</IsTruncated>"),
        b"<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
        listing("a").replace(b"<Size>6", b"<Size>many"),
        listing("a").replace(b"2026-01-02T", b"yesterday "),
    ],
)
def test_half_a_page_is_no_page(body: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        page_in(body, DATE)


@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_a_reply_without_cos_own_time_is_no_page(date: str | None) -> None:
    with pytest.raises(ValueError, match="Date"):
        page_in(listing("a"), date)
