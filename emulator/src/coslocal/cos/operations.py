"""Carrying a COS request out on S3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import unescape

from coslocal.cos.checks import check_document, check_known
from coslocal.cos.checksum import HEADER as CHECKSUM
from coslocal.cos.checksum import crc64, crc64_of
from coslocal.cos.conditions import (
    check_customer_key,
    check_retention,
    check_source,
    keep_customer_key,
    keep_retention,
)
from coslocal.cos.cors import check_preflight
from coslocal.cos.dialect import (
    body_for_cos,
    echoed_headers,
    headers_for_cos,
    headers_for_s3,
    parameters_for_s3,
    query_for_s3,
    read_copy_source,
    storage_class_for_cos,
)
from coslocal.cos.errors import CODE_OF_STATUS, CosError
from coslocal.cos.events import creation
from coslocal.cos.listing import PARAMETERS, ListedObject, list_page, listing_xml, parse_listing
from coslocal.cos.moto_s3 import MotoS3, S3Request
from coslocal.cos.requests import CosRequest
from coslocal.cos.settings import NAMES as SETTINGS
from coslocal.cos.settings import BucketSettings
from coslocal.cos.uploads import list_uploads, parse_upload_listing, uploads_xml

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

XML_TYPE: Final = "application/xml"
DEFAULT_CONTENT_TYPE: Final = "application/octet-stream"

_ERROR_CODE: Final = re.compile(rb"<Code>(.*?)</Code>", re.DOTALL)
_KEY_TO_DELETE: Final = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
_ERROR_MESSAGE: Final = re.compile(rb"<Message>(.*?)</Message>", re.DOTALL)


@dataclass(frozen=True)
class CosReply:
    """What is answered, before the headers that every answer has."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def carry_out(s3: MotoS3, settings: BucketSettings, request: CosRequest, now: float) -> CosReply:
    """Do what a believed request asks for, at the time `now`.

    The caller holds `s3.lock`: what is checked here must still be so when S3 acts on it.

    Raises:
        CosError: It can't be done.
    """
    check_known(request)
    check_document(request)
    if request.bucket is not None and request.key is None:
        answer = _setting(s3, settings, request.bucket, request) or _on_bucket(
            s3, request.bucket, request
        )
        if answer is not None:
            return answer
    if request.method == "OPTIONS":
        check_preflight(request.headers, s3.cors_rules(request.bucket or ""))
    _check_overwrite(s3, request)
    _check_retained(s3, request, now)
    _check_copy_source(s3, request)
    _check_customer_key(s3, request)
    reply = _on_s3(s3, request, now)
    if creation(request) is not None:
        stored = _named(s3, request)
        if stored is not None:
            keep_customer_key(stored, request.headers)
            keep_retention(stored, now, settings.retention_days(request.bucket or ""))
    reply = _with_checksum(s3, request, reply)
    if (request.method, request.key, request.parameters) == ("DELETE", None, []):
        settings.forget(request.bucket)
    return reply


def _check_overwrite(s3: MotoS3, request: CosRequest) -> None:
    """Refuse to overwrite where that is forbidden; a bucket that ever had versioning can't."""
    if request.headers.get("x-cos-forbid-overwrite", "").lower() != "true":
        return
    if request.bucket is None or request.key is None or not _creates(request):
        return
    if s3.versioning(request.bucket) is not None:
        return
    if s3.find(request.bucket, request.key) is not None:
        raise CosError("FileAlreadyExists", "The object you specified already exists.")


def _check_retained(s3: MotoS3, request: CosRequest, now: float) -> None:
    """Refuse to overwrite or delete what is retained; with versioning nothing is overwritten.

    Of many that are deleted at once, one that is retained has all refused.
    """
    if request.bucket is None or s3.versioning(request.bucket) is not None:
        return
    deletes = request.method == "DELETE" and not request.parameters
    keys = [request.key] if request.key and (deletes or creation(request)) else []
    if request.parameter("delete") is not None:
        keys = [unescape(name.decode()) for name in _KEY_TO_DELETE.findall(request.body)]
    for key in keys:
        stored = s3.find(request.bucket, key)
        if stored is not None:
            check_retention(stored, now)


def _check_copy_source(s3: MotoS3, request: CosRequest) -> None:
    """Refuse a copy whose source isn't what it must be; one that isn't there is S3's to refuse."""
    if "x-cos-copy-source" in request.headers:
        source = read_copy_source(request.headers["x-cos-copy-source"])
        if source.region not in (request.region, None):
            raise CosError("NoSuchBucket", "The source is of a region that isn't served here.")
        found = s3.find(source.bucket, source.key, source.version)
        if found is not None:
            check_source(found, request.headers)


def _check_customer_key(s3: MotoS3, request: CosRequest) -> None:
    stored = _named(s3, request) if request.reads_content or request.shows_content else None
    if stored is not None:
        check_customer_key(stored, request.headers)


def _with_checksum(s3: MotoS3, request: CosRequest, reply: CosReply) -> CosReply:
    """Return an answer about an object's content, or a part's, with its CRC-64."""
    if "x-cos-copy-source" not in request.headers and request.parameter("partNumber") is not None:
        checksum = crc64(request.body)
    elif creation(request) is not None or request.shows_content:
        stored = _named(s3, request)
        if stored is None:
            return reply
        checksum = crc64_of(stored)
    else:
        return reply
    return replace(reply, headers={**reply.headers, CHECKSUM: checksum})


