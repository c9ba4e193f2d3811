"""Listings, deletions, copies and multipart uploads: each operation as the official SDK does it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from qcloud_cos import CosS3Client

from tests.local.cos.sdk import (
    BUCKET,
    KEY,
    REGION,
    SOURCE,
    Operation,
    content,
    head,
    keys,
    put,
    refused,
)

FIRST_PART = b"1" * 1024 * 1024
SECOND_PART = b"the second part"


def list_everything(client: CosS3Client, _: Path) -> None:
    for key in ("b", "a/1", "中", " x", "+y"):
        put(client, key=key)
    assert keys(client) == [" x", "+y", "a/1", "b", "中"]


def list_an_empty_bucket(client: CosS3Client, _: Path) -> None:
    assert client.list_objects(BUCKET)["IsTruncated"] == "false"


def list_a_prefix(client: CosS3Client, _: Path) -> None:
    for key in ("uploads/卡", "uploads/a+b", "other"):
        put(client, key=key)
    assert keys(client, Prefix="uploads/") == ["uploads/a+b", "uploads/卡"]


def list_folders(client: CosS3Client, _: Path) -> None:
    for key in ("a/1", "a/2", "b", "中 +/1"):
        put(client, key=key)
    listed = client.list_objects(BUCKET, Delimiter="/")
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == ["a/", "中 +/"]
    assert [one["Key"] for one in listed["Contents"]] == ["b"]


def list_in_pages(client: CosS3Client, _: Path) -> None:
    for key in ("a/1", "a/2", "b", "c 中/1", "d", "e+f"):
        put(client, key=key)
    marker: str | None = ""
    found, pages = [], 0
    while marker is not None:
        page = client.list_objects(BUCKET, Delimiter="/", MaxKeys=2, Marker=marker)
        found += [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        found += [one["Key"] for one in page.get("Contents", [])]
        marker, pages = page.get("NextMarker"), pages + 1
    assert (sorted(found), pages) == (["a/", "b", "c 中/", "d", "e+f"], 3)


def list_encoded(client: CosS3Client, _: Path) -> None:
    put(client, key="中 +/1")
    assert keys(client, EncodingType="url") == ["%E4%B8%AD%20%2B/1"]


def delete_object(client: CosS3Client, _: Path) -> None:
    put(client)
    client.delete_object(BUCKET, KEY)
    assert keys(client) == []


def delete_missing_object(client: CosS3Client, _: Path) -> None:
    client.delete_object(BUCKET, KEY)


def delete_many(client: CosS3Client, _: Path) -> None:
    names = ["a", "b 中&<+", "x%2F"]
    for key in names:
        put(client, key=key)
    deleted = client.delete_objects(BUCKET, {"Object": [{"Key": key} for key in [*names, "none"]]})
    assert len(deleted["Deleted"]) == 4
    assert keys(client) == []


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


def multipart_upload(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY, ContentType="image/jpeg")["UploadId"]
    parts = [
        client.upload_part(BUCKET, KEY, body, number, upload, EnableMD5=True)["ETag"]
        for number, body in enumerate((FIRST_PART, SECOND_PART), start=1)
    ]
    listed = client.list_parts(BUCKET, KEY, upload)
    assert [one["Size"] for one in listed["Part"]] == ["1048576", "15"]
    assert listed["Key"] == KEY
    numbered = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(parts, start=1)]
    done = client.complete_multipart_upload(BUCKET, KEY, upload, {"Part": numbered})
    assert done["Location"] == f"http://{BUCKET}.cos.{REGION}.myqcloud.com/{KEY}"
    assert content(client) == FIRST_PART + SECOND_PART
    assert head(client)["ETag"] == done["ETag"]
    assert head(client)["Content-Type"] == "image/jpeg"


def parts_too_small(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    parts = [
        {"PartNumber": n, "ETag": client.upload_part(BUCKET, KEY, b"x", n, upload)["ETag"]}
        for n in (1, 2)
    ]
    end = {"Part": parts}
    refused(
        400, "EntityTooSmall", lambda: client.complete_multipart_upload(BUCKET, KEY, upload, end)
    )


def part_of_a_copy(client: CosS3Client, _: Path) -> None:
    put(client)
    upload = client.create_multipart_upload(BUCKET, "copy")["UploadId"]
    part = client.upload_part_copy(BUCKET, "copy", 1, upload, SOURCE, CopySourceRange="bytes=0-4")
    end = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(BUCKET, "copy", upload, end)
    assert content(client, "copy") == b"01234"


def abort_multipart_upload(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    client.abort_multipart_upload(BUCKET, KEY, upload)
    assert "Upload" not in client.list_multipart_uploads(BUCKET)
    refused(404, "NoSuchUpload", lambda: client.upload_part(BUCKET, KEY, b"x", 1, upload))


def list_multipart_uploads(client: CosS3Client, _: Path) -> None:
    client.create_multipart_upload(BUCKET, KEY)
    assert client.list_multipart_uploads(BUCKET)["Upload"][0]["Key"] == KEY


def upload_and_download_large_file(client: CosS3Client, folder: Path) -> None:
    (folder / "a").write_bytes(FIRST_PART * 3 + SECOND_PART)
    client.upload_file(BUCKET, KEY, str(folder / "a"), PartSize=1, MAXThread=3)
    client.download_file(BUCKET, KEY, str(folder / "b"), PartSize=1, MAXThread=3)
    assert (folder / "b").read_bytes() == (folder / "a").read_bytes()


def upload_from_buffer(client: CosS3Client, _: Path) -> None:
    client.upload_file_from_buffer(BUCKET, KEY, io.BytesIO(b"buffer"))
    assert content(client) == b"buffer"


OPERATIONS: list[Operation] = [
    list_everything,
    list_an_empty_bucket,
    list_a_prefix,
    list_folders,
    list_in_pages,
    list_encoded,
    delete_object,
    delete_missing_object,
    delete_many,
    copy_object,
    copy_with_other_metadata,
    copy_missing_object,
    copy_if_none_match,
    copy_of_any_size,
    multipart_upload,
    parts_too_small,
    part_of_a_copy,
    abort_multipart_upload,
    list_multipart_uploads,
    upload_and_download_large_file,
    upload_from_buffer,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_the_official_sdk_can(operation: Operation, client: CosS3Client, tmp_path: Path) -> None:
    operation(client, tmp_path)
