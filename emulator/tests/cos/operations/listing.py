"""Listings: each operation as the official SDK does it."""

from __future__ import annotations

from pathlib import Path

from qcloud_cos import CosS3Client

from tests.cos.sdk import BUCKET, Operation, keys, put


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


def list_versions_in_pages(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    for key in ("a/1", "b", "b", "c 中"):
        put(client, key=key)
    where: dict[str, str] = {}
    found, pages = [], 0
    while where or not pages:
        page = client.list_objects_versions(BUCKET, MaxKeys=2, **where)
        found += [one["Key"] for one in page["Version"]]
        more = page["IsTruncated"] == "true"
        where = (
            {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }
            if more
            else {}
        )
        pages += 1
    assert (found, pages) == (["a/1", "b", "b", "c 中"], 2)


def list_versions_of_folders(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    for key in ("a/1", "a/2", "b"):
        put(client, key=key)
    listed = client.list_objects_versions(BUCKET, Delimiter="/")
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == ["a/"]
    assert [one["Key"] for one in listed["Version"]] == ["b"]


def list_who_owns_an_object(client: CosS3Client, _: Path) -> None:
    put(client)
    assert client.list_objects(BUCKET)["Contents"][0]["Owner"]["ID"] == "1250000000"


OPERATIONS: list[Operation] = [
    list_everything,
    list_an_empty_bucket,
    list_a_prefix,
    list_folders,
    list_in_pages,
    list_encoded,
    list_versions_in_pages,
    list_versions_of_folders,
    list_who_owns_an_object,
]
