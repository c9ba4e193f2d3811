"""The store through the official SDK, on COS in this process."""

from __future__ import annotations

import hashlib
import io
import time
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qcloud_cos import CosConfig, CosS3Client

from coslocal.agenda import Clock
from coslocal.cos import CosService
from coslocal.cos.errors import CosError
from coslocal.credentials import Credential, CredentialStore
from coslocal.wsgi_adapter import WsgiAdapter
from shared.cloud import Cloud
from shared.errors import StorageFault
from shared.events import MalformedRecord, OtherEvent, created_objects
from shared.settings.load import load
from shared.store import Listed, Page
from shared.store.cos import CosStore, page_in
from tests.support.environment import BUCKET, ENVIRONMENT, REGION

NAME = "ocr/pending/uploads/a.jpg.e1.0001.json"


class Bucket:
    """A bucket in this process, as the store and as a user's SDK see it."""

    def __init__(self, clock: Clock = time.time, **environment: str) -> None:
        self.loaded = load(ENVIRONMENT | environment, submits=True)
        key = self.loaded.credentials
        credential = Credential(key.secret_id, key.secret_key, key.token)
        self.service = CosService(
            credentials=CredentialStore(credential),
            region=REGION,
            clock=clock,
            signature_clock=time.time,
        )
        self.service.create_bucket(BUCKET)
        session = requests.Session()
        session.mount("https://", WsgiAdapter(self.service))
        self.store = CosStore(Cloud(REGION, key, session), self.loaded)
        self.user = CosS3Client(
            CosConfig(
                Region=REGION, SecretId=key.secret_id, SecretKey=key.secret_key, Token=key.token
            ),
            session=session,
        )

    def upload(self, key: str, body: bytes = b"a card", **headers: object) -> None:
        self.user.put_object(Bucket=BUCKET, Key=key, Body=body, **headers)


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


def test_a_photo_is_seen_by_head_only(bucket: Bucket) -> None:
    bucket.upload("uploads/a.jpg", ContentType="image/png")
    source = bucket.store.head_photo("uploads/a.jpg")
    assert source is not None
    assert (source.key, source.size, source.content_type) == ("uploads/a.jpg", 6, "image/png")
    assert source.etag == hashlib.md5(b"a card", usedforsecurity=False).hexdigest()
    assert source.last_modified is not None
    assert source.last_modified.endswith("Z")
    assert source.card_type is None


def test_the_uploaders_card_type_is_read_from_the_metadata(bucket: Bucket) -> None:
    bucket.upload("uploads/a.jpg", Metadata={"x-cos-meta-card-type": "DriverLicense"})
    source = bucket.store.head_photo("uploads/a.jpg")
    assert source is not None
    assert source.card_type == "DriverLicense"


def test_what_is_not_there_is_none(bucket: Bucket) -> None:
    assert bucket.store.head_photo("uploads/none.jpg") is None
    assert bucket.store.read("ocr/none.json") is None
    assert not bucket.store.exists("ocr/none.json")
    bucket.store.delete("ocr/none.json")


def test_an_object_is_created_once(bucket: Bucket) -> None:
    first = bucket.store.create_once(NAME, b"first")
    assert first is not None
    assert first.at is not None
    assert not first.versioned
    assert bucket.store.create_once(NAME, b"second") is None
    assert bucket.store.read(NAME) == b"first"


def test_an_object_is_replaced_and_deleted(bucket: Bucket) -> None:
    bucket.store.create_once(NAME, b"first")
    bucket.store.replace(NAME, b"second")
    assert bucket.store.read(NAME) == b"second"
    bucket.store.delete(NAME)
    assert not bucket.store.exists(NAME)


def test_our_own_object_met_again_after_a_lost_reply_is_ours(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a PUT whose effect happens and whose reply is lost, once
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    replies = iter([CosError("ServiceUnavailable", "lost")])
    bucket.service.after_effect = lambda _request: next(replies, None)
    # When the SDK asks once more and meets the object
    created = bucket.store.create_once(NAME, b"ours")
    # Then it is found to be ours
    assert created is None
    assert bucket.store.find_own(NAME, b"ours") is not None
    assert bucket.store.read(NAME) == b"ours"


def test_an_object_met_again_is_dated_from_when_it_was_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1_767_323_045.0]
    bucket = Bucket(clock=lambda: now[0])

    def loses_the_reply(_request: object) -> CosError | None:
        now[0] += 25
        return next(replies, None)

    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    replies = iter([CosError("ServiceUnavailable", "lost")])
    bucket.service.after_effect = loses_the_reply
    bucket.store.create_once(NAME, b"ours")
    created = bucket.store.find_own(NAME, b"ours")
    assert created is not None
    assert created.at == "2026-01-02T03:04:05Z"


