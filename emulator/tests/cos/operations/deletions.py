"""Deletions: each operation as the official SDK does it."""

from __future__ import annotations

from pathlib import Path

from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, KEY, Operation, content, keys, put


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


def delete_many_quietly(client: CosS3Client, _: Path) -> None:
    put(client)
    assert "Deleted" not in client.delete_objects(
        BUCKET, {"Quiet": "true", "Object": [{"Key": KEY}]}
    )
    assert keys(client) == []


def delete_a_version(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client, b"1")
    second = put(client, b"2")["x-cos-version-id"]
    client.delete_object(BUCKET, KEY, VersionId=second)
    assert content(client) == b"1"


def delete_many_versions(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    versions = [put(client, body)["x-cos-version-id"] for body in (b"1", b"2")]
    named = [{"Key": KEY, "VersionId": version} for version in versions]
    client.delete_objects(BUCKET, {"Object": named})
    assert "Version" not in client.list_objects_versions(BUCKET)


def undelete(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client)
    marker = client.delete_object(BUCKET, KEY)["x-cos-version-id"]
    client.delete_object(BUCKET, KEY, VersionId=marker)
    assert content(client) == b"0123456789"


OPERATIONS: list[Operation] = [
    delete_object,
    delete_missing_object,
    delete_many,
    delete_many_quietly,
    delete_a_version,
    delete_many_versions,
    undelete,
]
