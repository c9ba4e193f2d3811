from __future__ import annotations

import gc
import io
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from email.utils import formatdate, parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from coslocal.agenda import ManualClock
from coslocal.cos import CosService
from coslocal.credentials import CredentialStore
from coslocal.wsgi_adapter import WsgiAdapter
from tests.cos.conftest import CREDENTIAL, Connect
from tests.cos.sdk import BUCKET, KEY, REGION, content, head, keys, put, refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = f"https://{BUCKET}.cos.{REGION}.myqcloud.com"


def anonymous(cos: CosService) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", WsgiAdapter(cos))
    return session


def test_an_error_has_cos_s_form_and_headers(cos: CosService, client: CosS3Client) -> None:
    url = client.get_presigned_url(
        BUCKET, "no <such>&key", "GET", Params={"x-cos-security-token": CREDENTIAL.token}
    )
    answer = anonymous(cos).get(url)
    error = ET.fromstring(answer.content)  # noqa: S314 - our own
    nodes = {node.tag: node.text for node in error}
    assert list(nodes) == ["Code", "Message", "Resource", "RequestId", "TraceId"]
    assert nodes["Code"] == "NoSuchKey"
    assert nodes["Resource"] == HOST.removeprefix("https://") + "/no%20%3Csuch%3E%26key"
    assert nodes["RequestId"] == answer.headers["x-cos-request-id"]
    assert nodes["TraceId"] == answer.headers["x-cos-trace-id"]
    assert answer.headers["Content-Type"] == "application/xml"


def test_a_head_is_refused_without_a_body(cos: CosService, client: CosS3Client) -> None:
    token = {"x-cos-security-token": CREDENTIAL.token}
    answer = anonymous(cos).head(client.get_presigned_url(BUCKET, KEY, "HEAD", Params=token))
    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SecretId": "AKIDunknown"}, "InvalidAccessKeyId"),
        ({"SecretKey": "guessed"}, "SignatureDoesNotMatch"),
        ({"Token": "other"}, "InvalidAccessKeyId"),
        ({"Token": None}, "InvalidAccessKeyId"),
        ({"Anonymous": True}, "AccessDenied"),
    ],
)
def test_who_is_not_believed_gets_403(
    cos: CosService, change: dict[str, object], code: str
) -> None:
    known = {
        "SecretId": CREDENTIAL.secret_id,
        "SecretKey": CREDENTIAL.secret_key,
        "Token": CREDENTIAL.token,
    }
    configuration = CosConfig(Region=REGION, **{**known, **change})
    client = CosS3Client(configuration, retry=0, session=anonymous(cos))
    refused(403, code, lambda: put(client))
    assert cos.read_object(BUCKET, KEY) is None


def test_a_key_made_to_expire_is_refused(cos: CosService, client: CosS3Client) -> None:
    cos.credentials.expire(CREDENTIAL.secret_id, 0)
    refused(403, "ExpiredToken", lambda: put(client))


@pytest.mark.parametrize(
    "host",
    ["examples-1250000000.cos.ap-shanghai.myqcloud.com", "examples.cos.x.example", "localhost"],
)
def test_another_host_is_no_bucket_here(cos: CosService, host: str) -> None:
    answer = anonymous(cos).get(f"https://{host}/")
    assert (answer.status_code, "NoSuchBucket" in answer.text) == (404, True)


def test_headers_are_spelled_as_cos_spells_them(cos: CosService, client: CosS3Client) -> None:
    put(client, Metadata={"x-cos-meta-kind": "photo"})
    token = {"x-cos-security-token": CREDENTIAL.token}
    answer = anonymous(cos).get(client.get_presigned_url(BUCKET, KEY, "GET", Params=token))
    names = set(answer.headers.keys())
    assert names >= {"ETag", "Last-Modified", "Content-Length", "Content-Type", "Date", "Server"}
    assert names >= {"x-cos-request-id", "x-cos-meta-kind"}
    assert not any("amz" in name.lower() for name in names)
    assert re.fullmatch(r'"[0-9a-f]{32}"', answer.headers["ETag"])


def test_an_object_of_xml_is_served_as_it_is(client: CosS3Client) -> None:
    xml = b'<?xml version="1.0"?>\n<a xmlns="http://example.com/"><Key>a b</Key></a>'
    put(client, xml, ContentType="application/xml")
    assert content(client) == xml


