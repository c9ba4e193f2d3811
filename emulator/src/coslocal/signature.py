"""Request signatures of COS and CI (`q-sign-algorithm=sha1`), verified.

Written from the public description of the algorithm, "Request Signature" (436/7778), and not from
an SDK: a signer and a verifier of one origin would share one misreading.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote

from coslocal.credentials import Credential, CredentialStore

TOKEN_NAMES: Final = ("x-cos-security-token", "x-ci-security-token")

_FIELDS: Final = (
    "q-sign-algorithm",
    "q-ak",
    "q-sign-time",
    "q-key-time",
    "q-header-list",
    "q-url-param-list",
    "q-signature",
)
SIGNATURE_PARAMETERS: Final = frozenset((*_FIELDS, *TOKEN_NAMES))
"""The query parameters that sign a request and ask for nothing."""

_FORM_FIELDS: Final = ("policy", "q-sign-algorithm", "q-ak", "q-key-time", "q-signature")

_PERIOD: Final = re.compile(r"(\d{1,12});(\d{1,12})", re.ASCII)


class Refusal(enum.Enum):
    """Why a request isn't believed; COS and CI have a code of their own for each."""

    UNSIGNED = "unsigned"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown key"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"
    KEY_EXPIRED = "key expired"
    WRONG_TOKEN = "wrong token"  # noqa: S105 - a reason, no secret
    MISMATCH = "mismatch"


COS_CODES: Final[Mapping[Refusal, str]] = {
    Refusal.UNSIGNED: "AccessDenied",
    Refusal.MALFORMED: "AccessDenied",
    Refusal.UNKNOWN_KEY: "InvalidAccessKeyId",
    Refusal.NOT_YET_VALID: "RequestTimeTooSkewed",
    Refusal.EXPIRED: "AccessDenied",
    Refusal.KEY_EXPIRED: "ExpiredToken",
    Refusal.WRONG_TOKEN: "InvalidAccessKeyId",
    Refusal.MISMATCH: "SignatureDoesNotMatch",
}
"""COS's codes, each answered with 403 (error code page, and its page on 403 errors)."""


