"""Buckets and their settings: each operation as the official SDK does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from qcloud_cos import CosS3Client

from tests.local.cos.sdk import (
    BUCKET,
    KEY,
    OTHER,
    REGION,
    Operation,
    content,
    head,
    keys,
    put,
    refused,
)


def create_bucket(client: CosS3Client, _: Path) -> None:
    client.create_bucket(OTHER)
    assert client.bucket_exists(OTHER)


def create_bucket_twice(client: CosS3Client, _: Path) -> None:
    refused(409, "BucketAlreadyOwnedByYou", lambda: client.create_bucket(BUCKET))


def head_bucket(client: CosS3Client, _: Path) -> None:
    assert "x-cos-request-id" in client.head_bucket(BUCKET)


def head_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchResource", lambda: client.head_bucket(OTHER))


def list_buckets(client: CosS3Client, _: Path) -> None:
    assert [one["Name"] for one in client.list_buckets()["Buckets"]["Bucket"]] == [BUCKET]


def delete_bucket(client: CosS3Client, _: Path) -> None:
    client.delete_bucket(BUCKET)
    assert not client.bucket_exists(BUCKET)


def delete_bucket_with_objects(client: CosS3Client, _: Path) -> None:
    put(client)
    refused(409, "BucketNotEmpty", lambda: client.delete_bucket(BUCKET))


def bucket_location(client: CosS3Client, _: Path) -> None:
    assert client.get_bucket_location(BUCKET)["LocationConstraint"] == REGION


def bucket_acl(client: CosS3Client, _: Path) -> None:
    client.put_bucket_acl(BUCKET, ACL="public-read")
    assert client.get_bucket_acl(BUCKET)["AccessControlList"]["Grant"][1]["Permission"] == "READ"


def bucket_lifecycle(client: CosS3Client, _: Path) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 9}}
    client.put_bucket_lifecycle(BUCKET, {"Rule": [rule]})
    assert client.get_bucket_lifecycle(BUCKET)["Rule"][0]["Expiration"] == {"Days": "9"}
    client.delete_bucket_lifecycle(BUCKET)
    refused(404, "NoSuchLifecycleConfiguration", lambda: client.get_bucket_lifecycle(BUCKET))


def bucket_cors(client: CosS3Client, _: Path) -> None:
    rule = {"ID": "1", "AllowedMethod": ["GET"], "AllowedOrigin": ["*"], "MaxAgeSeconds": "9"}
    client.put_bucket_cors(BUCKET, {"CORSRule": [rule]})
    assert client.get_bucket_cors(BUCKET)["CORSRule"][0]["AllowedMethod"] == ["GET"]
    client.delete_bucket_cors(BUCKET)


def bucket_tagging(client: CosS3Client, _: Path) -> None:
    tags = {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}}
    client.put_bucket_tagging(BUCKET, tags)
    assert client.get_bucket_tagging(BUCKET) == tags
    client.delete_bucket_tagging(BUCKET)


def bucket_website(client: CosS3Client, _: Path) -> None:
    website = {"IndexDocument": {"Suffix": "index.html"}}
    client.put_bucket_website(BUCKET, website)
    assert client.get_bucket_website(BUCKET) == website
    client.delete_bucket_website(BUCKET)


def bucket_encryption(client: CosS3Client, _: Path) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    client.put_bucket_encryption(BUCKET, {"Rule": [rule]})
    assert put(client)["x-cos-server-side-encryption"] == "AES256"
    client.delete_bucket_encryption(BUCKET)


def bucket_versioning(client: CosS3Client, _: Path) -> None:
    assert client.get_bucket_versioning(BUCKET).get("Status") is None
    for status in ("Enabled", "Suspended"):
        client.put_bucket_versioning(BUCKET, Status=status)
        assert client.get_bucket_versioning(BUCKET)["Status"] == status


def versions_of_an_object(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    first = put(client, b"1")["x-cos-version-id"]
    put(client, b"2")
    assert content(client) == b"2"
    assert content(client, VersionId=first) == b"1"


def delete_marker(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client)
    assert client.delete_object(BUCKET, KEY)["x-cos-delete-marker"] == "true"
    refused(404, "NoSuchResource", lambda: head(client))
    assert keys(client) == []


def list_versions(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client, key="a%2F +b")
    put(client, key="a%2F +b")
    assert [one["Key"] for one in client.list_objects_versions(BUCKET)["Version"]] == [
        "a%2F +b"
    ] * 2


OPERATIONS: list[Operation] = [
    create_bucket,
    create_bucket_twice,
    head_bucket,
    head_missing_bucket,
    list_buckets,
    delete_bucket,
    delete_bucket_with_objects,
    bucket_location,
    bucket_acl,
    bucket_lifecycle,
    bucket_cors,
    bucket_tagging,
    bucket_website,
    bucket_encryption,
    bucket_versioning,
    versions_of_an_object,
    delete_marker,
    list_versions,
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.__name__)
def test_the_official_sdk_can(operation: Operation, client: CosS3Client, tmp_path: Path) -> None:
    operation(client, tmp_path)
