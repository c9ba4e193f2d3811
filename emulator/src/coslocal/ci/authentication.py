"""Whether a request to CI is signed by somebody known, in CI's own codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from werkzeug.wrappers import Request

from coslocal.agenda import Clock
from coslocal.ci.errors import CiError
from coslocal.ci.service import Authenticate
from coslocal.credentials import CredentialStore
from coslocal.signature import Refusal, SignatureRefused, SignedRequest, query_parameters, verify

CODES: Final[Mapping[Refusal, str]] = {
    Refusal.UNSIGNED: "MissingAuthorization",
    Refusal.MALFORMED: "InvalidAuthorization",
    Refusal.UNKNOWN_KEY: "SecretidNotExist",
    Refusal.NOT_YET_VALID: "SignatureExpired",
    Refusal.EXPIRED: "SignatureExpired",
    Refusal.KEY_EXPIRED: "InvalidAuthorization",
    Refusal.WRONG_TOKEN: "InvalidAuthorization",
    Refusal.MISMATCH: "InvalidAuthorization",
}
"""Each is a 401. That a wrong or expired token is InvalidAuthorization is assumed."""


def authenticate_with(credentials: CredentialStore, clock: Clock) -> Authenticate:
    """Return what refuses requests that none of these credentials signed for now."""

    def authenticate(request: Request) -> str:
        signed = SignedRequest(
            method=request.method,
            path=request.path,
            parameters=query_parameters(request.query_string.decode("latin-1")),
            headers={name.lower(): value for name, value in request.headers.items()},
        )
        try:
            return verify(signed, credentials, clock())
        except SignatureRefused as refused:
            raise CiError(CODES[refused.kind], refused.message, 401) from refused

    return authenticate
