"""Copies: each operation as the official SDK does it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, KEY, OTHER, SOURCE, Operation, content, head, put, refused

LONG_AGO = "Wed, 28 Oct 2009 20:30:00 GMT"
FAR_AHEAD = "Wed, 28 Oct 2099 20:30:00 GMT"


def copy_object(client: CosS3Client, _: Path) -> None:
    put(client, Metadata={"x-cos-meta-a": "1"}, ContentType="image/png")
    assert client.copy_object(BUCKET, "copy", SOURCE)["ETag"] == head(client)["ETag"]
    assert content(client, "copy") == b"0123456789"
    assert head(client, "copy")["x-cos-meta-a"] == "1"


def copy_with_other_metadata(client: CosS3Client, _: Path) -> None:
    put(client, Metadata={"x-cos-meta-a": "1"})
    other = {"Metadata": {"x-cos-meta-b": "2"}, "ContentType": "image/png"}
    client.copy_object(BUCKET, "copy", SOURCE, CopyStatus="Replaced", **other)
    assert head(client, "copy")["x-cos-meta-b"] == "2"
    assert "x-cos-meta-a" not in head(client, "copy")


def copy_missing_object(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchKey", lambda: client.copy_object(BUCKET, "copy", SOURCE))


def copy_if_none_match(client: CosS3Client, _: Path) -> None:
    how = {"CopySourceIfNoneMatch": put(client)["ETag"]}
    refused(412, "PreconditionFailed", lambda: client.copy_object(BUCKET, "c", SOURCE, **how))


def copy_of_any_size(client: CosS3Client, _: Path) -> None:
    put(client)
    client.copy(BUCKET, "copy", SOURCE)
    assert content(client, "copy") == b"0123456789"


def copy_if_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    client.copy_object(BUCKET, "c", SOURCE, CopySourceIfMatch=etag)
    how = {"CopySourceIfMatch": '"other"'}
    refused(412, "PreconditionFailed", lambda: client.copy_object(BUCKET, "c", SOURCE, **how))


def copy_if_modified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    client.copy_object(BUCKET, "c", SOURCE, CopySourceIfModifiedSince=LONG_AGO)
    how = {"CopySourceIfModifiedSince": FAR_AHEAD}
    refused(412, "PreconditionFailed", lambda: client.copy_object(BUCKET, "c", SOURCE, **how))


def copy_if_unmodified_since(client: CosS3Client, _: Path) -> None:
    put(client)
    client.copy_object(BUCKET, "c", SOURCE, CopySourceIfUnmodifiedSince=FAR_AHEAD)
    how = {"CopySourceIfUnmodifiedSince": LONG_AGO}
    refused(412, "PreconditionFailed", lambda: client.copy_object(BUCKET, "c", SOURCE, **how))


def copy_an_old_version(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    first = put(client, b"1")["x-cos-version-id"]
    put(client, b"2")
    client.copy_object(BUCKET, "copy", {**SOURCE, "VersionId": first})
    assert content(client, "copy") == b"1"


def copy_between_buckets(client: CosS3Client, _: Path) -> None:
    put(client)
    client.create_bucket(OTHER)
    client.copy_object(OTHER, "copy", SOURCE)
    assert client.object_exists(OTHER, "copy")


def copy_encrypted(client: CosS3Client, _: Path) -> None:
    put(client)
    client.copy_object(BUCKET, "copy", SOURCE, ServerSideEncryption="AES256")
    assert head(client, "copy")["x-cos-server-side-encryption"] == "AES256"


def copy_without_overwriting(client: CosS3Client, _: Path) -> None:
    put(client)
    once = {"Metadata": {"x-cos-forbid-overwrite": "true"}, "CopyStatus": "Copy"}
    client.copy_object(BUCKET, "copy", SOURCE, **once)
    put(client, b"another")
    refused(409, "FileAlreadyExists", lambda: client.copy_object(BUCKET, "copy", SOURCE, **once))
    assert content(client, "copy") == b"0123456789"


def change_storage_class(client: CosS3Client, _: Path) -> None:
    put(client)
    client.change_object_storage_class(BUCKET, KEY, "STANDARD_IA")
    assert head(client)["x-cos-storage-class"] == "STANDARD_IA"


def change_metadata(client: CosS3Client, _: Path) -> None:
    put(client, Metadata={"x-cos-meta-a": "1"})
    client.update_object_meta(BUCKET, KEY, Metadata={"x-cos-meta-b": "2"})
    assert head(client)["x-cos-meta-b"] == "2"
    assert "x-cos-meta-a" not in head(client)


def copy_from_another_region(client: CosS3Client, _: Path) -> None:
    put(client)
    source = {**SOURCE, "Region": "ap-shanghai"}
    refused(404, "NoSuchBucket", lambda: client.copy_object(BUCKET, "copy", source))


def copy_bytes_that_are_not_there(client: CosS3Client, _: Path) -> None:
    put(client)
    upload = client.create_multipart_upload(BUCKET, "copy")["UploadId"]
    for asked, status, code in (
        ("bytes=5-10", 416, "InvalidRange"),
        ("bytes=5-4", 416, "InvalidRange"),
        ("5-9", 400, "InvalidArgument"),
    ):
        part = partial(client.upload_part_copy, BUCKET, "copy", 1, upload, SOURCE, asked)
        refused(status, code, part)


OPERATIONS: list[Operation] = [
    copy_object,
    copy_with_other_metadata,
    copy_missing_object,
    copy_if_none_match,
    copy_of_any_size,
    copy_if_match,
    copy_if_modified_since,
    copy_if_unmodified_since,
    copy_an_old_version,
    copy_between_buckets,
    copy_encrypted,
    copy_without_overwriting,
    change_storage_class,
    change_metadata,
    copy_from_another_region,
    copy_bytes_that_are_not_there,
]
