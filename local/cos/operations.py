"""Carrying a COS request out on S3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import unescape

from local.cos.dialect import (
    body_for_cos,
    echoed_headers,
    headers_for_cos,
    headers_for_s3,
    parameters_for_s3,
)
from local.cos.errors import CODE_OF_STATUS, CosError
from local.cos.events import creation
from local.cos.listing import PARAMETERS, ListedObject, list_page, listing_xml, parse_listing
from local.cos.moto_s3 import MotoS3, S3Request
from local.cos.requests import CosRequest

XML_TYPE: Final = "application/xml"
DEFAULT_CONTENT_TYPE: Final = "application/octet-stream"

_BUCKET_PARAMETERS: Final = re.compile(
    "acl|cors|delete|delimiter|encoding-type|encryption|key-marker|lifecycle|location|logging"
    "|marker|max-keys|max-uploads|policy|prefix|tagging|upload-id-marker|uploads"
    "|version-id-marker|versioning|versions|website"
)
_OBJECT_PARAMETERS: Final = re.compile(
    "acl|encoding-type|max-parts|part-number-marker|partNumber|restore|tagging|uploadId|uploads"
    "|versionId|response-(cache-control|expires|content-(disposition|encoding|language|type))"
)
_UNCHECKED_CONDITIONS: Final = frozenset(
    f"x-cos-copy-source-if-{condition}"
    for condition in ("match", "modified-since", "unmodified-since")
)
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

    The caller holds `s3.lock`: what is checked here must still be so when S3 acts on it.

    Raises:
        CosError: It can't be done.
    """
    _check_known(request)
    if request.bucket is not None and request.key is None:
        answer = _on_bucket(s3, request.bucket, request)
        if answer is not None:
            return answer
    _check_overwrite(s3, request)
    return _on_s3(s3, request, now)


def _check_known(request: CosRequest) -> None:
    """Refuse what S3 would take for a simpler request, such as `PUT /key?symlink` for a PUT."""
    known = _BUCKET_PARAMETERS if request.key is None else _OBJECT_PARAMETERS
    names = {name for name, _ in request.parameters}
    unknown = [name for name in sorted(names) if not known.fullmatch(name)]
    if unknown:
        raise CosError("NotImplemented", f"{unknown[0]} is not served here.")
    conditions = _UNCHECKED_CONDITIONS & request.headers.keys()
    if conditions:
        raise CosError("NotImplemented", f"{min(conditions)} is not served here.")
    if request.method == "POST" and not names & {"delete", "uploads", "uploadId", "restore"}:
        raise CosError("NotImplemented", "Uploads by POST are not served here.")


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


def _creates(request: CosRequest) -> bool:
    return creation(request) is not None or request.parameter("uploads") is not None


def _on_s3(s3: MotoS3, request: CosRequest, now: float) -> CosReply:
    headers = headers_for_s3(request.headers)
    if _creates(request):
        headers.setdefault("content-type", DEFAULT_CONTENT_TYPE)
    parameters = parameters_for_s3(request.parameters)
    asked = S3Request(
        request.method, request.bucket, request.key, parameters, headers, request.body
    )
    try:
        reply = s3.call(asked, now)
    except NotImplementedError as error:
        raise CosError("NotImplemented", str(error)) from error
    except ExpatError as error:
        raise CosError("MalformedXML", "The body is no XML.") from error
    except KeyError as error:
        if request.parameter("uploadId") is None:
            raise
        raise CosError("NoSuchUpload", "The specified upload does not exist.") from error
    if reply.status >= 400:  # noqa: PLR2004 - HTTP's errors
        raise _error(reply.status, reply.body)
    translated = headers_for_cos(reply.headers) | echoed_headers(request.headers)
    if request.bucket is not None and s3.versioning(request.bucket) is None:
        translated.pop("x-cos-version-id", None)
    if request.method == "HEAD":
        translated["Content-Length"] = dict(reply.headers).get("content-length", "0")
    elif request.method != "GET":
        translated.pop("Last-Modified", None)
    body = reply.body if request.reads_content else body_for_cos(reply.body, request)
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


def _on_bucket(s3: MotoS3, bucket: str, request: CosRequest) -> CosReply | None:
    """Answer what S3 has another answer to; None for the rest."""
    names = {name for name, _ in request.parameters}
    if request.method == "PUT" and not names and s3.has_bucket(bucket):
        raise CosError("BucketAlreadyOwnedByYou", "The bucket exists, and is yours.")
    if request.method != "GET" or not s3.has_bucket(bucket):
        return None
    if names <= PARAMETERS:
        return _list(s3, bucket, request)
    if names == {"versioning"}:
        status = s3.versioning(bucket)
        node = f"<Status>{status}</Status>" if status else ""
        return _xml(f"<VersioningConfiguration>{node}</VersioningConfiguration>")
    if names == {"location"}:
        region = request.host.removeprefix(f"{bucket}.cos.").partition(".")[0]
        return _xml(f"<LocationConstraint>{region}</LocationConstraint>")
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
            storage_class=found.storage_class or "STANDARD",
        )
        for found in s3.objects(bucket, listing.prefix)
    ]
    return _xml(listing_xml(bucket, listing, list_page(listing, objects)))
