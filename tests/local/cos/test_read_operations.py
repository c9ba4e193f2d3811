"""Reading objects, and what is missing: each operation as the official SDK does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from qcloud_cos import CosS3Client

from tests.local.cos.sdk import (
    BUCKET,
    KEY,
    OTHER,
    Operation,
    content,
    head,
    put,
    refused,
)


def get_missing_object(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchKey", lambda: content(client))


def get_from_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.get_object(OTHER, KEY))


def put_into_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.put_object(OTHER, b"", KEY))


def list_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.list_objects(OTHER))


def head_missing_object(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchResource", lambda: head(client))


def object_exists(client: CosS3Client, _: Path) -> None:
    assert not client.object_exists(BUCKET, KEY)
    put(client)
    assert client.object_exists(BUCKET, KEY)


def get_a_range(client: CosS3Client, _: Path) -> None:
    put(client)
    assert content(client, Range="bytes=2-4") == b"234"
    refused(416, "InvalidRange", lambda: content(client, Range="bytes=20-"))


def get_to_file(client: CosS3Client, folder: Path) -> None:
    put(client)
    client.get_object(BUCKET, KEY)["Body"].get_stream_to_file(str(folder / "a"))
    assert (folder / "a").read_bytes() == b"0123456789"


def get_in_chunks(client: CosS3Client, _: Path) -> None:
    put(client)
    body = client.get_object(BUCKET, KEY)["Body"]
    assert list(body.get_stream(4)) == [b"0123", b"4567", b"89"]


def get_with_other_headers(client: CosS3Client, _: Path) -> None:
    put(client)
    shown = client.get_object(BUCKET, KEY, ResponseContentType="image/png")
    assert shown["Content-Type"] == "image/png"


def get_if_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert content(client, IfMatch=etag) == b"0123456789"
    refused(412, "PreconditionFailed", lambda: content(client, IfMatch='"other"'))


def get_if_none_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    assert content(client, IfNoneMatch='"other"') == b"0123456789"
    assert content(client, IfNoneMatch=etag) == b""


def get_if_modified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    assert content(client, IfModifiedSince="Wed, 28 Oct 2099 20:30:00 GMT") == b""
    assert content(client, IfModifiedSince="Wed, 28 Oct 2009 20:30:00 GMT") == b"0123456789"


def get_if_unmodified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    how = {"IfUnmodifiedSince": "Wed, 28 Oct 2009 20:30:00 GMT"}
    refused(412, "PreconditionFailed", lambda: content(client, **how))


OPERATIONS: list[Operation] = [
    get_missing_object,
    get_from_missing_bucket,
    put_into_missing_bucket,
    list_missing_bucket,
    head_missing_object,
    object_exists,
    get_a_range,
    get_to_file,
    get_in_chunks,
    get_with_other_headers,
    get_if_match,
    get_if_none_match,
    get_if_modified_since,
    get_if_unmodified_since,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_the_official_sdk_can(operation: Operation, client: CosS3Client, tmp_path: Path) -> None:
    operation(client, tmp_path)
