"""Buckets and their versions: each operation as the official SDK does it."""

from __future__ import annotations

import time
from pathlib import Path

from qcloud_cos import CosConfig, CosS3Client

from tests.cos.sdk import (
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
    session_of,
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


def create_public_bucket(client: CosS3Client, _: Path) -> None:
    client.create_bucket(OTHER, ACL="public-read")
    assert len(client.get_bucket_acl(OTHER)["AccessControlList"]["Grant"]) == 2


def version_that_is_no_version(client: CosS3Client, _: Path) -> None:
    put(client, b"before")
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client, b"after")
    assert content(client, VersionId="null") == b"before"


def look_at_all_settings(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    found = client.get_bucket_meta(BUCKET)
    assert found["Versioning"]["Status"] == "Enabled"


def bucket_at_its_other_hosts(client: CosS3Client, _: Path) -> None:
    put(client)
    known = client._conf  # noqa: SLF001 - the SDK has a client for each host
    for host in ("cos.accelerate.myqcloud.com", f"cos.{REGION}.tencentcos.cn"):
        own = {"SecretId": known._secret_id, "SecretKey": known._secret_key}  # noqa: SLF001
        other = CosS3Client(CosConfig(Endpoint=host, **own), 0, session_of(client))
        assert content(other) == b"0123456789"


def list_buckets_that_pass_a_filter(client: CosS3Client, _: Path) -> None:
    client.create_bucket(OTHER)
    client.put_bucket_tagging(OTHER, {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}})
    long_ago = str(int(time.time()) - 3600)

    def names(**asked: object) -> list[str]:
        found = client.list_buckets(**asked)["Buckets"]
        return [one["Name"] for one in (found or {}).get("Bucket", [])]

    assert names() == [BUCKET, OTHER]
    assert names(TagKey="a", TagValue="1") == [OTHER]
    assert names(TagKey="a", TagValue="2") == []
    assert names(Region=REGION) == [BUCKET, OTHER]
    assert names(Region="ap-nowhere") == []
    assert names(CreateTime=long_ago, Range="gt") == [BUCKET, OTHER]
    assert names(CreateTime=long_ago, Range="lte") == []
    page = client.list_buckets(MaxKeys=1)
    assert (page["IsTruncated"], page["NextMarker"]) == ("true", BUCKET)
    assert names(Marker=page["NextMarker"]) == [OTHER]
    refused(400, "InvalidArgument", lambda: names(CreateTime=long_ago, Range="near"))


OPERATIONS: list[Operation] = [
    create_bucket,
    create_bucket_twice,
    head_bucket,
    head_missing_bucket,
    list_buckets,
    delete_bucket,
    delete_bucket_with_objects,
    bucket_location,
    bucket_versioning,
    versions_of_an_object,
    delete_marker,
    list_versions,
    create_public_bucket,
    version_that_is_no_version,
    look_at_all_settings,
    bucket_at_its_other_hosts,
    list_buckets_that_pass_a_filter,
]
