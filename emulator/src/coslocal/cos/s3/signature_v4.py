"""Signatures of version 4: `AWS4-HMAC-SHA256`, in a header or in the query.

Written from AWS's "Authenticating Requests: Using the Authorization Header" and "… Using Query
Parameters" of the S3 API reference. COS takes any region in a signature's scope, since its clients
sign for `us-east-1` as often as for a region of COS.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final
from urllib.parse import quote

from coslocal.credentials import Credential, CredentialStore
from coslocal.signature import Refusal, SignatureRefused

ALGORITHM: Final = "AWS4-HMAC-SHA256"
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
PARAMETERS: Final = frozenset(
    f"x-amz-{name}"
    for name in (
        "algorithm",
        "credential",
        "date",
        "expires",
        "signedheaders",
        "signature",
        "security-token",
        "content-sha256",
    )
)
"""The query parameters, in lower case, that sign a request and ask for nothing."""

TOKEN_NAMES: Final = ("x-amz-security-token", "x-cos-security-token")
SKEW_SECONDS: Final = 900
MOST_SECONDS: Final = 604_800
"""How far a signature's time may be from now, and how long a presigned URL may hold."""

_SCOPE: Final = re.compile(
    r"(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]*)/s3/aws4_request", re.ASCII
)
_TIME: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class RawRequest:
    """What a signature of S3 can cover.

    Attributes:
        method: As sent.
        target: The path as it was sent, percent-encoded.
        path: The same, decoded, as bytes.
        query: Its parameters, decoded, in their order.
        headers: By lower-case name; values hold the bytes on the wire as latin-1, as in WSGI.
    """

    method: str
    target: str
    path: bytes
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]

    def parameter(self, name: str) -> str | None:
        """Return a query parameter by its name in any case, None if there is none."""
        return next((value for one, value in self.query if one.lower() == name), None)


@dataclass(frozen=True)
class ChunkKey:
    """What the chunks of a body are signed with: each signature covers the one before it."""

    key: bytes
    moment: str
    scope: str
    seed: str

    def chunk_signature(self, previous: str, chunk: bytes | memoryview) -> str:
        """Return the signature of a chunk."""
        parts = (
            f"{ALGORITHM}-PAYLOAD",
            self.moment,
            self.scope,
            previous,
            hashlib.sha256(b"").hexdigest(),
            hashlib.sha256(chunk).hexdigest(),
        )
        return _hmac(self.key, "\n".join(parts)).hex()

    def trailer_signature(self, previous: str, trailer: bytes) -> str:
        """Return the signature of the trailing headers, a line `name:value` each."""
        parts = (
            f"{ALGORITHM}-TRAILER",
            self.moment,
            self.scope,
            previous,
            hashlib.sha256(trailer).hexdigest(),
        )
        return _hmac(self.key, "\n".join(parts)).hex()


@dataclass(frozen=True)
class Believed:
    """Whose request it is, and what its body must be: a SHA-256, or a way to send it."""

    secret_id: str
    payload: str
    chunks: ChunkKey


@dataclass(frozen=True)
class _Signature:
    secret_id: str
    scope: str
    date: str
    region: str
    moment: str
    signed: Sequence[str]
    digest: str
    payload: str
    token: str | None
    seconds: int | None


def verify_v4(request: RawRequest, credentials: CredentialStore, now: float) -> Believed:
    """Check that the request was signed with a known key and not altered since.

    Raises:
        SignatureRefused: It wasn't, or the signature's or the key's time isn't now.
    """
    found = _read(request)
    _check_time(found, now)
    credential = known_key(credentials, found.secret_id, found.token, now)
    key = signing_key(credential.secret_key, found.date, found.region)
    if not any(
        hmac.compare_digest(_digest(key, found, canonical), found.digest)
        for canonical in _canonical_requests(request, found)
    ):
        raise SignatureRefused(
            Refusal.MISMATCH, "The signature calculated here is not the one provided."
        )
    chunks = ChunkKey(key, found.moment, found.scope, found.digest)
    return Believed(found.secret_id, found.payload, chunks)


def known_key(
    credentials: CredentialStore, secret_id: str, token: str | None, now: float
) -> Credential:
    """Return a key that may be used, once the token that came with it is the key's own.

    Raises:
        SignatureRefused: There is no such key, it has expired, or the token is another's.
    """
    credential = credentials.find(secret_id)
    if credential is None:
        raise SignatureRefused(Refusal.UNKNOWN_KEY, "The Access Key Id is not known.")
    if credentials.has_expired(secret_id, now):
        raise SignatureRefused(Refusal.KEY_EXPIRED, "The temporary key has expired.")
    given = (token or "").encode("latin-1", "replace")
    if not hmac.compare_digest((credential.token or "").encode(), given):
        raise SignatureRefused(Refusal.WRONG_TOKEN, "The security token is not this key's.")
    return credential


def signing_key(secret_key: str, date: str, region: str) -> bytes:
    """Return the key of a day and a region, for S3."""
    key = f"AWS4{secret_key}".encode()
    for part in (date, region, "s3", "aws4_request"):
        key = _hmac(key, part)
    return key


