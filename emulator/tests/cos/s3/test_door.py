from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, Final

import boto3
import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from coslocal import Emulator, Settings
from coslocal.client import official_client
from coslocal.cos import ObjectEvent
from coslocal.cos.dialect import read_copy_source
from coslocal.cos.regions import Regions
from coslocal.cos.s3.dialect import headers_for_cos_of
from coslocal.credentials import Credential, new_credential
from coslocal.server import LocalServer
from tests.cos.sdk import BUCKET, KEY, REGION

OTHER_REGION: Final = "ap-shanghai"


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def served(server: LocalServer) -> Emulator:
    settings = Settings(bucket=BUCKET, region=REGION, regions=[OTHER_REGION], url=server.url)
    emulator = Emulator(settings)
    server.serve(emulator.app)
    return emulator


@pytest.fixture
def emulator(served: Emulator) -> Emulator:
    served.cos.reset()
    served.cos.create_bucket(BUCKET)
    return served


def client_of(emulator: Emulator, key: Credential | None = None, **how: Any) -> Any:
    key = key or emulator.uploader
    return boto3.client(
        "s3",
        endpoint_url=how.pop("endpoint", emulator.settings.url),
        region_name="us-east-1",
        aws_access_key_id=key.secret_id,
        aws_secret_access_key=key.secret_key,
        aws_session_token=key.token,
        config=Config(retries={"max_attempts": 1}, **how),
    )


@pytest.fixture
def s3(emulator: Emulator) -> Any:
    return client_of(emulator)


def refused(status: int, code: str, call: Callable[[], object]) -> None:
    with pytest.raises(ClientError) as error:
        call()
    said = error.value.response
    assert (said["ResponseMetadata"]["HTTPStatusCode"], said["Error"]["Code"]) == (status, code)


def test_creating_ones_own_bucket_again_touches_nothing(emulator: Emulator, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"kept")
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    for region in (REGION, OTHER_REGION):
        where = {"LocationConstraint": region}
        create = lambda: s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)  # noqa: B023, E731
        refused(409, "BucketAlreadyOwnedByYou", create)
    stored = emulator.cos.read_object(BUCKET, KEY)
    assert stored is not None
    assert stored.body == b"kept"
    assert len(s3.get_bucket_acl(Bucket=BUCKET)["Grants"]) == 2
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] == REGION


def test_both_doors_see_the_same(emulator: Emulator, s3: Any) -> None:
    cos = official_client(emulator.settings.url, emulator.uploader, REGION)
    s3.put_object(
        Bucket=BUCKET,
        Key=KEY,
        Body=b"0123456789",
        Metadata={"kind": "photo"},
        StorageClass="GLACIER",
        ServerSideEncryption="aws:kms",
        Tagging="a=1",
    )
    shown = cos.head_object(BUCKET, KEY)
    assert shown["x-cos-meta-kind"] == "photo"
    assert shown["x-cos-storage-class"] == "ARCHIVE"
    assert shown["x-cos-server-side-encryption"] == "cos/kms"
    assert not any("amz" in name.lower() for name in shown)
    cos.put_object(BUCKET, b"0123456789", "other", Metadata={"x-cos-meta-kind": "card"})
    other = s3.head_object(Bucket=BUCKET, Key="other")
    assert other["Metadata"] == {"kind": "card"}
    headers = other["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-request-id"] == headers["x-cos-request-id"]
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["ServerSideEncryption"] == "aws:kms"


def test_an_upload_of_an_s3_client_is_an_event(emulator: Emulator, s3: Any) -> None:
    told: list[ObjectEvent] = []
    emulator.cos.on_object_created = told.append
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=io.BytesIO(b"streamed"), Metadata={"kind": "x"})
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": KEY})
    assert [(one.event_name, one.key, one.size) for one in told] == [
        ("cos:ObjectCreated:Put", KEY, 8),
        ("cos:ObjectCreated:Copy", "copy", 8),
    ]
    assert told[0].metadata == {"x-cos-meta-kind": "x"}


