from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_auth import CosS3Auth

from coslocal.credentials import Credential, CredentialStore
from coslocal.signature import (
    Refusal,
    SignatureRefused,
    SignedRequest,
    http_string,
    query_parameters,
    signature_of,
    verify,
)

PERMANENT = Credential("AKIDpermanent", "permanent-secret")
TEMPORARY = Credential("AKIDtemporary", "temporary-secret", "temporary-token")
CREDENTIALS = CredentialStore(PERMANENT, TEMPORARY)
HOST = "examples-1250000000.cos.ap-guangzhou.myqcloud.com"
PATH = "/uploads/卡 (1)+%2F.jpg"


@pytest.mark.parametrize(
    ("method", "parameters", "headers", "sha1"),
    [
        pytest.param(
            "PUT",
            [],
            [
                ("Content-Type", "text/plain"),
                ("Content-Length", "13"),
                ("Content-MD5", "mQ/fVh815F3k6TAUm8m0eg=="),
                ("Date", "Thu, 16 May 2019 06:45:51 GMT"),
                ("Host", "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"),
                ("x-cos-acl", "private"),
                ("x-cos-grant-read", 'uin="100000000011"'),
            ],
            "8b2751e77f43a0995d6e9eb9477f4b685cca4172",
            id="upload",
        ),
        pytest.param(
            "GET",
            [
                ("response-content-type", "application/octet-stream"),
                ("response-cache-control", "max-age=600"),
            ],
            [
                ("Date", "Thu, 16 May 2019 06:55:53 GMT"),
                ("Host", "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"),
            ],
            "54ecfe22f59d3514fdc764b87a32d8133ea611e6",
            id="download",
        ),
    ],
)
def test_the_http_strings_of_the_documentation_have_its_digests(
    method: str,
    parameters: list[tuple[str, str]],
    headers: list[tuple[str, str | bytes]],
    sha1: str,
) -> None:
    text = http_string(method, "/exampleobject(腾讯云)", parameters, headers)
    assert hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() == sha1


def test_the_signature_of_the_documentation_comes_out_of_its_sign_key() -> None:
    """The page hides the key itself, and the last digits of the signature."""
    text = http_string(
        "GET",
        "/exampleobject(腾讯云)",
        [
            ("response-content-type", "application/octet-stream"),
            ("response-cache-control", "max-age=600"),
        ],
        [
            ("Date", "Thu, 16 May 2019 06:55:53 GMT"),
            ("Host", "examplebucket-1250000000.cos.ap-beijing.myqcloud.com"),
        ],
    )
    signature = signature_of(
        "937914bf490e9e8c189836aad2052e4feeb35eaf", "1557989753;1557996953", text
    )
    assert signature.startswith("01681b8c9d798a678e43b685a9f1bba0f6c0")


def signed(
    credential: Credential = PERMANENT,
    method: str = "PUT",
    parameters: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    host: str = HOST,
) -> SignedRequest:
    """A request as the official SDK signs it."""
    parameters = parameters or {}
    headers = {"Content-Type": "image/jpeg", "x-cos-meta-kind": "photo", **(headers or {})}
    if credential.token is not None:
        headers["x-cos-security-token"] = credential.token
    configuration = CosConfig(
        Region="ap-guangzhou", SecretId=credential.secret_id, SecretKey=credential.secret_key
    )
    outgoing = SimpleNamespace(method=method, url=f"https://{host}/", headers=headers)
    CosS3Auth(configuration, PATH, parameters)(outgoing)
    seen = {name.lower(): value for name, value in headers.items()}
    return SignedRequest(method, PATH, list(parameters.items()), {"host": host, **seen})


def refusal(
    request: SignedRequest, now: float | None = None, credentials: CredentialStore = CREDENTIALS
) -> Refusal:
    with pytest.raises(SignatureRefused) as refused:
        verify(request, credentials, time.time() if now is None else now)
    return refused.value.kind


@pytest.mark.parametrize("credential", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
def test_a_request_of_the_official_sdk_is_believed(credential: Credential) -> None:
    verify(signed(credential), CREDENTIALS, time.time())


def test_parameters_are_signed_whatever_their_case_and_characters() -> None:
    parameters = {"uploadId": "a+b/=", "prefix": "上传/ é", "acl": ""}
    verify(signed(parameters=parameters), CREDENTIALS, time.time())


def test_a_host_with_a_port_is_believed_though_the_sdk_signs_it_without() -> None:
    request = signed()
    with_port = replace(request, headers={**request.headers, "host": f"{HOST}:8000"})
    verify(with_port, CREDENTIALS, time.time())


def test_a_header_that_is_not_signed_may_change_on_the_way() -> None:
    request = signed()
    changed = replace(request, headers={**request.headers, "connection": "close"})
    verify(changed, CREDENTIALS, time.time())


Tampering = Callable[[SignedRequest], SignedRequest]


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda one: replace(one, method="DELETE"), id="method"),
        pytest.param(lambda one: replace(one, path=one.path + "x"), id="path"),
        pytest.param(lambda one: replace(one, path=unquote(one.path)), id="decoded path"),
        pytest.param(lambda one: replace(one, parameters=[("prefix", "b")]), id="parameter"),
        pytest.param(lambda one: replace(one, parameters=[]), id="parameter left out"),
        pytest.param(
            lambda one: replace(one, parameters=[*one.parameters, ("prefix", "b")]),
            id="parameter twice",
        ),
        pytest.param(
            lambda one: replace(one, headers={**one.headers, "host": "other." + HOST}), id="host"
        ),
        pytest.param(
            lambda one: replace(one, headers={**one.headers, "x-cos-meta-kind": "x"}),
            id="header",
        ),
        pytest.param(
            lambda one: replace(
                one, headers={k: v for k, v in one.headers.items() if k != "content-type"}
            ),
            id="header left out",
        ),
    ],
)
def test_an_altered_request_is_refused(tamper: Tampering) -> None:
    request = signed(parameters={"prefix": "a"})
    verify(request, CREDENTIALS, time.time())
    assert refusal(tamper(request)) is Refusal.MISMATCH