def _named(s3: MotoS3, request: CosRequest) -> FakeKey | None:
    """Return the object a request is about, None if it isn't there."""
    if request.bucket is None or request.key is None:
        return None
    return s3.find(request.bucket, request.key, request.parameter("versionId"))


def _creates(request: CosRequest) -> bool:
    return creation(request) is not None or request.parameter("uploads") is not None


def _on_s3(s3: MotoS3, request: CosRequest, now: float) -> CosReply:
    headers = headers_for_s3(request.headers)
    if _creates(request):
        headers.setdefault("content-type", DEFAULT_CONTENT_TYPE)
    parameters = parameters_for_s3(request.parameters)
    body = request.body if request.parameter("select") is None else query_for_s3(request.body)
    asked = S3Request(request.method, request.bucket, request.key, parameters, headers, body)
    with _told_as_cos_does(request):
        reply = s3.call(asked, now)
    if reply.status >= 400:  # noqa: PLR2004 - HTTP's errors
        raise _error(reply.status, reply.body)
    translated = headers_for_cos(reply.headers) | echoed_headers(request.headers)
    if request.bucket is not None and s3.versioning(request.bucket) is None:
        translated.pop("x-cos-version-id", None)
    if request.method == "HEAD":
        translated["Content-Length"] = dict(reply.headers).get("content-length", "0")
    elif request.method != "GET":
        translated.pop("Last-Modified", None)
    answer = reply.body if request.reads_content else body_for_cos(reply.body, request)
    return CosReply(reply.status, translated, answer)


@contextmanager
def _told_as_cos_does(request: CosRequest) -> Iterator[None]:
    """Turn what moto raises into refusals; what has another reason is a bug, and stays one."""
    try:
        yield
    except NotImplementedError as error:
        raise CosError("NotImplemented", str(error)) from error
    except ExpatError as error:
        raise CosError("MalformedXML", "The body is no XML.") from error
    except Exception as error:
        if request.parameter("uploadId") is not None and isinstance(error, KeyError):
            raise CosError("NoSuchUpload", "The specified upload does not exist.") from error
        if request.parameter("select") is not None:
            raise CosError("NotImplemented", "This query is not understood here.") from error
        if request.sends_document:
            raise CosError("MalformedXML", "The body is not what is asked with.") from error
        raise


def _error(status: int, body: bytes) -> CosError:
    code, message = _ERROR_CODE.search(body), _ERROR_MESSAGE.search(body)
    return CosError(
        _text(code) or CODE_OF_STATUS.get(status, "InternalError"),
        _text(message) or "The request can't be carried out.",
        status,
    )


def _text(match: re.Match[bytes] | None) -> str:
    return unescape(match[1].decode()) if match else ""


def _setting(
    s3: MotoS3, settings: BucketSettings, bucket: str, request: CosRequest
) -> CosReply | None:
    """Keep or return a setting of the bucket; None if the request is about none of them."""
    names = SETTINGS & {name for name, _ in request.parameters}
    if not names:
        return None
    if not s3.has_bucket(bucket):
        raise CosError("NoSuchBucket", "The specified bucket does not exist.")
    name = min(names)
    body = settings.carry_out(bucket, name, request)
    content_type = "application/json" if name == "policy" else XML_TYPE
    status = 204 if request.method == "DELETE" else 200
    return CosReply(status, {"Content-Type": content_type} if body else {}, body)


def _on_bucket(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply | None:
    """Answer what S3 has another answer to; None for the rest."""
    names = {name for name, _ in request.parameters}
    if request.method == "PUT" and not names and s3.has_bucket(bucket):
        raise CosError("BucketAlreadyOwnedByYou", "The bucket exists, and is yours.")
    if request.method != "GET" or not s3.has_bucket(bucket):
        return None
    if names <= PARAMETERS:
        return _list(s3, bucket, request)
    if "uploads" in names:
        listing = parse_upload_listing(request.parameter)
        return _xml(uploads_xml(bucket, listing, list_uploads(listing, s3.uploads(bucket))))
    if names == {"versioning"}:
        status = s3.versioning(bucket)
        node = f"<Status>{status}</Status>" if status else ""
        return _xml(f"<VersioningConfiguration>{node}</VersioningConfiguration>")
    if names == {"location"}:
        return _xml(f"<LocationConstraint>{request.region}</LocationConstraint>")
    return None


def _xml(text: str) -> CosReply:
    return CosReply(200, {"Content-Type": XML_TYPE}, text.encode())


def _list(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply:
    listing = parse_listing(request.parameter)
    objects = [
        ListedObject(
            key=found.name,
            last_modified=found.last_modified_ISO8601,
            etag=found.etag,
            size=found.size,
            storage_class=storage_class_for_cos(found.storage_class),
        )
        for found in s3.objects(bucket, listing.prefix)
    ]
    return _xml(listing_xml(bucket, listing, list_page(listing, objects)))
