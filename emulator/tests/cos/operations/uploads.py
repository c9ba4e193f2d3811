"""Uploads and what they carry: each operation as the official SDK does it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from qcloud_cos import CosS3Client

from tests.cos.sdk import (
    BUCKET,
    CUSTOMER_KEY,
    GRANTEE,
    KEY,
    OWNER,
    SOURCE,
    Operation,
    content,
    head,
    keys,
    put,
    refused,
)


def put_bytes(client: CosS3Client, _: Path) -> None:
    assert put(client, b"abc")["ETag"] == f'"{hashlib.md5(b"abc").hexdigest()}"'  # noqa: S324
    assert content(client) == b"abc"


def put_text(client: CosS3Client, _: Path) -> None:
    put(client, "文字")
    assert content(client).decode() == "文字"


def put_nothing(client: CosS3Client, _: Path) -> None:
    put(client, b"")
    assert (content(client), head(client)["Content-Length"]) == (b"", "0")


def put_an_open_file(client: CosS3Client, folder: Path) -> None:
    (folder / "a").write_bytes(b"file")
    with (folder / "a").open("rb") as file:
        put(client, file)
    assert content(client) == b"file"


def put_a_generator(client: CosS3Client, _: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    put(client, parts())
    assert content(client) == b"one two"


def put_a_local_file(client: CosS3Client, folder: Path) -> None:
    (folder / "a").write_bytes(b"file")
    client.put_object_from_local_file(BUCKET, str(folder / "a"), KEY)
    assert content(client) == b"file"


def put_a_form(client: CosS3Client, _: Path) -> None:
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        put(client, b"a=1&key=2", ContentType=content_type)
        assert content(client) == b"a=1&key=2"
        assert head(client)["Content-Type"] == content_type


def put_with_digest(client: CosS3Client, _: Path) -> None:
    put(client, EnableMD5=True)
    wrong = base64.b64encode(bytes(16)).decode()
    refused(400, "BadDigest", lambda: put(client, b"other", ContentMD5=wrong))
    refused(400, "InvalidDigest", lambda: put(client, b"other", ContentMD5="AAAA"))
    assert content(client) == b"0123456789"


def put_metadata(client: CosS3Client, _: Path) -> None:
    put(client, Metadata={"x-cos-meta-kind": "photo"}, ContentType="image/jpeg")
    assert head(client)["x-cos-meta-kind"] == "photo"
    assert head(client)["Content-Type"] == "image/jpeg"


def put_headers(client: CosS3Client, _: Path) -> None:
    put(client, CacheControl="no-cache", ContentDisposition="inline", ContentLanguage="zh")
    shown = head(client)
    assert (shown["Cache-Control"], shown["Content-Disposition"]) == ("no-cache", "inline")
    assert shown["Content-Language"] == "zh"


def default_content_type(client: CosS3Client, _: Path) -> None:
    put(client)
    assert head(client)["Content-Type"] == "application/octet-stream"


def put_storage_class(client: CosS3Client, _: Path) -> None:
    put(client, StorageClass="STANDARD_IA")
    assert head(client)["x-cos-storage-class"] == "STANDARD_IA"


def archive_and_restore(client: CosS3Client, _: Path) -> None:
    for kind in ("ARCHIVE", "DEEP_ARCHIVE"):
        put(client, StorageClass=kind)
        assert head(client)["x-cos-storage-class"] == kind
        refused(403, "InvalidObjectState", lambda: content(client))
        refused(403, "InvalidObjectState", lambda: client.copy_object(BUCKET, "copy", SOURCE))
        client.restore_object(BUCKET, KEY, {"Days": 1, "CASJobParameters": {"Tier": "Standard"}})
        assert 'ongoing-request="false"' in head(client)["x-cos-restore"]
        assert content(client) == b"0123456789"
        (listed,) = client.list_objects(BUCKET)["Contents"]
        assert listed["StorageClass"] == kind
        versions = client.list_objects_versions(BUCKET)["Version"]
        assert versions[0]["StorageClass"] == kind


def put_acl(client: CosS3Client, _: Path) -> None:
    put(client, ACL="default")
    put(client, ACL="private")


def object_acl(client: CosS3Client, _: Path) -> None:
    put(client)
    assert client.get_object_acl(BUCKET, KEY)["CannedACL"] == "default"
    client.put_object_acl(BUCKET, KEY, ACL="public-read")
    owner, everybody = client.get_object_acl(BUCKET, KEY)["AccessControlList"]["Grant"]
    assert (owner["Grantee"]["ID"], owner["Permission"]) == (OWNER, "FULL_CONTROL")
    assert everybody["Grantee"]["URI"] == "http://cam.qcloud.com/groups/global/AllUsers"
    assert everybody["Permission"] == "READ"
    two = f'id="100000000002",id="{OWNER.replace("1:", "3:")}"'
    client.put_object_acl(BUCKET, KEY, GrantRead=two, GrantFullControl='id="100000000002"')
    _, *given = client.get_object_acl(BUCKET, KEY)["AccessControlList"]["Grant"]
    assert [(one["Grantee"]["ID"], one["Permission"]) for one in given] == [
        (GRANTEE, "READ"),
        (OWNER.replace("1:", "3:"), "READ"),
        (GRANTEE, "FULL_CONTROL"),
    ]
    client.put_object_acl(BUCKET, KEY, ACL="default")
    (only,) = client.get_object_acl(BUCKET, KEY)["AccessControlList"]["Grant"]
    assert only["Grantee"]["ID"] == OWNER


def put_tags(client: CosS3Client, _: Path) -> None:
    put(client, Tagging="a=1&b=2")
    assert head(client)["x-cos-tagging-count"] == "2"


def object_tagging(client: CosS3Client, _: Path) -> None:
    put(client)
    tags = {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}}
    client.put_object_tagging(BUCKET, KEY, tags)
    assert client.get_object_tagging(BUCKET, KEY) == tags
    client.delete_object_tagging(BUCKET, KEY)
    assert client.get_object_tagging(BUCKET, KEY)["TagSet"] is None


def encrypted_by_cos(client: CosS3Client, _: Path) -> None:
    assert put(client, ServerSideEncryption="AES256")["x-cos-server-side-encryption"] == "AES256"
    assert head(client)["x-cos-server-side-encryption"] == "AES256"


def encrypted_by_kms(client: CosS3Client, _: Path) -> None:
    put(client, ServerSideEncryption="cos/kms", SSEKMSKeyId="an-id")
    assert head(client)["x-cos-server-side-encryption"] == "cos/kms"
    assert head(client)["x-cos-server-side-encryption-cos-kms-key-id"] == "an-id"


def encrypted_by_the_customer(client: CosS3Client, _: Path) -> None:
    shown = put(client, **CUSTOMER_KEY)
    assert shown["x-cos-server-side-encryption-customer-algorithm"] == "AES256"
    for shown in (head(client, **CUSTOMER_KEY), client.get_object(BUCKET, KEY, **CUSTOMER_KEY)):
        digest = shown["x-cos-server-side-encryption-customer-key-md5"]
        assert digest == CUSTOMER_KEY["SSECustomerKeyMD5"]


def put_once(client: CosS3Client, _: Path) -> None:
    once = {"x-cos-forbid-overwrite": "true"}
    put(client, b"first", Metadata=once)
    refused(409, "FileAlreadyExists", lambda: put(client, b"second", Metadata=once))
    assert content(client) == b"first"


def put_if_match(client: CosS3Client, _: Path) -> None:
    etag = put(client)["ETag"]
    refused(412, "PreconditionFailed", lambda: put(client, b"x", IfMatch='"other"'))
    put(client, b"y", IfMatch=etag)
    assert content(client) == b"y"


def put_for_others_to_read(client: CosS3Client, _: Path) -> None:
    put(client, GrantRead=f'id="{GRANTEE}"')
    _, granted = client.get_object_acl(BUCKET, KEY)["AccessControlList"]["Grant"]
    assert granted["Permission"] == "READ"
    assert granted["Grantee"]["ID"] == GRANTEE


def put_an_empty_folder(client: CosS3Client, _: Path) -> None:
    put(client, b"", key="uploads/2026/")
    assert head(client, "uploads/2026/")["Content-Length"] == "0"


def put_below_a_slash(client: CosS3Client, _: Path) -> None:
    put(client, key="//a//b")  # the SDK leaves out the first
    assert content(client, "//a//b") == b"0123456789"
    assert keys(client) == ["/a//b"]


def append(client: CosS3Client, _: Path) -> None:
    first = client.append_object(BUCKET, KEY, 0, b"123", Metadata={"x-cos-meta-a": "1"})
    assert first["x-cos-next-append-position"] == "3"
    assert client.append_object(BUCKET, KEY, 3, b"456789")["x-cos-next-append-position"] == "9"
    assert content(client) == b"123456789"
    shown = head(client)
    assert (shown["x-cos-object-type"], shown["x-cos-meta-a"]) == ("appendable", "1")
    assert shown["x-cos-hash-crc64ecma"] == "11051210869376104954"
    refused(409, "PositionNotEqualToLength", lambda: client.append_object(BUCKET, KEY, 3, b"x"))
    put(client)
    assert head(client)["x-cos-object-type"] == "normal"
    refused(409, "ObjectNotAppendable", lambda: client.append_object(BUCKET, KEY, 10, b"x"))


def symbolic_links(client: CosS3Client, _: Path) -> None:
    put(client)
    client.put_symlink(BUCKET, "link", quote(KEY))
    assert unquote(client.get_symlink(BUCKET, "link")["x-cos-symlink-target"]) == KEY
    assert content(client, "link") == b"0123456789"
    assert head(client, "link")["Content-Length"] == "10"
    refused(404, "NoSuchKey", lambda: client.get_symlink(BUCKET, KEY))
    client.delete_object(BUCKET, "link")
    assert keys(client) == [KEY]


def put_empty_headers(client: CosS3Client, _: Path) -> None:
    put(client, ACL="", GrantRead="", StorageClass="", ContentMD5="", ContentType="")
    assert client.get_object_acl(BUCKET, KEY)["CannedACL"] == "default"
    assert head(client)["Content-Type"] == "application/octet-stream"


def put_in_more_zones(client: CosS3Client, _: Path) -> None:
    for kind in ("MAZ_STANDARD", "MAZ_STANDARD_IA", "MAZ_INTELLIGENT_TIERING"):
        put(client, StorageClass=kind)
        assert client.list_objects(BUCKET)["Contents"][0]["StorageClass"] == kind
    refused(400, "InvalidStorageClass", lambda: put(client, StorageClass="GLACIER"))


OPERATIONS: list[Operation] = [
    put_bytes,
    put_text,
    put_nothing,
    put_an_open_file,
    put_a_generator,
    put_a_local_file,
    put_a_form,
    put_with_digest,
    put_metadata,
    put_headers,
    default_content_type,
    put_storage_class,
    archive_and_restore,
    put_acl,
    object_acl,
    put_tags,
    object_tagging,
    encrypted_by_cos,
    encrypted_by_kms,
    encrypted_by_the_customer,
    put_once,
    put_if_match,
    put_for_others_to_read,
    put_an_empty_folder,
    put_below_a_slash,
    append,
    symbolic_links,
    put_empty_headers,
    put_in_more_zones,
]
