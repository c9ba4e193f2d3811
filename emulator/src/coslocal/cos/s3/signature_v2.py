"""Signatures of version 2: `AWS <key>:<signature>`, or in the query.

Written from AWS's "Signing and Authenticating REST Requests" (version 2) of the S3 user guide.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Final

from coslocal.cos.s3.signature_v4 import TOKEN_NAMES, RawRequest, check_skew, known_key
from coslocal.credentials import CredentialStore
from coslocal.signature import Refusal, SignatureRefused

PREFIX: Final = "AWS "
PARAMETERS: Final = frozenset({"awsaccesskeyid", "expires", "signature", "x-amz-security-token"})
"""The query parameters, in lower case, that sign a request and ask for nothing."""

_COVERED: Final = re.compile(
    "accelerate|acl|analytics|cors|delete|encryption|inventory|lifecycle|location|logging|metrics"
    "|notification|object-lock|partNumber|policy|publicAccessBlock|replication|requestPayment"
    "|restore|select|select-type|tagging|torrent|uploadId|uploads|versionId|versioning|versions"
    "|website|response-(cache-control|content-(disposition|encoding|language|type)|expires)"
)
"""The query parameters that a signature covers; it leaves out the rest."""

_SECONDS: Final = re.compile(r"\d{1,12}", re.ASCII)


def verify_v2(
    request: RawRequest, bucket: str | None, credentials: CredentialStore, now: float
) -> str:
    """Check that the request was signed with a known key and not altered since.

    Args:
        request: The request, signed in its Authorization header or in its query.
        bucket: The one that its host names, None if the path does, or nothing.
        credentials: The keys it may be signed with.
        now: Unix seconds.

    Returns:
        The secret id of the key.

    Raises:
        SignatureRefused: It wasn't, or the signature's or the key's time isn't now.
    """
    headers = request.headers
    if headers.get("authorization"):
        secret_id, _, given = headers["authorization"].removeprefix(PREFIX).strip().partition(":")
        token = next((headers[name] for name in TOKEN_NAMES if name in headers), None)
        amz_date = headers.get("x-amz-date")
        _check_date(amz_date or headers.get("date", ""), now)
        date = "" if amz_date else headers.get("date", "")
    else:
        secret_id = request.parameter("awsaccesskeyid") or ""
        given = request.parameter("signature") or ""
        token = request.parameter("x-amz-security-token")
        date = request.parameter("expires") or ""
        _check_expires(date, now)
    if not (secret_id and given and given.isascii()):
        raise SignatureRefused(Refusal.MALFORMED, "The signature lacks a part.")
    credential = known_key(credentials, secret_id, token, now)
    for text in _strings_to_sign(request, bucket, date):
        if hmac.compare_digest(form_signature_v2(credential.secret_key, text), given):
            return secret_id
    raise SignatureRefused(
        Refusal.MISMATCH, "The signature calculated here is not the one provided."
    )


def form_signature_v2(secret_key: str, text: str) -> str:
    """Return the signature, in base64, of a string to sign, or of a form's policy."""
    digest = hmac.new(secret_key.encode(), text.encode("latin-1", "replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _check_date(text: str, now: float) -> None:
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError) as error:
        raise SignatureRefused(Refusal.MALFORMED, "The Date can't be read.") from error
    check_skew(moment, now, None)


def _check_expires(text: str, now: float) -> None:
    if not _SECONDS.fullmatch(text):
        raise SignatureRefused(Refusal.MALFORMED, "Expires is in seconds since 1970.")
    if now > int(text):
        raise SignatureRefused(Refusal.EXPIRED, "Request has expired.")


def _strings_to_sign(request: RawRequest, bucket: str | None, date: str) -> Iterable[str]:
    """Yield StringToSign, with the bucket that the host names and without: some sign by path."""
    headers = request.headers
    amz = sorted(name for name in headers if name.startswith("x-amz-"))
    covered = sorted((name, value) for name, value in request.query if _COVERED.fullmatch(name))
    query = "&".join(f"{name}={value}" if value else name for name, value in covered)
    head = "\n".join(
        (request.method, headers.get("content-md5", ""), headers.get("content-type", ""), date, "")
    )
    named = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in amz)
    text = query.encode().decode("latin-1")
    targets = [request.target]
    if not bucket and request.target.count("/") == 1:
        targets.append(f"{request.target}/")  # some sign the path of a bucket with a slash
    for owner in dict.fromkeys((f"/{bucket}" if bucket else "", "")):
        for target in targets:
            yield f"{head}{named}{owner}{target}{'?' if query else ''}{text}"
