"""Carrying a COS request out on S3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import unescape

from local.cos.dialect import echoed_headers, headers_for_cos, headers_for_s3, without_namespace
from local.cos.errors import CODE_OF_STATUS, CosError
from local.cos.events import creation
from local.cos.listing import ListedObject, list_page, listing_xml, parse_listing
from local.cos.moto_s3 import MotoS3, S3Request
from local.cos.requests import CosRequest

XML_TYPE: Final = "application/xml"
DEFAULT_CONTENT_TYPE: Final = "application/octet-stream"

_ERROR_CODE: Final = re.compile(rb"<Code>(.*?)</Code>", re.DOTALL)
_ERROR_MESSAGE: Final = re.compile(rb"<Message>(.*?)</Message>", re.DOTALL)


@dataclass(frozen=True)
class CosReply:
    """What is answered, before the headers that every answer has."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def carry_out(s3: MotoS3, request: CosRequest, now: float) -> CosReply:
    """Do what a believed request asks for, at the time `now`.

    Raises:
        CosError: It can't be done.
    """
    if request.bucket is not None and request.method == "GET" and request.key is None:
        names = {name for name, _ in request.parameters}
        if names <= {"prefix", "delimiter", "marker", "max-keys", "encoding-type"}:
            return _list(s3, request)
    with s3.lock:
        _check_overwrite(s3, request)
        return _on_s3(s3, request, now)


def _check_overwrite(s3: MotoS3, request: CosRequest) -> None:
    """Refuse to overwrite where that is forbidden; a bucket that ever had versioning can't."""
    if request.headers.get("x-cos-forbid-overwrite", "").lower() != "true":
        return
    if request.bucket is None or request.key is None or not _creates(request):
        return
    if s3.was_ever_versioned(request.bucket):
        return
    if s3.find(request.bucket, request.key) is not None:
        raise CosError("FileAlreadyExists", "The object you specified already exists.")


def _creates(request: CosRequest) -> bool:
    return creation(request) is not None or request.parameter("uploads") is not None


def _on_s3(s3: MotoS3, request: CosRequest, now: float) -> CosReply:
    headers = headers_for_s3(request.headers)
    if _creates(request):
        headers.setdefault("content-type", DEFAULT_CONTENT_TYPE)
    asked = S3Request(
        request.method, request.bucket, request.key, request.parameters, headers, request.body
    )
    try:
        reply = s3.call(asked, now)
    except NotImplementedError as error:
        raise CosError("NotImplemented", str(error)) from error
    if reply.status >= 400:  # noqa: PLR2004 - HTTP's errors
        raise _error(reply.status, reply.body)
    translated = headers_for_cos(reply.headers) | echoed_headers(request.headers)
    if request.bucket is not None and not s3.was_ever_versioned(request.bucket):
        translated.pop("x-cos-version-id", None)
    is_object = request.key is not None and request.method in ("GET", "HEAD")
    body = reply.body if is_object else without_namespace(reply.body)
    return CosReply(reply.status, translated, body)


def _error(status: int, body: bytes) -> CosError:
    code, message = _ERROR_CODE.search(body), _ERROR_MESSAGE.search(body)
    return CosError(
        _text(code) or CODE_OF_STATUS.get(status, "InternalError"),
        _text(message) or "The request can't be carried out.",
        status,
    )


def _text(match: re.Match[bytes] | None) -> str:
    return unescape(match[1].decode()) if match else ""


def _list(s3: MotoS3, request: CosRequest) -> CosReply:
    bucket = request.bucket or ""
    listing = parse_listing(request.parameter)
    with s3.lock:
        if not s3.has_bucket(bucket):
            raise CosError("NoSuchBucket", "The specified bucket does not exist.")
        objects = [
            ListedObject(
                found.name,
                found.last_modified_ISO8601,
                found.etag,
                found.size,
                found.storage_class or "STANDARD",
            )
            for found in s3.objects(bucket)
        ]
    page = list_page(listing, objects)
    return CosReply(200, {"Content-Type": XML_TYPE}, listing_xml(bucket, listing, page))
