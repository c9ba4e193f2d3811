"""Refusals that the official SDK reads the code of."""

from __future__ import annotations

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
    put,
    refused,
    session_of,
)


def get_missing_object(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchKey", lambda: content(client))


def get_missing_version(client: CosS3Client, _: Path) -> None:
    client.put_bucket_versioning(BUCKET, Status="Enabled")
    put(client)
    refused(404, "NoSuchVersion", lambda: content(client, VersionId="none"))


def get_from_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.get_object(OTHER, KEY))


def put_into_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.put_object(OTHER, b"", KEY))


def list_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.list_objects(OTHER))


def set_missing_bucket(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchBucket", lambda: client.get_bucket_policy(OTHER))
    refused(404, "NoSuchBucket", lambda: client.put_bucket_acl(OTHER, ACL="private"))
    refused(404, "NoSuchBucket", lambda: client.put_bucket_versioning(OTHER, "Enabled"))


def head_missing_object(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchResource", lambda: head(client))


def missing_upload(client: CosS3Client, _: Path) -> None:
    refused(404, "NoSuchUpload", lambda: client.upload_part(BUCKET, KEY, b"x", 1, "none"))
    refused(404, "NoSuchUpload", lambda: client.list_parts(BUCKET, KEY, "none"))


def unknown_key_id(client: CosS3Client, _: Path) -> None:
    other = _with(client, SecretId="AKIDunknown", SecretKey="guessed")
    refused(403, "InvalidAccessKeyId", lambda: put(other))


def wrong_secret_key(client: CosS3Client, _: Path) -> None:
    secret_id = client.get_auth("GET", BUCKET, KEY).partition("q-ak=")[2].partition("&")[0]
    other = _with(client, SecretId=secret_id, SecretKey="guessed")
    refused(403, "SignatureDoesNotMatch", lambda: put(other))


def key_too_long(client: CosS3Client, _: Path) -> None:
    refused(400, "KeyTooLong", lambda: put(client, key="k" * 851))


def body_that_is_no_xml(client: CosS3Client, _: Path) -> None:
    rule = {"Rule": [{"ID": "\x01", "Status": "Enabled", "Filter": "", "Expiration": {"Days": 1}}]}
    refused(400, "MalformedXML", lambda: client.put_bucket_lifecycle(BUCKET, rule))


def grant_to_nobody(client: CosS3Client, _: Path) -> None:
    refused(400, "InvalidArgument", lambda: put(client, GrantRead="everybody"))


def _with(client: CosS3Client, **keys: str) -> CosS3Client:
    return CosS3Client(CosConfig(Region=REGION, **keys), retry=0, session=session_of(client))


OPERATIONS: list[Operation] = [
    get_missing_object,
    get_missing_version,
    get_from_missing_bucket,
    put_into_missing_bucket,
    list_missing_bucket,
    set_missing_bucket,
    head_missing_object,
    missing_upload,
    unknown_key_id,
    wrong_secret_key,
    key_too_long,
    body_that_is_no_xml,
    grant_to_nobody,
]
