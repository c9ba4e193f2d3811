from __future__ import annotations

import pytest
from qcloud_cos import CosS3Client

from coslocal.cos import CosError, CosRequest
from coslocal.cos.checks import check_document, check_known
from coslocal.cos.dialect import headers_for_s3
from coslocal.signature import SignedRequest
from tests.cos.sdk import BUCKET, KEY, REGION, content, put, refused, session_of


def asked(method: str, key: str | None, query: str, body: bytes = b"") -> CosRequest:
    pairs = [one.partition("=") for one in query.split("&") if one]
    return CosRequest(
        method=method,
        region=REGION,
        bucket=BUCKET,
        key=key,
        parameters=[(name, value) for name, _, value in pairs],
        headers={},
        body=body,
        host="",
        source_ip="127.0.0.1",
        signed=SignedRequest(method, "/", [], {}),
    )


@pytest.mark.parametrize(
    ("method", "key", "query"),
    [
        ("DELETE", None, "acl"),
        ("DELETE", None, "location"),
        ("DELETE", None, "versions"),
        ("PUT", None, "uploads"),
        ("PUT", None, "delete"),
        ("POST", None, "uploads"),
        ("HEAD", None, "acl"),
        ("DELETE", "a", "acl"),
        ("DELETE", "a", "restore"),
        ("PUT", "a", "uploads"),
        ("DELETE", "a", "symlink"),
        ("POST", "a", ""),
        ("PATCH", "a", ""),
    ],
)
def test_what_s3_would_take_for_something_simpler_is_refused(
    method: str, key: str | None, query: str
) -> None:
    with pytest.raises(CosError, match="MethodNotAllowed"):
        check_known(asked(method, key, query))


@pytest.mark.parametrize(
    ("method", "key", "query"),
    [
        ("DELETE", None, "accessmonitor"),
        ("PUT", None, "live"),
        ("PUT", "a", "rename"),
        ("GET", "a", "ci-process=sensitive-content-recognition"),
        ("GET", "a", "imageMogr2/thumbnail/50x"),
        ("GET", "a", "imageView2/1|watermark/2="),
    ],
)
def test_what_cos_has_and_is_missing_here_is_not_passed_over(
    method: str, key: str | None, query: str
) -> None:
    with pytest.raises(CosError, match="NotImplemented"):
        check_known(asked(method, key, query))


@pytest.mark.parametrize(
    "name", ["Pic-Operations", "x-cos-callback", "x-cos-return-body", "x-ci-x"]
)
def test_a_header_that_would_have_an_effect_is_refused_before_any(
    client: CosS3Client, name: str
) -> None:
    put(client, b"before")
    refused(501, "NotImplemented", lambda: put(client, b"after", Metadata={name: "e30="}))
    assert content(client) == b"before"


def test_a_parameter_that_cos_does_not_know_is_ignored(client: CosS3Client) -> None:
    put(client)
    url = client.get_presigned_url(
        BUCKET, KEY, "GET", Params={"x-cos-security-token": "invented-token", "v": "2"}
    )
    assert session_of(client).get(url + "&utm_source=mail").content == b"0123456789"
    signature = client.get_auth("GET", BUCKET, "/", Params={"list-type": "2"})
    headers = {"Authorization": signature, "x-cos-security-token": "invented-token"}
    url = f"https://{BUCKET}.cos.ap-guangzhou.myqcloud.com/?list-type=2"
    assert "<Marker>" in session_of(client).get(url, headers=headers).text


@pytest.mark.parametrize(
    ("method", "query"),
    [
        ("GET", "uploadId=x&max-parts=many"),
        ("GET", "uploadId=x&part-number-marker=-1"),
        ("PUT", "uploadId=x&partNumber=one"),
        ("PUT", "uploadId=x&partNumber=0"),
        ("PUT", "uploadId=x"),
        ("PUT", "partNumber=1"),
        ("PUT", "versionId=x"),
    ],
)
def test_a_detail_that_can_not_be_is_an_invalid_argument(method: str, query: str) -> None:
    with pytest.raises(CosError, match="InvalidArgument"):
        check_known(asked(method, "a", query))


@pytest.mark.parametrize("query", ["tagging&versionId=x", "acl&versionId=x"])
def test_what_is_said_of_a_version_can_be_written(query: str) -> None:
    check_known(asked("PUT", "a", query))


def test_an_upload_without_its_part_number_overwrites_nothing(client: CosS3Client) -> None:
    put(client, b"before")
    upload = client.create_multipart_upload(BUCKET, KEY)["UploadId"]
    refused(400, "InvalidArgument", lambda: client.upload_part(BUCKET, KEY, b"x", "", upload))
    assert content(client) == b"before"


@pytest.mark.parametrize(
    ("method", "key", "query", "body", "code"),
    [
        ("PUT", "a", "acl", b"no xml", "MalformedXML"),
        ("PUT", None, "website", b"\xff\xfe", "MalformedXML"),
        ("POST", None, "delete", b"<Delete>", "MalformedXML"),
        (
            "POST",
            "a",
            "uploadId=x",
            b"<C><PartNumber>2</PartNumber><PartNumber>1</PartNumber></C>",
            "InvalidPartOrder",
        ),
    ],
)
def test_a_document_that_is_none_is_refused(
    method: str, key: str | None, query: str, body: bytes, code: str
) -> None:
    with pytest.raises(CosError, match=code):
        check_document(asked(method, key, query, body))


def test_an_object_is_no_document() -> None:
    check_document(asked("PUT", "a", "", b"<no xml"))
    check_document(asked("PUT", "a", "uploadId=x&partNumber=1", b"<no xml"))


def test_a_document_of_another_kind_is_malformed(client: CosS3Client) -> None:
    put(client)
    tags = {"Other": {"Tag": [{"Key": "a", "Value": "1"}]}}
    refused(400, "MalformedXML", lambda: client.put_object_tagging(BUCKET, KEY, tags))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("range", "pages=1-2"),
        ("range", "bytes=x-y"),
        ("range", "bytes=-"),
        ("if-modified-since", "yesterday"),
        ("if-unmodified-since", ""),
        ("x-amz-acl", "public-read"),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    ],
)
def test_a_header_that_says_nothing_to_cos_is_ignored(name: str, value: str) -> None:
    assert headers_for_s3({name: value}) == {}


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 09:49:37 +0100",
        "Sunday, 06-Nov-94 08:49:37 GMT",
    ],
)
def test_a_date_is_read_in_every_form_that_http_has(date: str) -> None:
    read = {"if-modified-since": "Sun, 06 Nov 1994 08:49:37 GMT"}
    assert headers_for_s3({"if-modified-since": date}) == read


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("x-cos-storage-class", "GLACIER", "InvalidStorageClass"),
        ("x-cos-metadata-directive", "REPLACED!", "InvalidArgument"),
        ("x-cos-server-side-encryption", "rot13", "SSEContentNotSupported"),
    ],
)
def test_a_header_of_a_value_cos_has_not_is_refused(name: str, value: str, code: str) -> None:
    with pytest.raises(CosError, match=code):
        headers_for_s3({name: value})