def test_a_role_may_do_as_much_as_at_the_other_door(emulator: Emulator) -> None:
    resource = f"qcs::cos:{REGION}:uid/1250000000:{BUCKET}/mine/*"
    statement = {"effect": "allow", "action": ["name/cos:PutObject"], "resource": [resource]}
    emulator.access.attach("reader", {"version": "2.0", "statement": [statement]})
    key = emulator.credential_of_role("reader")
    s3 = client_of(emulator, key)
    s3.put_object(Bucket=BUCKET, Key="mine/a", Body=b"a")
    refused(403, "AccessDenied", lambda: s3.put_object(Bucket=BUCKET, Key="a", Body=b"a"))
    refused(403, "AccessDenied", lambda: s3.list_objects_v2(Bucket=BUCKET))
    without = Credential(key.secret_id, key.secret_key)
    refused(403, "InvalidAccessKeyId", lambda: client_of(emulator, without).list_buckets())


def test_a_role_copies_what_it_may_read(emulator: Emulator, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="secret/a", Body=b"a")
    resource = f"qcs::cos:{REGION}:uid/1250000000:{BUCKET}/mine/*"
    statement = {"effect": "allow", "action": ["name/cos:*"], "resource": [resource]}
    emulator.access.attach("reader", {"version": "2.0", "statement": [statement]})
    mine = client_of(emulator, emulator.credential_of_role("reader"))
    target = {"Bucket": BUCKET, "Key": "mine/a"}
    source = {"CopySource": {"Bucket": BUCKET, "Key": "secret/a"}}
    upload = mine.create_multipart_upload(**target)["UploadId"]
    part = {**target, **source, "UploadId": upload, "PartNumber": 1}
    refused(403, "AccessDenied", lambda: mine.copy_object(**target, **source))
    refused(403, "AccessDenied", lambda: mine.upload_part_copy(**part))


def test_a_wrong_key_is_refused(emulator: Emulator) -> None:
    wrong = Credential(emulator.uploader.secret_id, "guessed")
    for version in ("s3v4", "s3"):
        s3 = client_of(emulator, wrong, signature_version=version)
        refused(403, "SignatureDoesNotMatch", lambda: s3.put_object(Bucket=BUCKET, Key=KEY))  # noqa: B023


@pytest.mark.parametrize("version", ["s3v4", "s3"])
@pytest.mark.parametrize("by_host", [False, True])
def test_a_browser_uploads_a_form_that_is_presigned(
    emulator: Emulator, version: str, *, by_host: bool
) -> None:
    how: dict[str, Any] = {"signature_version": version}
    if by_host:
        how["endpoint"] = f"http://cos.{REGION}.myqcloud.com"
        how["s3"] = {"addressing_style": "virtual"}
    s3 = client_of(emulator, new_credential(emulator.credentials, token="a-token"), **how)
    fields = {"acl": "public-read", "x-amz-meta-kind": "photo"}
    conditions = [{name: value} for name, value in fields.items()]
    form = s3.generate_presigned_post(BUCKET, "photo.jpg", fields, conditions)

    def send(**more: str) -> int:
        answer = requests.post(
            form["url"],
            data={**form["fields"], **more},
            files={"file": b"0123456789"},
            proxies={"http": emulator.settings.url if by_host else ""},
            timeout=10,
        )
        return answer.status_code

    assert send(key="another.jpg") == 403
    assert send(**{"x-amz-meta-more": "1"}) == 403
    assert send(policy="e30=") == 403
    assert send() == 204
    shown = official_client(emulator.settings.url, emulator.uploader, REGION).head_object(
        BUCKET, "photo.jpg"
    )
    assert shown["x-cos-meta-kind"] == "photo"
    acl = client_of(emulator).get_object_acl(Bucket=BUCKET, Key="photo.jpg")
    assert acl["Grants"][1]["Grantee"]["URI"].endswith("/AllUsers")


def test_a_bucket_is_of_the_region_it_was_created_in(emulator: Emulator, s3: Any) -> None:
    there = "there-1250000000"
    where = {"LocationConstraint": OTHER_REGION}
    s3.create_bucket(Bucket=there, CreateBucketConfiguration=where)
    assert s3.get_bucket_location(Bucket=there)["LocationConstraint"] == OTHER_REGION
    cos = official_client(emulator.settings.url, emulator.uploader, OTHER_REGION)
    cos.put_object(there, b"0123456789", KEY)
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": there, "Key": KEY})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == b"0123456789"
    unserved = {"LocationConstraint": "ap-nowhere"}
    create = lambda: s3.create_bucket(Bucket="x-1", CreateBucketConfiguration=unserved)  # noqa: E731
    refused(404, "NoSuchBucket", create)


