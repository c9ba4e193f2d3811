from __future__ import annotations

import pytest
from qcloud_cos import CosS3Client

from coslocal.cos import CosError, CosService, ObjectEvent
from tests.cos.sdk import BUCKET, KEY, REGION, SOURCE, content, put, refused


@pytest.fixture
def created(cos: CosService) -> list[ObjectEvent]:
    events: list[ObjectEvent] = []
    cos.on_object_created = events.append
    return events


def test_an_upload_is_told_with_what_it_carried(
    client: CosS3Client, created: list[ObjectEvent]
) -> None:
    metadata = {"x-cos-meta-kind": "photo"}
    reply = put(client, b"abc", Metadata=metadata, ContentType="image/jpeg")
    (event,) = created
    assert (event.bucket, event.appid, event.region) == (BUCKET, "1250000000", REGION)
    assert (event.key, event.size, event.etag) == (KEY, 3, reply["ETag"])
    assert event.event_name == "cos:ObjectCreated:Put"
    assert event.metadata == {"x-cos-meta-kind": "photo"}
    assert (event.content_type, event.source_ip) == ("image/jpeg", "127.0.0.1")
    assert event.request_id == reply["x-cos-request-id"]
    assert event.request_headers["Authorization"].startswith("q-sign-algorithm=sha1")


def test_a_copy_is_told_of_the_new_key(client: CosS3Client, created: list[ObjectEvent]) -> None:
    put(client)
    client.copy_object(BUCKET, "copy", SOURCE)
    assert (created[-1].event_name, created[-1].key) == ("cos:ObjectCreated:Copy", "copy")
    assert created[-1].size == 10


def test_a_multipart_upload_is_told_once_when_it_is_complete(
    client: CosS3Client, created: list[ObjectEvent]
) -> None:
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    part = client.upload_part(BUCKET, KEY, b"part", 1, upload)["ETag"]
    assert created == []
    end = {"Part": [{"PartNumber": 1, "ETag": part}]}
    client.complete_multipart_upload(BUCKET, KEY, upload, end)
    (event,) = created
    assert event.event_name == "cos:ObjectCreated:CompleteMultipartUpload"
    assert event.size == 4


def test_nothing_else_is_told(client: CosS3Client, created: list[ObjectEvent]) -> None:
    put(client)
    created.clear()
    client.get_object(BUCKET, KEY)
    client.head_object(BUCKET, KEY)
    client.put_object_acl(BUCKET, KEY, ACL="private")
    client.put_object_tagging(BUCKET, KEY, {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}})
    client.delete_object(BUCKET, KEY)
    refused(400, "InvalidDigest", lambda: put(client, ContentMD5="AAAA"))
    assert created == []


@pytest.fixture
def removed(cos: CosService) -> list[tuple[str, str, int]]:
    told: list[tuple[str, str, int]] = []
    cos.on_object_removed = lambda one: told.append((one.event_name, one.key, one.size))
    return told


def test_a_deletion_is_told_with_what_was_there(
    client: CosS3Client, removed: list[tuple[str, str, int]]
) -> None:
    put(client)
    client.delete_object(BUCKET, KEY)
    client.delete_object(BUCKET, KEY)
    assert removed == [("cos:ObjectRemove:Delete", KEY, 10)]


def test_each_of_many_that_are_deleted_is_told(
    client: CosS3Client, removed: list[tuple[str, str, int]]
) -> None:
    for key in ("a&b'\"<", "c"):
        put(client, b"x", key)
    named = [{"Key": key} for key in ("a&b'\"<", "c", "missing")]
    client.delete_objects(BUCKET, {"Object": named})
    assert removed == [("cos:ObjectRemove:Delete", key, 1) for key in ("a&b'\"<", "c")]


def test_with_versioning_a_marker_is_told_and_the_version_that_is_deleted(
    client: CosS3Client, removed: list[tuple[str, str, int]]
) -> None:
    client.put_bucket_versioning(BUCKET, "Enabled")
    version = put(client)["x-cos-version-id"]
    marker = client.delete_object(BUCKET, KEY)["x-cos-version-id"]
    client.delete_object(BUCKET, KEY, VersionId=marker)
    client.delete_objects(BUCKET, {"Object": [{"Key": KEY, "VersionId": version}]})
    assert [name for name, _, _ in removed] == [
        "cos:ObjectRemove:DeleteMarkerCreated",
        "cos:ObjectRemove:Delete",
    ]


def test_a_deletion_that_is_refused_is_not_told(
    client: CosS3Client, removed: list[tuple[str, str, int]]
) -> None:
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": "1"}}
    client.put_bucket_object_lock(BUCKET, {"ObjectLockEnabled": "Enabled", "Rule": rule})
    put(client)
    refused(403, "AccessDenied", lambda: client.delete_object(BUCKET, KEY))
    client.delete_object_tagging(BUCKET, KEY)
    assert removed == []


def test_a_hook_that_fails_costs_the_upload_nothing(
    cos: CosService, client: CosS3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_created: ObjectEvent) -> None:
        raise RuntimeError("the trigger broke")

    cos.on_object_created = fail
    put(client, b"abc")
    assert content(client) == b"abc"
    assert "the trigger broke" in capsys.readouterr().err


def test_the_hook_finds_the_object_there(cos: CosService, client: CosS3Client) -> None:
    seen: list[bytes] = []

    def read(created: ObjectEvent) -> None:
        stored = cos.read_object(created.bucket, created.key)
        assert stored is not None
        seen.append(stored.body)

    cos.on_object_created = read
    put(client, b"abc")
    assert seen == [b"abc"]


def test_what_lies_there_can_be_read_without_a_request(
    cos: CosService, client: CosS3Client
) -> None:
    reply = put(client, b"abc", ContentType="image/png", Metadata={"x-cos-meta-a": "1"})
    stored = cos.read_object(BUCKET, KEY)
    assert stored is not None
    assert (stored.body, stored.size, stored.etag) == (b"abc", 3, reply["ETag"])
    assert (stored.content_type, stored.metadata) == ("image/png", {"x-cos-meta-a": "1"})
    assert cos.read_object(BUCKET, "other") is None
    assert cos.read_object("other-1250000000", KEY) is None


def test_a_fault_before_the_effect_prevents_it(
    cos: CosService, client: CosS3Client, created: list[ObjectEvent]
) -> None:
    cos.before_effect = lambda one: CosError("SlowDown", "scripted") if one.key == KEY else None
    refused(503, "SlowDown", lambda: put(client))
    assert (cos.read_object(BUCKET, KEY), created) == (None, [])
    put(client, key="another")


def test_a_fault_after_the_effect_hides_it(
    cos: CosService, client: CosS3Client, created: list[ObjectEvent]
) -> None:
    cos.after_effect = lambda _: CosError("InternalError", "scripted")
    refused(500, "InternalError", lambda: put(client, b"abc"))
    stored = cos.read_object(BUCKET, KEY)
    assert stored is not None
    assert len(created) == 1