def test_somebody_elses_object_met_after_a_lost_reply_is_not_ours(bucket: Bucket) -> None:
    bucket.store.create_once(NAME, b"theirs")
    assert bucket.store.create_once(NAME, b"ours") is None
    assert bucket.store.find_own(NAME, b"ours") is None


def test_a_head_shows_the_time_of_cos_and_the_version(bucket: Bucket) -> None:
    bucket.user.put_bucket_versioning(Bucket=BUCKET, Status="Enabled")
    bucket.upload("uploads/a.jpg")
    photo = bucket.store.head_photo("uploads/a.jpg")
    assert photo is not None
    assert photo.seen_at == pytest.approx(time.time(), abs=60)
    assert photo.version_id


def test_a_bucket_without_versioning_has_no_versions(bucket: Bucket) -> None:
    bucket.upload("uploads/a.jpg")
    photo = bucket.store.head_photo("uploads/a.jpg")
    assert photo is not None
    assert photo.version_id is None


def test_versioning_is_noticed(bucket: Bucket) -> None:
    bucket.user.put_bucket_versioning(Bucket=BUCKET, Status="Enabled")
    created = bucket.store.create_once(NAME, b"first")
    assert created is not None
    assert created.versioned


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("AES256", "AES256"), ("KMS", "cos/kms"), ("KMS:key-1", "cos/kms"), ("NONE", None)],
)
def test_objects_are_encrypted_as_set(setting: str, expected: str | None) -> None:
    bucket = Bucket(OUTPUT_SSE=setting)
    bucket.store.create_once(NAME, b"{}")
    headers = bucket.user.head_object(Bucket=BUCKET, Key=NAME)
    assert headers.get("x-cos-server-side-encryption") == expected
    assert headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AccessDenied"), (409, "PathConflict"), (503, "SlowDown"), (500, "InternalError")],
)
def test_a_refusal_is_a_fault_with_cos_own_code_and_no_key(
    bucket: Bucket, status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
    bucket.service.before_effect = lambda _request: CosError(code, "a message", status)
    with pytest.raises(StorageFault) as caught:
        bucket.store.create_once("ocr/pending/uploads/someone.jpg.e1.0001.json", b"{}")
    assert caught.value.code == code
    assert "someone" not in str(caught.value)


def test_a_refused_head_is_a_fault_and_never_absence(bucket: Bucket) -> None:
    bucket.service.before_effect = lambda _request: CosError("AccessDenied", "a message")
    with pytest.raises(StorageFault, match="HTTP403"):
        bucket.store.head_photo("uploads/a.jpg")


def test_a_lost_connection_is_a_fault(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)

    def broken(_request: object) -> CosError | None:
        raise ConnectionResetError

    bucket.service.before_effect = broken
    with pytest.raises(StorageFault) as caught:
        bucket.store.delete(NAME)
    assert caught.value.code == "NoReply"


def test_a_listing_is_paged_in_the_order_of_keys(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.cos._PAGE_SIZE", 2)
    keys = ["uploads/a b.jpg", "uploads/a+b.jpg", "uploads/a\x01.jpg", "uploads/样.jpg"]
    for key in [*keys, "uploadsx", "other"]:
        bucket.upload(key)
    found, after = [], None
    while True:
        page = bucket.store.list_photos("uploads/", after)
        found += [listed.key for listed in page.objects]
        assert len(page.objects) <= 2
        after = page.next
        if after is None:
            break
    assert found == sorted(keys, key=str.encode)
    assert page.at == pytest.approx(time.time(), abs=60)


def test_a_listing_has_etag_size_and_time(bucket: Bucket) -> None:
    bucket.upload("uploads/a.jpg")
    (listed,) = bucket.store.list_photos("uploads/", None).objects
    source = bucket.store.head_photo("uploads/a.jpg")
    assert source is not None
    assert (listed.etag, listed.size) == (source.etag, 6)
    assert listed.last_modified == pytest.approx(time.time(), abs=60)


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(key=KEYS)
def test_every_key_that_an_event_can_name_is_found(bucket: Bucket, key: str) -> None:
    key = f"uploads/{key}"
    path = f"/1250000000/cards/{key}"
    cos = {"cosBucket": {"name": "cards", "appid": "1250000000"}, "cosObject": {"key": path}}
    (record,) = created_objects({"Records": [{"cos": cos}]})
    assert not isinstance(record, OtherEvent)
    if isinstance(record, MalformedRecord):
        return
    bucket.upload(record.key)
    source = bucket.store.head_photo(record.key)
    assert source is not None
    name = f"ocr/results/{key}.{source.etag}.json"
    bucket.store.replace(name, b"{}")
    assert bucket.store.exists(name)
    bucket.service.reset()
    bucket.service.create_bucket(BUCKET)


@pytest.mark.parametrize("length", [{}, {"Content-Length": ""}, {"Content-Length": "-1"}])
def test_a_size_that_can_not_be_read_is_a_fault_and_no_empty_object(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, length: dict[str, str]
) -> None:
    reply = {"ETag": '"e1"', **length}
    monkeypatch.setattr(CosS3Client, "head_object", lambda *_arguments, **_names: reply)
    with pytest.raises(StorageFault) as caught:
        bucket.store.head_photo("uploads/a.jpg")
    assert caught.value.code == "UnreadableSize"


@pytest.mark.parametrize("step", ["head_photo", "exists", "read", "create_once", "replace"])
def test_a_redirect_is_a_fault_and_neither_an_object_nor_a_write(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def redirected(_adapter: object, request: requests.PreparedRequest, **_: object) -> Any:
        response = requests.Response()
        response.status_code, response.raw, response.request = 302, io.BytesIO(b"moved"), request
        response.headers.update({"Location": "https://elsewhere.example/", "Content-Length": "5"})
        return response

    monkeypatch.setattr(WsgiAdapter, "send", redirected)
    body = (b"{}",) if step in {"create_once", "replace"} else ()
    with pytest.raises(StorageFault) as caught:
        getattr(bucket.store, step)(NAME, *body)
    assert caught.value.code == "UnreadableReply"


def test_a_listing_that_does_not_advance_is_a_fault(bucket: Bucket) -> None:
    for key in ("uploads/a.jpg", "uploads/b.jpg"):
        bucket.upload(key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.store.cos.page_in", lambda *_: Page((), "uploads/a.jpg", 0.0))
        with pytest.raises(StorageFault, match="RepeatedMarker"):
            bucket.store.list_photos("uploads/", "uploads/a.jpg")


@pytest.mark.parametrize("broken", ["\n{}", "\ufeff\r\n{}", "{}\x00", "{}&"])
def test_a_code_counts_also_in_an_error_that_is_no_xml(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    send = requests.Session.send

    def breaking(*arguments: Any, **named: Any) -> requests.Response:
        reply = send(*arguments, **named)
        if reply.status_code >= 400:
            reply._content = broken.format(reply.text).encode()  # noqa: SLF001
        return reply

    monkeypatch.setattr(requests.Session, "send", breaking)
    assert bucket.store.read(NAME) is None
    assert bucket.store.create_once(NAME, b"1") is not None
    assert bucket.store.create_once(NAME, b"2") is None


DATE = "Fri, 02 Jan 2026 03:04:05 GMT"


def listing(key: str) -> bytes:
    return (
        f'<ListBucketResult><Contents><Key>{key}</Key><ETag>"e1"</ETag><Size>6</Size>'
        "<LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents></ListBucketResult>"
    ).encode()


def test_keys_are_decoded_and_times_read() -> None:
    (listed,) = page_in(listing("uploads/%E6%A0%B7+%01.jpg"), DATE).objects
    assert listed == Listed("uploads/样+\x01.jpg", "e1", 6, 1_767_323_045)


def test_a_namespace_makes_no_difference() -> None:
    body = listing("a").replace(b"<ListBucketResult>", b'<ListBucketResult xmlns="http://x/">')
    assert len(page_in(body, DATE).objects) == 1