@pytest.mark.parametrize(
    "source",
    [
        f"{BUCKET}/a%20b/%E5%8D%A1",
        f"/{BUCKET}/a%20b/%E5%8D%A1",
        f"{BUCKET}%2Fa%20b%2F%E5%8D%A1",
        f"{BUCKET}.cos.{REGION}.myqcloud.com/a%20b/%E5%8D%A1",
        f"{BUCKET}/a b/卡".encode().decode("latin-1"),
    ],
)
def test_a_copy_s_source_is_read_however_it_is_encoded(source: str) -> None:
    headers = headers_for_cos_of({"x-amz-copy-source": source}, Regions([REGION]))
    read = read_copy_source(headers["x-cos-copy-source"])
    assert (read.bucket, read.key, read.region) == (BUCKET, "a b/卡", REGION)


@pytest.mark.parametrize("name", ["examples", "Examples-1250000000", "a_b-1", "127.0.0.1"])
def test_a_bucket_without_an_appid_is_none(s3: Any, name: str) -> None:
    refused(400, "InvalidBucketName", lambda: s3.create_bucket(Bucket=name))


def test_what_cos_has_not_is_refused_and_does_nothing_simpler(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"before")
    refused(501, "NotImplemented", lambda: s3.delete_public_access_block(Bucket=BUCKET))
    refused(501, "NotImplemented", lambda: s3.delete_bucket_ownership_controls(Bucket=BUCKET))
    refused(
        501,
        "NotImplemented",
        lambda: s3.get_object_attributes(Bucket=BUCKET, Key=KEY, ObjectAttributes=["ETag"]),
    )
    locked = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": "2099-01-01"}
    refused(
        501, "NotImplemented", lambda: s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"x", **locked)
    )
    owner = {"ExpectedBucketOwner": "1" * 12}
    refused(501, "NotImplemented", lambda: s3.delete_object(Bucket=BUCKET, Key=KEY, **owner))
    refused(
        400,
        "InvalidStorageClass",
        lambda: s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"x", StorageClass="ONEZONE_IA"),
    )
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"before"


def test_a_document_of_s3_is_kept_in_cos_s_words(emulator: Emulator, s3: Any) -> None:
    rule = {
        "ID": "a",
        "Status": "Enabled",
        "Filter": {"Prefix": "x"},
        "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}],
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    cos = official_client(emulator.settings.url, emulator.uploader, REGION)
    kept = cos.get_bucket_lifecycle(BUCKET)["Rule"][0]
    assert kept["Transition"][0]["StorageClass"] == "ARCHIVE"
    policy = '{"Version":"2012-10-17","Statement":[{"Resource":"arn:aws:s3:::x"}]}'
    with pytest.raises(ClientError):
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_how_a_body_was_framed_is_no_part_of_the_object(s3: Any, encoding: str | None) -> None:
    how = {"ContentEncoding": encoding} if encoding else {}
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=io.BytesIO(b"x"), ChecksumAlgorithm="SHA256", **how)
    assert s3.head_object(Bucket=BUCKET, Key=KEY).get("ContentEncoding") == encoding


def test_what_is_not_signed_reads_what_is_public_and_no_more(emulator: Emulator, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="public", Body=b"for all", ACL="public-read")
    s3.put_object(Bucket=BUCKET, Key="own", Body=b"for me")
    address = f"{emulator.settings.url}/{BUCKET}"
    assert requests.get(f"{address}/public", timeout=10).content == b"for all"
    for method, path in (("GET", "own"), ("PUT", "public"), ("GET", ""), ("DELETE", "public")):
        answer = requests.request(method, f"{address}/{path}", timeout=10)
        assert (answer.status_code, "<Code>AccessDenied<" in answer.text) == (403, True)
    odd = requests.get(f"{address}/own", headers={"Authorization": "Bearer x"}, timeout=10)
    assert (odd.status_code, "<Code>AccessDenied<" in odd.text) == (403, True)


def test_a_signature_without_a_digest_covers_the_body(emulator: Emulator) -> None:
    """As signers make it that are none of S3."""
    request = AWSRequest("PUT", f"{emulator.settings.url}/{BUCKET}/a", data=b"body")
    key = Credentials(emulator.uploader.secret_id, emulator.uploader.secret_key)
    SigV4Auth(key, "s3", REGION).add_auth(request)
    headers = dict(request.headers)
    for body, status in ((b"body", 200), (b"other", 403)):
        answer = requests.put(request.url, data=body, headers=headers, timeout=10)
        assert answer.status_code == status