def policy_signature(key: bytes, policy: str) -> str:
    """Return the signature of a form's policy, which is in base64 here."""
    return _hmac(key, policy).hex()


def scope_of(credential: str) -> tuple[str, str, str]:
    """Return the key's id, the day and the region that a credential of version 4 names.

    Raises:
        SignatureRefused: It is none.
    """
    match = _SCOPE.fullmatch(credential)
    if match is None:
        raise SignatureRefused(
            Refusal.MALFORMED, "A credential is written <key>/<date>/<region>/s3/aws4_request."
        )
    return match["key"], match["date"], match["region"]


def _read(request: RawRequest) -> _Signature:
    headers = request.headers
    if headers.get("authorization"):
        algorithm, _, rest = headers["authorization"].partition(" ")
        pairs = (part.partition("=") for part in rest.split(","))
        given = {name.strip(): value.strip() for name, _, value in pairs}
        names = ("Credential", "SignedHeaders", "Signature")
        credential, signed, digest = (given.get(name, "") for name in names)
        moment, seconds = headers.get("x-amz-date", ""), None
        payload = headers.get("x-amz-content-sha256", UNSIGNED)
        token = next((headers[name] for name in TOKEN_NAMES if name in headers), None)
    else:
        algorithm, credential, signed, digest, moment = (
            request.parameter(f"x-amz-{name}") or ""
            for name in ("algorithm", "credential", "signedheaders", "signature", "date")
        )
        seconds = _seconds(request.parameter("x-amz-expires") or "")
        payload = headers.get("x-amz-content-sha256", UNSIGNED)
        payload = request.parameter("x-amz-content-sha256") or payload
        token = request.parameter("x-amz-security-token")
    if algorithm != ALGORITHM or not digest.isascii():
        raise SignatureRefused(Refusal.MALFORMED, f"The signature is none of {ALGORITHM}.")
    secret_id, date, region = scope_of(credential)
    covered = tuple(signed.split(";"))
    if "host" not in covered or list(covered) != sorted(set(covered)):
        raise SignatureRefused(Refusal.MALFORMED, "SignedHeaders are sorted, and hold host.")
    if not moment.startswith(date):
        raise SignatureRefused(Refusal.MALFORMED, "The credential is of another day.")
    scope = credential.partition("/")[2]
    return _Signature(
        secret_id, scope, date, region, moment, covered, digest, payload, token, seconds
    )


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_SECONDS:
        raise SignatureRefused(
            Refusal.MALFORMED, f"X-Amz-Expires is a number of seconds from 1 to {MOST_SECONDS}."
        )
    return int(text[:9])


def _check_time(found: _Signature, now: float) -> None:
    try:
        moment = datetime.strptime(found.moment, _TIME).replace(tzinfo=timezone.utc).timestamp()
    except ValueError as error:
        raise SignatureRefused(
            Refusal.MALFORMED, "The time of a signature is written 20260131T235959Z."
        ) from error
    check_skew(moment, now, found.seconds)


def check_skew(moment: float, now: float, seconds: int | None) -> None:
    """Check that a signature made at `moment` holds: for `seconds`, or near its own time if None.

    Raises:
        SignatureRefused: It doesn't.
    """
    if moment > now + SKEW_SECONDS or (seconds is None and moment < now - SKEW_SECONDS):
        raise SignatureRefused(
            Refusal.NOT_YET_VALID, "The request's time and the current time are too far apart."
        )
    if seconds is not None and now > moment + seconds:
        raise SignatureRefused(Refusal.EXPIRED, "Request has expired.")


def _canonical_requests(request: RawRequest, found: _Signature) -> Iterable[bytes]:
    """Yield CanonicalRequest, once for each form of Host that a signer may have seen."""
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.query
        if name.lower() != "x-amz-signature"
    )
    # An empty Content-Type and none are the same: WSGI, for one, doesn't tell them apart.
    sent = {"content-type": "", **request.headers}
    if not set(found.signed) <= set(sent):
        raise SignatureRefused(Refusal.MISMATCH, "The signature covers what the request lacks.")
    host = request.headers.get("host", "")
    for one in dict.fromkeys((host, host.rpartition(":")[0] or host)):
        values = {**sent, "host": one}
        lines = [f"{name}:{' '.join(values[name].split())}\n" for name in found.signed]
        yield "\n".join(
            (
                request.method,
                quote(request.path, safe="/-_.~"),
                "&".join(f"{name}={value}" for name, value in query),
                "".join(lines),
                ";".join(found.signed),
                found.payload,
            )
        ).encode("latin-1", "replace")


def _digest(key: bytes, found: _Signature, canonical: bytes) -> str:
    hashed = hashlib.sha256(canonical).hexdigest()
    return _hmac(key, f"{ALGORITHM}\n{found.moment}\n{found.scope}\n{hashed}").hex()


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.new(key, message.encode(), hashlib.sha256).digest()
