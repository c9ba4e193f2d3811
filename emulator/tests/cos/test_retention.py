"""What is deleted is what is looked at: retention and events hold of each way to delete."""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from urllib.parse import parse_qsl

import pytest
from qcloud_cos import CosS3Client

from coslocal.cos import CosService
from tests.cos.conftest import CREDENTIAL
from tests.cos.sdk import BUCKET, REGION, content, put, refused, session_of
from tests.cos.signing import native

HOST: Final = f"{BUCKET}.cos.{REGION}.myqcloud.com"
DELETIONS = [
    "<Delete><Object><Key>&#97;</Key></Object></Delete>",
    "<Delete><Object><Key><![CDATA[a]]></Key></Object></Delete>",
    "<Delete><Object><Key>a<!-- --></Key></Object></Delete>",
    "<Delete><Object ><Key >a</Key ></Object ></Delete>",
    '<Delete><Object n="1"><Key n="1">a</Key></Object></Delete>',
    "<Delete><!-- <Object><Key>b</Key></Object> --><Object><Key>a</Key></Object></Delete>",
]
DETAILS = [
    "encoding-type=url",
    "max-parts=1",
    "position=1",
    "response-content-type=a",
    "versionId=x",
]


def lock(client: CosS3Client) -> None:
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": "1"}}
    client.put_bucket_object_lock(BUCKET, {"ObjectLockEnabled": "Enabled", "Rule": rule})


def send(client: CosS3Client, method: str, key: str, query: str, body: bytes = b"") -> int:
    pairs = parse_qsl(query, keep_blank_values=True)
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324 - COS's own
    headers = {
        "Host": HOST,
        "x-cos-security-token": CREDENTIAL.token or "",
        "Content-MD5": digest,
        **native(CREDENTIAL, method, f"/{key}", pairs, HOST),
    }
    url = f"https://{HOST}/{key}?{query}"
    answer = session_of(client).request(method, url, data=body, headers=headers)
    return answer.status_code


@pytest.fixture
def removed(cos: CosService) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    cos.on_object_removed = lambda one: told.append((one.event_name, one.key))
    return told


@pytest.mark.parametrize("query", DETAILS)
def test_a_retained_object_is_kept_whatever_the_query_says_besides(
    client: CosS3Client, query: str
) -> None:
    lock(client)
    put(client, b"x", "a")
    assert send(client, "DELETE", "a", query) == 403
    assert content(client, "a") == b"x"


@pytest.mark.parametrize("query", DETAILS)
def test_a_deletion_is_told_whatever_the_query_says_besides(
    client: CosS3Client, removed: list[tuple[str, str]], query: str
) -> None:
    put(client, b"x", "a")
    assert send(client, "DELETE", "a", query) == 204
    assert removed == [("cos:ObjectRemove:Delete", "a")]


@pytest.mark.parametrize("document", DELETIONS)
def test_a_retained_object_is_kept_however_the_document_is_written(
    client: CosS3Client, document: str
) -> None:
    lock(client)
    put(client, b"x", "a")
    assert send(client, "POST", "", "delete", document.encode()) == 403
    assert content(client, "a") == b"x"


@pytest.mark.parametrize("document", DELETIONS)
def test_a_deletion_is_told_however_the_document_is_written(
    client: CosS3Client, removed: list[tuple[str, str]], document: str
) -> None:
    put(client, b"x", "a")
    assert send(client, "POST", "", "delete", document.encode()) == 200
    assert removed == [("cos:ObjectRemove:Delete", "a")]
    assert not client.object_exists(BUCKET, "a")


@pytest.mark.parametrize("versions", [("", ""), ("1", "2")])
def test_an_object_that_a_document_names_twice_is_deleted_once(
    client: CosS3Client, removed: list[tuple[str, str]], versions: tuple[str, str]
) -> None:
    put(client, b"x", "a")
    named = [{"Key": "a", **({"VersionId": one} if one else {})} for one in versions]
    client.delete_objects(BUCKET, {"Object": named})
    assert removed == [("cos:ObjectRemove:Delete", "a")]


def test_a_retained_version_is_kept_and_a_marker_is_laid_over_it(client: CosS3Client) -> None:
    client.put_bucket_versioning(BUCKET, "Enabled")
    lock(client)
    version = put(client, b"x", "a")["x-cos-version-id"]
    named = [{"Key": "a", "VersionId": version}]
    for call in (
        lambda: client.delete_object(BUCKET, "a", VersionId=version),
        lambda: client.delete_objects(BUCKET, {"Object": named}),
    ):
        refused(403, "AccessDenied", call)
    put(client, b"y", "a")
    marker = client.delete_object(BUCKET, "a")["x-cos-version-id"]
    client.delete_object(BUCKET, "a", VersionId=marker)
    assert content(client, "a", VersionId=version) == b"x"


def test_a_retained_version_is_kept_when_versioning_is_suspended(client: CosS3Client) -> None:
    client.put_bucket_versioning(BUCKET, "Enabled")
    lock(client)
    version = put(client, b"x", "a")["x-cos-version-id"]
    client.put_bucket_versioning(BUCKET, "Suspended")
    for call in (
        lambda: client.delete_object(BUCKET, "a"),
        lambda: client.delete_object(BUCKET, "a", VersionId="other"),
        lambda: put(client, b"y", "a"),
    ):
        refused(403, "AccessDenied", call)
    assert content(client, "a", VersionId=version) == b"x"


@pytest.mark.parametrize(
    "document",
    [
        "<Delete/>",
        "<Delete><Object/></Delete>",
        "<Delete><Object><Key/></Object></Delete>",
        "<Delete><Object><Key><Key>a</Key></Key></Object></Delete>",
        "<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>",
        "<Deletion><Object><Key>a</Key></Object></Deletion>",
        "<Delete>" + "<Object ><Key>a</Key></Object >" * 1001 + "</Delete>",
    ],
)
def test_a_document_that_names_no_objects_deletes_nothing(
    client: CosS3Client, document: str
) -> None:
    put(client, b"x", "a")
    assert send(client, "POST", "", "delete", document.encode()) == 400
    assert content(client, "a") == b"x"


def test_a_bucket_that_is_made_or_deleted_is_so_whatever_the_query_says_besides(
    client: CosS3Client, cos: CosService
) -> None:
    assert send(client, "DELETE", "", "prefix=a") == 204
    assert send(client, "PUT", "", "prefix=a") == 200
    assert send(client, "PUT", "", "prefix=a") == 409
    put(client, b"x", "a")
    assert cos.read_object(BUCKET, "a") is not None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_absent_object_has_no_tags(client: CosS3Client, method: str) -> None:
    tag = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    body = tag if method == "PUT" else b""
    assert send(client, method, "absent", "tagging", body) == 404
    put(client, b"x", "a")
    assert send(client, method, "a", "tagging&versionId=x", body) == 404
