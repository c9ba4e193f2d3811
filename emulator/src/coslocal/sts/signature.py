"""The signatures of API 3.0, verified; written from its pages "Signature v3" and "Signature v1"."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from coslocal.credentials import Credential, CredentialStore

ALGORITHM: Final = "TC3-HMAC-SHA256"
SKEW_SECONDS: Final = 300
_AUTHORIZATION: Final = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^/,\s]+)/(?P<date>\d{{4}}-\d\d-\d\d)/(?P<service>\w+)"
    r"/tc3_request,\s*SignedHeaders=(?P<signed>[a-z0-9;-]+),\s*Signature=(?P<digest>[0-9a-f]{64})",
    re.ASCII,
)
_DIGESTS: Final = {"HmacSHA1": hashlib.sha1, "HmacSHA256": hashlib.sha256}


class StsError(Exception):
    """A refusal, by the code that API 3.0 has for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class StsRequest:
    """What a signature can cover.

    Attributes:
        method: In upper case.
        query: The query string as it was sent.
        headers: By lower-case name.
        body: As it was sent.
        parameters: Those of the query or the form, for signatures of version 1.
    """

    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    parameters: Mapping[str, str]


def believe(request: StsRequest, credentials: CredentialStore, now: float) -> str:
    """Return the secret id of the key that a request is signed with.

    Raises:
        StsError: It isn't signed with a known key, or not for now (Unix seconds).
    """
    if request.headers.get("authorization"):
        return _believe_v3(request, credentials, now)
    if "Signature" in request.parameters:
        return _believe_v1(request, credentials, now)
    raise StsError("MissingParameter", "The request has no signature.")


def _believe_v3(request: StsRequest, credentials: CredentialStore, now: float) -> str:
    match = _AUTHORIZATION.fullmatch(request.headers["authorization"])
    if match is None:
        raise StsError("AuthFailure.InvalidAuthorization", "The Authorization can't be read.")
    stamp = request.headers.get("x-tc-timestamp", "")
    moment = _moment(stamp, now)
    date = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%d")
    names = match["signed"].split(";")
    if date != match["date"] or not {"content-type", "host"} <= set(names):
        raise StsError("AuthFailure.SignatureFailure", "The signature is of another day or host.")
    token = request.headers.get("x-tc-token", "")
    credential = _known(credentials, match["key"], token, now)
    canonical = "\n".join(
        (
            request.method,
            "/",
            request.query,
            *(f"{name}:{request.headers.get(name, '').strip().lower()}" for name in names),
            "",
            match["signed"],
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    hashed = hashlib.sha256(canonical.encode("latin-1", "replace")).hexdigest()
    scope = f"{date}/{match['service']}/tc3_request"
    key = f"TC3{credential.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashed}"
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    _compare(expected, match["digest"])
    return credential.secret_id


def _believe_v1(request: StsRequest, credentials: CredentialStore, now: float) -> str:
    given = request.parameters
    digest = _DIGESTS.get(given.get("SignatureMethod", "HmacSHA1"))
    if digest is None:
        raise StsError("AuthFailure.SignatureFailure", "SignatureMethod is HmacSHA1 or HmacSHA256.")
    _moment(given.get("Timestamp", ""), now)
    credential = _known(credentials, given.get("SecretId", ""), given.get("Token", ""), now)
    pairs = "&".join(f"{name}={given[name]}" for name in sorted(given) if name != "Signature")
    text = f"{request.method}{request.headers.get('host', '')}/?{pairs}"
    key = credential.secret_key.encode()
    expected = base64.b64encode(hmac.new(key, text.encode(), digest).digest()).decode()
    _compare(expected, given["Signature"])
    return credential.secret_id


def _moment(stamp: str, now: float) -> int:
    if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII):
        raise StsError("MissingParameter", "The request has no timestamp.")
    if abs(int(stamp) - now) > SKEW_SECONDS:
        raise StsError("AuthFailure.SignatureExpire", "The signature has expired.")
    return int(stamp)


def _known(credentials: CredentialStore, secret_id: str, token: str, now: float) -> Credential:
    credential = credentials.find(secret_id)
    if credential is None or credentials.has_expired(secret_id, now):
        raise StsError("AuthFailure.SecretIdNotFound", "The SecretId is not known.")
    if not hmac.compare_digest((credential.token or "").encode(), token.encode()):
        raise StsError("AuthFailure.TokenFailure", "The token is not this key's.")
    return credential


def _compare(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise StsError("AuthFailure.SignatureFailure", "The signature is not the one provided.")
