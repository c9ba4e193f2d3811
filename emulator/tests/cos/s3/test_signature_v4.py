"""The examples of AWS's pages on signatures of version 4; their keys are the pages' own."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Final

import pytest

from coslocal.cos.errors import CosError
from coslocal.cos.s3.bodies import Body, check_body, read_chunks
from coslocal.cos.s3.signature_v4 import UNSIGNED, RawRequest, verify_v4
from coslocal.credentials import Credential, CredentialStore
from coslocal.signature import Refusal, SignatureRefused

KEY: Final = Credential("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
NOW: Final = datetime(2013, 5, 24, tzinfo=timezone.utc).timestamp()
SCOPE: Final = "20130524/us-east-1/s3/aws4_request"
EMPTY: Final = hashlib.sha256(b"").hexdigest()
HOST: Final = "examplebucket.s3.amazonaws.com"


def authorization(signed: str, signature: str) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential={KEY.secret_id}/{SCOPE},"
        f"SignedHeaders={signed},Signature={signature}"
    )


def raw(
    method: str,
    target: str,
    headers: dict[str, str],
    query: list[tuple[str, str]] | None = None,
    path: bytes | None = None,
) -> RawRequest:
    return RawRequest(method, target, path or target.encode(), query or [], headers)


GET: Final = raw(
    "GET",
    "/test.txt",
    {
        "host": HOST,
        "range": "bytes=0-9",
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        "authorization": authorization(
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
    },
)
PUT: Final = raw(
    "PUT",
    "/test%24file.text",
    {
        "host": HOST,
        "date": "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": hashlib.sha256(b"Welcome to Amazon S3.").hexdigest(),
        "authorization": authorization(
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    },
    path=b"/test$file.text",
)
LIFECYCLE: Final = raw(
    "GET",
    "/",
    {
        "host": HOST,
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        "authorization": authorization(
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
    },
    [("lifecycle", "")],
)
LISTING: Final = raw(
    "GET",
    "/",
    {
        "host": HOST,
        "x-amz-content-sha256": EMPTY,
        "x-amz-date": "20130524T000000Z",
        "authorization": authorization(
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    },
    [("max-keys", "2"), ("prefix", "J")],
)
PRESIGNED: Final = raw(
    "GET",
    "/test.txt",
    {"host": HOST},
    [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", f"{KEY.secret_id}/{SCOPE}"),
        ("X-Amz-Date", "20130524T000000Z"),
        ("X-Amz-Expires", "86400"),
        ("X-Amz-SignedHeaders", "host"),
        (
            "X-Amz-Signature",
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        ),
    ],
)
CHUNKED: Final = raw(
    "PUT",
    "/examplebucket/chunkObject.txt",
    {
        "host": "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": "66824",
        "authorization": authorization(
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            "x-amz-decoded-content-length;x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        ),
    },
)
CHUNKS: Final = (
    (65536, b"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, b"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, b"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)


def framed(content: bytes = b"a") -> bytes:
    return b"".join(
        b"%x;chunk-signature=%b\r\n%b\r\n" % (size, signature, content * size)
        for size, signature in CHUNKS
    )


def refused(request: RawRequest, now: float = NOW, store: CredentialStore | None = None) -> Refusal:
    with pytest.raises(SignatureRefused) as error:
        verify_v4(request, store or CredentialStore(KEY), now)
    return error.value.kind


def changed(request: RawRequest, **headers: str) -> RawRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawRequest(
        request.method, request.target, request.path, request.query, {**request.headers, **named}
    )


@pytest.mark.parametrize("request_", [GET, PUT, LIFECYCLE, LISTING, PRESIGNED, CHUNKED])
def test_the_examples_of_the_pages_are_believed(request_: RawRequest) -> None:
    assert verify_v4(request_, CredentialStore(KEY), NOW).secret_id == KEY.secret_id


@pytest.mark.parametrize(
    "request_",
    [
        changed(GET, range="bytes=0-8"),
        changed(GET, host="other.s3.amazonaws.com"),
        changed(PUT, x_amz_storage_class="STANDARD"),
        changed(LISTING, x_amz_content_sha256=UNSIGNED),
        RawRequest("PUT", *(GET.target, GET.path, GET.query, GET.headers)),
        RawRequest("GET", "/test.txu", b"/test.txu", GET.query, GET.headers),
        RawRequest("GET", "/", b"/", [("max-keys", "3"), ("prefix", "J")], LISTING.headers),
        RawRequest("GET", "/", b"/", [*LISTING.query, ("marker", "a")], LISTING.headers),
    ],
)
def test_a_request_that_was_changed_is_not(request_: RawRequest) -> None:
    assert refused(request_) is Refusal.MISMATCH


def test_a_signature_that_covers_what_the_request_lacks_is_not() -> None:
    headers = {name: value for name, value in GET.headers.items() if name != "range"}
    lacking = RawRequest("GET", GET.target, GET.path, [], headers)
    assert refused(lacking) is Refusal.MISMATCH


def test_a_signature_holds_for_a_quarter_of_an_hour() -> None:
    for offset in (-900, 900):
        verify_v4(GET, CredentialStore(KEY), NOW + offset)
    for offset in (-901, 901):
        assert refused(GET, NOW + offset) is Refusal.NOT_YET_VALID


def test_a_presigned_url_holds_as_long_as_it_says() -> None:
    verify_v4(PRESIGNED, CredentialStore(KEY), NOW + 86_400)
    assert refused(PRESIGNED, NOW + 86_401) is Refusal.EXPIRED
    assert refused(PRESIGNED, NOW - 901) is Refusal.NOT_YET_VALID


def test_keys_and_tokens_must_be_known() -> None:
    assert refused(GET, store=CredentialStore()) is Refusal.UNKNOWN_KEY
    temporary = CredentialStore(Credential(KEY.secret_id, KEY.secret_key, "token"))
    assert refused(GET, store=temporary) is Refusal.WRONG_TOKEN
    expired = CredentialStore()
    expired.add(KEY, expires_at=NOW)
    assert refused(GET, store=expired) is Refusal.KEY_EXPIRED


@pytest.mark.parametrize(
    "said",
    [
        "AWS4-HMAC-SHA256",
        authorization("host;range", "é"),
        authorization("range;x-amz-date", "0" * 64),
        authorization("range;host", "0" * 64),
        authorization("host", "0" * 64).replace("20130524", "20130525"),
        authorization("host", "0" * 64).replace("/s3/", "/sts/"),
    ],
)
def test_a_signature_that_can_not_be_read_is_malformed(said: str) -> None:
    assert refused(changed(GET, authorization=said)) is Refusal.MALFORMED


def test_the_chunks_of_the_page_are_believed_and_joined() -> None:
    believed = verify_v4(CHUNKED, CredentialStore(KEY), NOW)
    body = read_chunks(framed(), CHUNKED.headers)
    check_body(body, CHUNKED.headers, believed)
    assert body.content == b"a" * 66560


@pytest.mark.parametrize(
    "sent",
    [
        framed(b"b"),
        framed().replace(b"ad80", b"ad81"),
        framed().replace(b";chunk-signature=" + CHUNKS[1][1], b""),
        framed().replace(CHUNKS[2][1], b"0" * 64),
    ],
)
def test_chunks_that_were_changed_are_not(sent: bytes) -> None:
    believed = verify_v4(CHUNKED, CredentialStore(KEY), NOW)
    with pytest.raises(CosError, match="SignatureDoesNotMatch"):
        check_body(read_chunks(sent, CHUNKED.headers), CHUNKED.headers, believed)


def test_a_body_that_is_not_the_signed_one_is_refused() -> None:
    believed = verify_v4(PUT, CredentialStore(KEY), NOW)
    check_body(Body(b"Welcome to Amazon S3."), PUT.headers, believed)
    with pytest.raises(CosError, match="XAmzContentSHA256Mismatch"):
        check_body(Body(b"Welcome to Amazon S4."), PUT.headers, believed)