class SignatureRefused(Exception):
    """The request is not to be carried out. `kind` says why, `code` is COS's word for it."""

    def __init__(self, kind: Refusal, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = COS_CODES[kind]
        self.message = message


@dataclass(frozen=True)
class SignedRequest:
    """The parts of a request that a signature can cover.

    Attributes:
        method: In any case.
        path: Percent-decoded, from the first slash on.
        parameters: The query's, decoded, in their order; a bare name has an empty value.
        headers: By lower-case name; values hold the bytes on the wire as latin-1, as in WSGI.
    """

    method: str
    path: str
    parameters: Sequence[tuple[str, str]]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Signature:
    secret_id: str
    sign_time: str
    key_time: str
    header_list: Sequence[str]
    parameter_list: Sequence[str]
    digest: str
    token: str | None


def query_parameters(query: str) -> list[tuple[str, str]]:
    """Return a query string's parameters, decoded, in their order; a bare name has no value."""
    return parse_qsl(query, keep_blank_values=True)


def verify(request: SignedRequest, credentials: CredentialStore, now: float) -> str:
    """Check that the request was signed with a known key and not altered since.

    Args:
        request: The request, signed in its Authorization header or in its query.
        credentials: The keys it may be signed with.
        now: Unix seconds.

    Returns:
        The secret id of the key.

    Raises:
        SignatureRefused: It wasn't, or the signature's or the key's time isn't now.
    """
    signature = _read(request)
    sign_key = _sign_key(signature, credentials, now)
    _check_digest(
        signature,
        (
            signature_of(sign_key, signature.sign_time, text)
            for text in _http_strings(request, signature)
        ),
    )
    return signature.secret_id


def verify_form(fields: Mapping[str, str], credentials: CredentialStore, now: float) -> str:
    """Check that the policy of a form was signed with a known key (POST Object, 436/14690).

    Args:
        fields: The form's, by lower-case name.
        credentials: The keys it may be signed with.
        now: Unix seconds.

    Returns:
        The secret id of the key.

    Raises:
        SignatureRefused: It wasn't, or the signature's or the key's time isn't now.
    """
    if "q-signature" not in fields:
        raise SignatureRefused(Refusal.UNSIGNED, "Access Denied.")
    if not all(fields.get(name) for name in _FORM_FIELDS) or fields["q-sign-algorithm"] != "sha1":
        raise SignatureRefused(Refusal.MALFORMED, "The form lacks a part of its signature.")
    try:
        policy = base64.b64decode(fields["policy"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureRefused(Refusal.MALFORMED, "The policy is not in base64.") from error
    signature = _Signature(
        secret_id=fields["q-ak"],
        sign_time=fields["q-key-time"],
        key_time=fields["q-key-time"],
        header_list=(),
        parameter_list=(),
        digest=fields["q-signature"],
        token=next((fields[name] for name in TOKEN_NAMES if name in fields), None),
    )
    sign_key = _sign_key(signature, credentials, now)
    _check_digest(signature, [form_signature(sign_key, policy)])
    return signature.secret_id


def form_signature(sign_key: str, policy: bytes) -> str:
    """Return the signature, in hexadecimal, of a form's policy, which is not in base64 here."""
    return _hmac(sign_key, hashlib.sha1(policy, usedforsecurity=False).hexdigest())


def http_string(
    method: str,
    path: str,
    parameters: Iterable[tuple[str, str]],
    headers: Iterable[tuple[str, str | bytes]],
) -> str:
    """Return HttpString, of the parameters and headers that are signed; nothing is encoded yet."""
    return f"{method.lower()}\n{path}\n{_join(parameters)}\n{_join(headers)}\n"


def signature_of(sign_key: str, sign_time: str, http_string: str) -> str:
    """Return the signature, in hexadecimal, of an HttpString."""
    hashed = hashlib.sha1(http_string.encode(), usedforsecurity=False).hexdigest()
    return _hmac(sign_key, f"sha1\n{sign_time}\n{hashed}\n")


def _read(request: SignedRequest) -> _Signature:
    query = dict(request.parameters)
    in_header = bool(request.headers.get("authorization"))
    if in_header:
        pairs = (part.partition("=") for part in request.headers["authorization"].split("&"))
        given = {name.strip(): value.strip() for name, _, value in pairs}
    elif "q-sign-algorithm" in query or "q-signature" in query:
        given = query
    else:
        raise SignatureRefused(Refusal.UNSIGNED, "Access Denied.")
    if not all(name in given for name in _FIELDS) or given["q-sign-algorithm"] != "sha1":
        raise SignatureRefused(Refusal.MALFORMED, "The signature lacks a part or is no sha1 one.")
    if not (given["q-signature"].isascii() and given["q-ak"]):
        raise SignatureRefused(Refusal.MALFORMED, "The signature has a part that can't be read.")
    carriers = (request.headers, query) if not in_header else (request.headers,)
    tokens = [carrier[name] for carrier in carriers for name in TOKEN_NAMES if name in carrier]
    return _Signature(
        secret_id=given["q-ak"],
        sign_time=given["q-sign-time"],
        key_time=given["q-key-time"],
        header_list=_names(given["q-header-list"]),
        parameter_list=_names(given["q-url-param-list"]),
        digest=given["q-signature"],
        token=tokens[0] if tokens else None,
    )


def _sign_key(signature: _Signature, credentials: CredentialStore, now: float) -> str:
    """Return the key that the request is signed with, once that key may be used at all."""
    _check_period(signature.key_time, now)
    _check_period(signature.sign_time, now)
    credential = credentials.find(signature.secret_id)
    if credential is None:
        raise SignatureRefused(Refusal.UNKNOWN_KEY, "The Access Key Id is not known.")
    if credentials.has_expired(signature.secret_id, now):
        raise SignatureRefused(Refusal.KEY_EXPIRED, "The temporary key has expired.")
    _check_token(signature, credential)
    return _hmac(credential.secret_key, signature.key_time)


def _check_digest(signature: _Signature, expected: Iterable[str]) -> None:
    given = signature.digest.encode()
    if not any(hmac.compare_digest(one.encode(), given) for one in expected):
        raise SignatureRefused(
            Refusal.MISMATCH, "The signature calculated here is not the one provided."
        )


def _names(text: str) -> list[str]:
    return sorted(name.lower() for name in text.split(";") if name)


def _check_period(period: str, now: float) -> None:
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise SignatureRefused(Refusal.MALFORMED, "A signature's time is written start;end.")
    if now < int(match[1]):
        raise SignatureRefused(
            Refusal.NOT_YET_VALID, "The request's time and the current time are too far apart."
        )
    if now > int(match[2]):
        raise SignatureRefused(Refusal.EXPIRED, "Request has expired.")


def _check_token(signature: _Signature, credential: Credential) -> None:
    expected, given = credential.token or "", signature.token or ""
    if not hmac.compare_digest(expected.encode(), given.encode("latin-1", "replace")):
        raise SignatureRefused(Refusal.WRONG_TOKEN, "The security token is not this key's.")


def _http_strings(request: SignedRequest, signature: _Signature) -> Iterable[str]:
    """Yield HttpString, once for each form of Host that a signer may have seen."""
    parameters = [
        (name, value)
        for name, value in request.parameters
        if _encode(name).lower() in signature.parameter_list
    ]
    missing_parameters = set(signature.parameter_list) - {
        _encode(name).lower() for name, _ in parameters
    }
    # An empty Content-Type and none are the same: WSGI, for one, doesn't tell them apart.
    sent = {"content-type": "", **request.headers}
    missing_headers = set(signature.header_list) - set(sent)
    if missing_parameters or missing_headers:
        raise SignatureRefused(Refusal.MISMATCH, "The signature covers what the request lacks.")
    host = request.headers.get("host", "")
    # Some signers take the host from the URL without its port.
    for one in dict.fromkeys((host, host.rpartition(":")[0] if ":" in host else host)):
        values = {**sent, "host": one}
        headers = [(name, values[name].encode("latin-1")) for name in signature.header_list]
        yield http_string(request.method, request.path, parameters, headers)


def _hmac(key: str, message: str) -> str:
    return hmac.new(key.encode(), message.encode(), hashlib.sha1).hexdigest()


def _join(pairs: Iterable[tuple[str, str | bytes]] | Iterable[tuple[str, str]]) -> str:
    encoded = sorted((_encode(name).lower(), _encode(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encode(value: str | bytes) -> str:
    return quote(value, safe="-_.~")