def test_an_upload_that_breaks_off_stores_nothing(cos: CosService, client: CosS3Client) -> None:
    def breaking_off(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return cos({**environ, "wsgi.input": io.BytesIO(b"ha")}, start_response)

    token = {"x-cos-security-token": CREDENTIAL.token}
    url = client.get_presigned_url(BUCKET, KEY, "PUT", Params=token)
    session = anonymous(cos)
    session.mount("https://", WsgiAdapter(breaking_off))
    answer = session.put(url, data=b"half")
    assert (answer.status_code, "IncompleteBody" in answer.text) == (400, True)
    assert cos.read_object(BUCKET, KEY) is None


def test_a_body_that_is_no_xml_is_refused(cos: CosService, client: CosS3Client) -> None:
    put(client)
    token = {"x-cos-security-token": CREDENTIAL.token, "tagging": ""}
    url = client.get_presigned_url(BUCKET, KEY, "PUT", Params=token)
    answer = anonymous(cos).put(url, data=b"<Tagging>")
    assert (answer.status_code, "MalformedXML" in answer.text) == (400, True)


def test_time_is_the_clock_s(new_cos: Callable[..., CosService], connect: Connect) -> None:
    clock = ManualClock(1_500_000_000)
    cos = new_cos(clock)
    client = connect(cos)
    assert put(client)["Date"] == formatdate(clock(), usegmt=True)
    clock.set(1_500_000_000 + 86_400)
    shown = head(client)
    assert parsedate_to_datetime(shown["Last-Modified"]).timestamp() == 1_500_000_000
    assert parsedate_to_datetime(shown["Date"]).timestamp() == clock()
    listed = client.list_objects(BUCKET)["Contents"][0]
    assert listed["LastModified"] == "2017-07-14T02:40:00.000Z"
    stored = cos.read_object(BUCKET, KEY)
    assert stored is not None
    assert stored.last_modified == 1_500_000_000


def test_a_refusal_has_a_date_too(new_cos: Callable[..., CosService], connect: Connect) -> None:
    client = connect(new_cos(ManualClock(1_500_000_000)))
    with pytest.raises(CosServiceError) as error:
        client.head_bucket("other-1250000000")
    assert error.value.get_status_code() == 404
    answer = anonymous(new_cos(ManualClock(1_500_000_000))).get(f"{HOST}/{KEY}")
    assert answer.headers["Date"] == "Fri, 14 Jul 2017 02:40:00 GMT"


def test_two_services_share_nothing(new_cos: Callable[[], CosService], connect: Connect) -> None:
    one, other = new_cos(), new_cos()
    put(connect(one), b"of one")
    assert keys(connect(other)) == []
    put(connect(other), b"of the other")
    assert content(connect(one)) == b"of one"
    other.reset()
    assert content(connect(one)) == b"of one"


def test_a_reset_forgets_everything(cos: CosService, client: CosS3Client) -> None:
    put(client)
    cos.reset()
    refused(404, "NoSuchBucket", lambda: keys(client))
    cos.create_bucket(BUCKET)
    assert keys(client) == []


def test_a_service_that_is_gone_leaves_nothing_behind() -> None:
    moto = pytest.importorskip("moto.s3.models")
    gc.collect()
    before = set(moto.s3_backends)
    service = CosService(credentials=CredentialStore(), region=REGION, clock=ManualClock())
    service.create_bucket(BUCKET)
    assert set(moto.s3_backends) != before
    del service
    gc.collect()
    assert set(moto.s3_backends) == before
    assert BUCKET not in moto.s3_backends.bucket_accounts


def test_objects_that_are_overwritten_are_not_kept(client: CosS3Client) -> None:
    moto = pytest.importorskip("moto.s3.models")
    for number in range(5):
        put(client, str(number).encode())
    assert moto.FakeKey.instances_tracked == []


def test_a_bucket_without_an_appid_is_refused(cos: CosService) -> None:
    with pytest.raises(ValueError, match="<name>-<appid>"):
        cos.create_bucket("examples")


def test_a_bug_is_an_internal_error_and_one_line_that_says_where(
    cos: CosService,
    client: CosS3Client,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def break_down(*_: object) -> None:
        raise LookupError(KEY)

    monkeypatch.setattr("coslocal.cos.service.carry_out", break_down)
    token = {"x-cos-security-token": CREDENTIAL.token}
    answer = anonymous(cos).get(client.get_presigned_url(BUCKET, KEY, "GET", Params=token))
    nodes = {node.tag: node.text for node in ET.fromstring(answer.content)}  # noqa: S314 - our own
    assert (answer.status_code, nodes["Code"]) == (500, "InternalError")
    assert nodes["RequestId"] == answer.headers["x-cos-request-id"]
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"coslocal: InternalError for the request {nodes['RequestId']}: ")
    assert "LookupError, test_service.py:" in line
    assert KEY not in line


def test_a_bucket_is_reached_at_its_own_region_s_host_only(connect: Connect) -> None:
    service = CosService(
        credentials=CredentialStore(CREDENTIAL),
        region=REGION,
        regions=["ap-shanghai"],
        clock=time.time,
    )
    service.create_bucket(BUCKET)
    service.create_bucket("there-1250000000", "ap-shanghai")
    client = connect(service)
    put(client)
    refused(404, "NoSuchBucket", lambda: client.list_objects("there-1250000000"))
    refused(409, "BucketAlreadyOwnedByYou", lambda: client.create_bucket("there-1250000000"))
    service.reset()
