from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from qcloud_cos import CosS3Client

from coslocal.cos import CosService
from tests.cos.conftest import Connect
from tests.cos.sdk import BUCKET, content, head, keys, put, refused

PIECES = [
    "a",
    "A",
    "0",
    "-",
    "_",
    "+",
    "%",
    "%2F",
    "%2f",
    "/",
    "//",
    ".",
    "..",
    "./",
    "../",
    "\\",
    "?",
    "#",
    "&",
    "=",
    ";",
    "<",
    ">",
    '"',
    "'",
    "~",
    ":",
    "@",
    "卡",
    "é",
    "é",
    "🪪",
    "\x01",
    "\x7f",
]
AWKWARD = st.sampled_from([*PIECES, " ", "\t", "\n", "\u00a0", "\u2028", "\ufeff", "\ufffe"])
# The SDK can't reach every key: it cuts a leading slash off and lets its HTTP library resolve a
# last segment of dots.
KEYS = (
    st.lists(AWKWARD | st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1)
    .map("".join)
    .filter(lambda key: len(key.encode()) <= 850)
    .filter(lambda key: not key.startswith("/") and key.rpartition("/")[2] not in (".", ".."))
)


@pytest.fixture
def one_bucket(new_cos: Callable[[], CosService], connect: Connect) -> CosS3Client:
    return connect(new_cos())


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(key=KEYS)
@example("uploads//a b+c%2Fd/卡片🪪.jpg")
@example("../../etc/./passwd")
@example("key?acl&versionId=1#x;y=z")
@example("." * 850)
@example("卡" * 283)
def test_every_legal_key_is_stored_read_listed_copied_and_deleted_as_it_is(
    one_bucket: CosS3Client, key: str
) -> None:
    body = key.encode()
    etag = put(one_bucket, body, key)["ETag"]
    assert content(one_bucket, key, KeySimplifyCheck=False) == body
    assert head(one_bucket, key)["ETag"] == etag
    assert keys(one_bucket) == [key]
    assert keys(one_bucket, Prefix=key) == [key]
    assert keys(one_bucket, Marker=key) == []
    one_bucket.delete_object(BUCKET, key)
    assert keys(one_bucket) == []


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(key=KEYS)
def test_every_legal_key_can_be_copied_from(one_bucket: CosS3Client, key: str) -> None:
    put(one_bucket, b"original", key)
    source = {"Bucket": BUCKET, "Key": key, "Region": "ap-guangzhou"}
    one_bucket.copy_object(BUCKET, "the copy", source)
    assert content(one_bucket, "the copy") == b"original"
    one_bucket.delete_object(BUCKET, key)


def test_keys_that_differ_in_one_encoding_only_are_different(client: CosS3Client) -> None:
    names = ["a b", "a+b", "a%20b", "a%2Bb", "é", "e\u0301", "a/b", "a//b", "a%2Fb"]
    for name in names:
        put(client, name.encode(), name)
    assert [content(client, name) for name in names] == [name.encode() for name in names]
    assert keys(client) == sorted(names)


@pytest.mark.parametrize("key", ["a" * 851, "卡" * 284], ids=["ascii", "chinese"])
def test_a_key_beyond_850_bytes_is_refused(client: CosS3Client, key: str) -> None:
    refused(400, "KeyTooLong", lambda: put(client, b"", key))
    assert keys(client) == []
