"""TC3-HMAC-SHA256, verified.

Written from the public description of the algorithm, "Signature v3" (213/30654 and its siblings),
and not from an SDK: a signer and a verifier of one origin would share one misreading.

    CanonicalRequest = Method, URI, Query, CanonicalHeaders, SignedHeaders, hex(sha256(body))
    StringToSign     = TC3-HMAC-SHA256, Timestamp, Date/service/tc3_request, hex(sha256(^))
    key              = HMAC(HMAC(HMAC("TC3" + SecretKey, Date), service), "tc3_request")

The parts of the first two stand on a line each.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from typing import NamedTuple

from coslocal.credentials import Credential, CredentialStore
from tests.support.tencent_api.errors import ApiError

ALGORITHM = "TC3-HMAC-SHA256"
MAX_SKEW_SECONDS = 300

_AUTHORIZATION = re.compile(
    ALGORITHM + r" +Credential=(?P<id>[^/,]*)/(?P<date>[^/,]*)/(?P<service>[a-z]+)/tc3_request, *"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


class SignedRequest(NamedTuple):
    """What a signature covers. `headers` are by lower-case name."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def verify(request: SignedRequest, credentials: CredentialStore, now: float) -> str:
    """Check who signed the request and when; returns the service it was signed for.

    Raises:
        ApiError: AuthFailure and its kinds.
    """
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise ApiError("AuthFailure.InvalidAuthorization", "The Authorization header is invalid.")
    timestamp = _timestamp(request.headers.get("x-tc-timestamp", ""), now)
    if match["date"] != time.strftime("%Y-%m-%d", time.gmtime(timestamp)):
        raise ApiError("AuthFailure.SignatureFailure", "The date is not the timestamp's.")
    credential = credentials.find(match["id"])
    if credential is None:
        raise ApiError("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    if {"content-type", "host"} - set(match["headers"].split(";")):
        raise ApiError("AuthFailure.SignatureFailure", "content-type and host must be signed.")
    expected = _signature(request, match, timestamp, credential)
    if not hmac.compare_digest(expected, match["signature"]):
        raise ApiError(
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature is "
            "correct.",
        )
    _check_token(request, credential, credentials, now)
    return match["service"]


def _timestamp(text: str, now: float) -> int:
    if not re.fullmatch("[0-9]{1,12}", text):
        raise ApiError("MissingParameter", "The request is missing the header X-TC-Timestamp.")
    if abs(int(text) - now) > MAX_SKEW_SECONDS:
        raise ApiError("AuthFailure.SignatureExpire", "The signature has expired.")
    return int(text)


def _signature(
    request: SignedRequest, match: re.Match[str], timestamp: int, credential: Credential
) -> str:
    names = match["headers"].split(";")
    if names != sorted(names):
        raise ApiError("AuthFailure.SignatureFailure", "SignedHeaders are not in order.")
    headers = "".join(f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in names)
    canonical = "\n".join(
        (
            request.method,
            request.path,
            request.query,
            headers,
            match["headers"],
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    scope = f"{match['date']}/{match['service']}/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashed}"
    key = f"TC3{credential.secret_key}".encode()
    for part in (match["date"], match["service"], "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _check_token(
    request: SignedRequest, credential: Credential, credentials: CredentialStore, now: float
) -> None:
    if request.headers.get("x-tc-token") != credential.token:
        raise ApiError("AuthFailure.TokenFailure", "The token is not the SecretId's.")
    if credentials.has_expired(credential.secret_id, now):
        raise ApiError("AuthFailure.TokenFailure", "The token has expired.")
