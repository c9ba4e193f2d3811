"""COS's errors: their codes, statuses and XML (error code page, 436/7730)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "BadDigest": 400,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "IncompleteBody": 400,
    "InvalidArgument": 400,
    "InvalidCopySource": 400,
    "InvalidDigest": 400,
    "InvalidPartOrder": 400,
    "InvalidBucketName": 400,
    "InvalidStorageClass": 400,
    "InvalidRequest": 400,
    "InvalidPolicyDocument": 400,
    "InvalidURI": 400,
    "KeyTooLong": 400,
    "MalformedPOSTRequest": 400,
    "MalformedXML": 400,
    "SSEContentNotSupported": 400,
    "XAmzContentSHA256Mismatch": 400,
    "AccessDenied": 403,
    "AccessForbidden": 403,
    "ExpiredToken": 403,
    "InvalidAccessKeyId": 403,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "MethodNotAllowed": 405,
    "BucketAlreadyOwnedByYou": 409,
    "FileAlreadyExists": 409,
    "ObjectNotAppendable": 409,
    "PathConflict": 409,
    "PositionNotEqualToLength": 409,
    "MissingContentLength": 411,
    "PreconditionFailed": 412,
    "InvalidRange": 416,
    "InternalError": 500,
    "NotImplemented": 501,
    "ServiceUnavailable": 503,
    "SlowDown": 503,
}

CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: "InvalidArgument",
    403: "AccessDenied",
    404: "NoSuchKey",
    411: "MissingContentLength",
    412: "PreconditionFailed",
    416: "InvalidRange",
    501: "NotImplemented",
}
"""The code of an error that came without one."""


MESSAGES: Final[Mapping[str, str]] = {
    "BadDigest": "The digest is not that of the body.",
    "BucketNotEmpty": "The bucket you tried to delete is not empty.",
    "EntityTooSmall": "A part but the last is smaller than it may be.",
    "InvalidObjectState": "The object is archived, and was not restored.",
    "InvalidPart": "A part is not there, or its ETag is another.",
    "InvalidRange": "The requested range is not satisfiable.",
    "NoSuchBucket": "The specified bucket does not exist.",
    "NoSuchCORSConfiguration": "The bucket has no CORS rules.",
    "NoSuchKey": "The specified key does not exist.",
    "NoSuchTagSet": "There is no tag set.",
    "NoSuchTagSetError": "There is no tag set.",
    "NoSuchUpload": "The specified upload does not exist.",
    "NoSuchVersion": "The specified version does not exist.",
    "NoSuchWebsiteConfiguration": "The bucket has no website.",
    "PreconditionFailed": "A condition of the request does not hold.",
    "RestoreAlreadyInProgress": "The object is being restored.",
    "ServerSideEncryptionConfigurationNotFoundError": "The bucket has no encryption of its own.",
}
"""What is said of an error that S3 found, whose own words name another cloud."""


class CosError(Exception):
    """A refusal. `status` is the code's own unless another is given."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status or STATUS_OF_CODE.get(code, 400)


def error_xml(error: CosError, resource: str, request_id: str, trace_id: str) -> bytes:
    """Return the body of a refusal; `resource` is the host and percent-encoded path asked for."""
    return (
        "<?xml version='1.0' encoding='utf-8' ?>\n"
        "<Error>\n"
        f"\t<Code>{escape(error.code)}</Code>\n"
        f"\t<Message>{escape(error.message)}</Message>\n"
        f"\t<Resource>{escape(resource)}</Resource>\n"
        f"\t<RequestId>{escape(request_id)}</RequestId>\n"
        f"\t<TraceId>{escape(trace_id)}</TraceId>\n"
        "</Error>\n"
    ).encode()