def _with_authorization(request: SignedRequest, old: str, new: str) -> SignedRequest:
    authorization = request.headers["authorization"]
    assert old in authorization
    changed = {**request.headers, "authorization": authorization.replace(old, new)}
    return replace(request, headers=changed)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("q-sign-algorithm=sha1", "q-sign-algorithm=sha256", Refusal.MALFORMED),
        ("q-sign-algorithm=sha1&", "", Refusal.MALFORMED),
        ("&q-signature=", "&q-signatur=", Refusal.MALFORMED),
        ("&q-signature=", "&q-signature=é", Refusal.MALFORMED),
        ("&q-signature=", "&q-signature=0", Refusal.MISMATCH),
        ("&q-key-time=", "&q-key-time=-", Refusal.MALFORMED),
        ("&q-sign-time=", "&q-sign-time=x", Refusal.MALFORMED),
        ("AKIDpermanent", "AKIDunknown", Refusal.UNKNOWN_KEY),
        ("AKIDpermanent", "", Refusal.MALFORMED),
        ("content-type;", "", Refusal.MISMATCH),
        ("content-type;", "content-type;date;", Refusal.MISMATCH),
    ],
)
def test_an_altered_authorization_is_refused(old: str, new: str, kind: Refusal) -> None:
    assert refusal(_with_authorization(signed(), old, new)) is kind


@pytest.mark.parametrize("authorization", ["", None, "AWS4-HMAC-SHA256 Credential=a", "Bearer b"])
def test_a_request_without_a_signature_of_this_kind_is_refused(authorization: str | None) -> None:
    headers = {"host": HOST} if authorization is None else {"authorization": authorization}
    kind = refusal(SignedRequest("GET", "/", [], headers))
    assert kind is (Refusal.MALFORMED if authorization else Refusal.UNSIGNED)


def test_a_signature_is_refused_before_its_time_and_after_it() -> None:
    request = signed()
    now = time.time()
    assert refusal(request, now - 3600) is Refusal.NOT_YET_VALID
    assert refusal(request, now + 10_100) is Refusal.EXPIRED


def test_a_wrong_secret_key_is_refused() -> None:
    forged = signed(Credential(PERMANENT.secret_id, "guessed"))
    assert refusal(forged) is Refusal.MISMATCH


@pytest.mark.parametrize("token", [None, "", "other-token"])
def test_a_temporary_key_without_its_own_token_is_refused(token: str | None) -> None:
    request = signed(Credential(TEMPORARY.secret_id, TEMPORARY.secret_key, token))
    assert refusal(request) is Refusal.WRONG_TOKEN


def test_a_permanent_key_with_a_token_is_refused() -> None:
    request = signed(Credential(PERMANENT.secret_id, PERMANENT.secret_key, "a-token"))
    assert refusal(request) is Refusal.WRONG_TOKEN


def test_a_key_that_was_made_to_expire_is_refused_from_then_on() -> None:
    now = time.time()
    credentials = CredentialStore(TEMPORARY)
    credentials.expire(TEMPORARY.secret_id, now + 10)
    verify(signed(TEMPORARY), credentials, now + 9)
    assert refusal(signed(TEMPORARY), now + 10, credentials) is Refusal.KEY_EXPIRED


def presigned(credential: Credential, **parameters: str) -> SignedRequest:
    configuration = CosConfig(
        Region="ap-guangzhou", SecretId=credential.secret_id, SecretKey=credential.secret_key
    )
    url = CosS3Client(configuration, session=requests.Session()).get_presigned_url(
        "examples-1250000000", PATH, "GET", Params=parameters
    )
    parts = urlsplit(url)
    return SignedRequest(
        "GET", unquote(parts.path), query_parameters(parts.query), {"host": parts.netloc}
    )


def test_a_presigned_url_is_believed() -> None:
    request = presigned(PERMANENT, **{"response-content-type": "image/png; a=b&c"})
    verify(request, CREDENTIALS, time.time())


def test_a_presigned_url_carries_the_token_in_its_query() -> None:
    token = {"x-cos-security-token": "temporary-token"}
    verify(presigned(TEMPORARY, **token), CREDENTIALS, time.time())
    assert refusal(presigned(TEMPORARY)) is Refusal.WRONG_TOKEN


def test_an_altered_presigned_url_is_refused() -> None:
    request = presigned(PERMANENT, **{"response-content-type": "image/png"})
    altered = [
        (name, "text/html" if name == "response-content-type" else value)
        for name, value in request.parameters
    ]
    assert refusal(replace(request, parameters=altered)) is Refusal.MISMATCH
    assert refusal(replace(request, path="/uploads/other.jpg")) is Refusal.MISMATCH


def test_a_credential_shows_nothing_of_itself() -> None:
    shown = repr(TEMPORARY) + repr(CREDENTIALS)
    assert not any(part and part in shown for part in (TEMPORARY.secret_key, TEMPORARY.token))


def test_a_refusal_says_nothing_of_the_key() -> None:
    with pytest.raises(SignatureRefused) as refused:
        verify(signed(Credential("AKIDunknown", "guessed")), CREDENTIALS, time.time())
    assert "AKID" not in str(refused.value)
