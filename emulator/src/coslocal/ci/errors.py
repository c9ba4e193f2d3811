"""CI's error codes and the status each is answered with (error code page)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "InvalidArgument": 400,
    "InvalidContent": 400,
    "MissingContent": 400,
    "InvalidHost": 400,
    "ResourceNotFound": 400,
    "ResourceAccessDenied": 400,
    "ResourceDownloadFailed": 400,
    "ResourceNotSupported": 400,
    "CIRoleNotExist": 400,
    "AIBucketUnBinded": 400,
    "MediaBucketUnBinded": 400,
    "PicBucketUnBinded": 400,
    "QueueNotFound": 400,
    "MissingAuthorization": 401,
    "InvalidAuthorization": 401,
    "SecretidNotExist": 401,
    "SignatureExpired": 401,
    "AccessDenied": 403,
    "MediaBucketAlreadyBinded": 403,
    "QueueSaturated": 403,
    "QueuePaused": 403,
    "InvalidUrl": 404,
    "MissingContentLength": 411,
    "SlowDown": 429,
    "UnavailableForLegalReasons": 451,
    "InternalError": 500,
    "NotImplemented": 501,
    "ServiceUnavailable": 503,
}
"""The page has none for …UnBinded and QueueNotFound: 400 is assumed. AccessDenied is a 401, too."""


class CiError(Exception):
    """A refusal. `status` is the code's own unless another is given."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status or STATUS_OF_CODE.get(code, 400)
