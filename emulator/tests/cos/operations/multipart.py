"""Uploads in parts: each operation as the official SDK does it."""

from __future__ import annotations

import io
from pathlib import Path

from qcloud_cos import CosS3Client

from tests.cos.sdk import (
    BUCKET,
    CUSTOMER_KEY,
    KEY,
    REGION,
    SOURCE,
    Operation,
    content,
    head,
    put,
    refused,
)

FIRST_PART = b"1" * 1024 * 1024
SECOND_PART = b"the second part"


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


def list_parts_in_pages(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    for number in (1, 2, 3):
        client.upload_part(BUCKET, KEY, b"x", number, upload)
    first = client.list_parts(BUCKET, KEY, upload, MaxParts=2)
    assert [one["PartNumber"] for one in first["Part"]] == ["1", "2"]
    assert first["IsTruncated"] == "true"
    after = first["NextPartNumberMarker"]
    rest = client.list_parts(BUCKET, KEY, upload, PartNumberMarker=after)
    assert [one["PartNumber"] for one in rest["Part"]] == ["3"]


def list_uploads_in_pages(client: CosS3Client, _: Path) -> None:
    for key in ("a", "b", "b", "c 中"):
        client.create_multipart_upload(BUCKET, key)
    first = client.list_multipart_uploads(BUCKET, MaxUploads=2)
    where = {
        "KeyMarker": first["NextKeyMarker"],
        "UploadIdMarker": first["NextUploadIdMarker"],
    }
    rest = client.list_multipart_uploads(BUCKET, **where)
    assert [one["Key"] for one in first["Upload"]] == ["a", "b"]
    assert [one["Key"] for one in rest["Upload"]] == ["b", "c 中"]
    assert (first["IsTruncated"], rest["IsTruncated"]) == ("true", "false")


def list_uploads_of_folders(client: CosS3Client, _: Path) -> None:
    for key in ("a/1", "a/2", "b", "x"):
        client.create_multipart_upload(BUCKET, key)
    listed = client.list_multipart_uploads(BUCKET, Delimiter="/")
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == ["a/"]
    assert [one["Key"] for one in listed["Upload"]] == ["b", "x"]
    of_one = client.list_multipart_uploads(BUCKET, Prefix="a/")
    assert [one["Key"] for one in of_one["Upload"]] == ["a/1", "a/2"]


def upload_a_part_again(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    client.upload_part(BUCKET, KEY, b"first", 1, upload)
    etag = client.upload_part(BUCKET, KEY, b"second", 1, upload)["ETag"]
    end = {"Part": [{"PartNumber": 1, "ETag": etag}]}
    client.complete_multipart_upload(BUCKET, KEY, upload, end)
    assert content(client) == b"second"


def complete_with_a_wrong_part(client: CosS3Client, _: Path) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    client.upload_part(BUCKET, KEY, b"x", 1, upload)
    end = {"Part": [{"PartNumber": 1, "ETag": '"other"'}]}
    refused(400, "InvalidPart", lambda: client.complete_multipart_upload(BUCKET, KEY, upload, end))


def complete_without_overwriting(client: CosS3Client, _: Path) -> None:
    put(client)
    once = {"x-cos-forbid-overwrite": "true"}
    refused(
        409,
        "FileAlreadyExists",
        lambda: client.create_multipart_upload(BUCKET, KEY, Metadata=once),
    )


def encrypted_in_parts(client: CosS3Client, _: Path) -> None:
    how = {"ServerSideEncryption": "AES256", "Metadata": {"x-cos-meta-a": "1"}}
    upload = client.create_multipart_upload(BUCKET, KEY, **how)["UploadId"]
    etag = client.upload_part(BUCKET, KEY, b"part", 1, upload)["ETag"]
    end = {"Part": [{"PartNumber": 1, "ETag": etag}]}
    client.complete_multipart_upload(BUCKET, KEY, upload, end)
    shown = head(client)
    assert shown["x-cos-server-side-encryption"] == "AES256"
    assert shown["x-cos-meta-a"] == "1"


def part_of_a_whole_copy(client: CosS3Client, _: Path) -> None:
    """The SDK sends an empty range with it."""
    put(client)
    upload = client.create_multipart_upload(BUCKET, "copy")["UploadId"]
    part = client.upload_part_copy(BUCKET, "copy", 1, upload, SOURCE)
    parts = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(BUCKET, "copy", upload, parts)
    assert content(client, "copy") == b"0123456789"


def begun_with_an_acl_and_a_key(client: CosS3Client, _: Path) -> None:
    begun = client.create_multipart_upload(BUCKET, KEY, ACL="public-read", **CUSTOMER_KEY)
    upload = begun["UploadId"]
    part = client.upload_part(BUCKET, KEY, b"x", 1, upload, **CUSTOMER_KEY)
    assert (
        part["x-cos-server-side-encryption-customer-key-md5"] == CUSTOMER_KEY["SSECustomerKeyMD5"]
    )
    parts = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(BUCKET, KEY, upload, parts)
    assert client.get_object_acl(BUCKET, KEY)["CannedACL"] == "public-read"
    refused(400, "SsecDecryptHeaderInvalid", lambda: content(client))
    assert content(client, **CUSTOMER_KEY) == b"x"


OPERATIONS: list[Operation] = [
    multipart_upload,
    parts_too_small,
    part_of_a_copy,
    abort_multipart_upload,
    list_multipart_uploads,
    upload_and_download_large_file,
    upload_from_buffer,
    list_parts_in_pages,
    list_uploads_in_pages,
    list_uploads_of_folders,
    upload_a_part_again,
    complete_with_a_wrong_part,
    complete_without_overwriting,
    encrypted_in_parts,
    part_of_a_whole_copy,
    begun_with_an_acl_and_a_key,
]
