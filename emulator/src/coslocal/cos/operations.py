"""Carrying a COS request out on S3."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import unescape

from coslocal.cos.acl import INHERITED, Acl, acl_of_headers
from coslocal.cos.bucket_operations import (
    Storage,
    acl_given,
    acl_reply,
    answer_bucket,
    answer_service,
)
from coslocal.cos.checks import check_document, check_known
from coslocal.cos.checksum import HEADER as CHECKSUM
from coslocal.cos.checksum import crc64, crc64_of
from coslocal.cos.conditions import (
    check_customer_key,
    check_retention,
    check_source,
    keep_customer_key,
    keep_retention,
    retention_xml,
)
from coslocal.cos.cors import check_preflight
from coslocal.cos.deletions import document_for_s3
from coslocal.cos.dialect import (
    body_for_cos,
    echoed_headers,
    headers_for_cos,
    headers_for_s3,
    parameters_for_s3,
    query_for_s3,
    read_copy_source,
)
from coslocal.cos.errors import CODE_OF_STATUS, MESSAGES, CosError
from coslocal.cos.events import creation, deletions
from coslocal.cos.moto_s3 import MotoS3, S3Request, acl_of
from coslocal.cos.on_disk import FileBody
from coslocal.cos.own_objects import (
    NEXT_POSITION,
    OBJECT_TYPE,
    as_put,
    check_append,
    link_headers,
    link_of,
    note_appendable,
    note_link,
    target_of_link,
    type_of,
)
from coslocal.cos.replies import CosReply, xml_reply
from coslocal.cos.requests import CosRequest

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

DEFAULT_CONTENT_TYPE: Final = "application/octet-stream"

_ERROR_CODE: Final = re.compile(rb"<Code>(.*?)</Code>", re.DOTALL)
_UPLOAD_ID: Final = re.compile(rb"<UploadId>(.*?)</UploadId>")


def carry_out(storage: Storage, request: CosRequest, now: float) -> CosReply:
    """Do what a believed request asks for, at the time `now`.

    The caller holds `storage.s3.lock`: what is checked here must still be so when S3 acts on it.

    Raises:
        CosError: It can't be done.
    """
    check_known(request)
    check_document(request)
    _check_home(storage, request)
    if request.bucket is None:
        return answer_service(storage, request)
    if request.key is None:
        answer = answer_bucket(storage, request.bucket, request)
    else:
        answer = _on_object(storage, request, now)
    return answer or _on_storage(storage, request, now)


def _on_storage(storage: Storage, request: CosRequest, now: float) -> CosReply:
    """Do what S3 does too, and what COS does with it besides."""
    s3 = storage.s3
    if request.method == "OPTIONS":
        check_preflight(request.headers, s3.cors_rules(request.bucket or ""))
    _check_overwrite(s3, request)
    _check_retained(s3, request, now)
    _check_copy_source(storage, request)
    _check_customer_key(s3, request)
    said = {**_begun_with(s3, request), **request.headers}
    acl = acl_of_headers(said, of_object=request.key is not None)
    reply = _on_s3(s3, request, now)
    if creation(request) is not None:
        stored = _named(s3, request)
        if stored is not None:
            keep_customer_key(stored, said)
            keep_retention(stored, now, storage.settings.retention_days(request.bucket or ""))
            vars(stored)["cos_acl"] = acl or INHERITED
    _note(storage, request, reply, acl)
    reply = replace(reply, headers={**reply.headers, **echoed_headers(said)})
    return _with_checksum(s3, request, reply)


def _note(storage: Storage, request: CosRequest, reply: CosReply, acl: Acl | None) -> None:
    """Note what became of a bucket, or what an upload in parts was begun with."""
    bucket = request.bucket or ""
    if _is_of_bucket("PUT", request):
        storage.regions.settle(bucket, request.region)
        if acl is not None:
            storage.s3.set_bucket_acl(bucket, acl)
    elif _is_of_bucket("DELETE", request):
        storage.regions.forget(bucket)
        storage.settings.forget(bucket)
    elif request.method == "POST" and request.parameter("uploads") is not None:
        begun = _UPLOAD_ID.search(bytes(reply.body))
        if begun is not None:
            storage.s3.begin(bucket, begun[1].decode(), request.headers)


def _begun_with(s3: MotoS3, request: CosRequest) -> dict[str, str]:
    upload = request.parameter("uploadId")
    if upload is None or request.method != "POST":
        return {}
    return s3.begun_with(request.bucket or "", upload)


def _check_home(storage: Storage, request: CosRequest) -> None:
    """Refuse what is asked of a bucket that isn't there, or is at another region's host."""
    if request.bucket is None:
        if request.key is not None:
            raise CosError("NoSuchBucket", "The host names no bucket.")
        return
    creates = _is_of_bucket("PUT", request)
    there = storage.s3.has_bucket(request.bucket)
    if creates and there:
        raise CosError("BucketAlreadyOwnedByYou", "The bucket exists, and is yours.")
    asked = not creates and request.method != "OPTIONS"
    if asked and not (there and storage.regions.home(request.bucket) == request.region):
        raise CosError("NoSuchBucket", MESSAGES["NoSuchBucket"])


def _on_object(storage: Storage, request: CosRequest, now: float) -> CosReply | None:
    """Answer what S3 has no objects for, or another answer to; None for the rest."""
    s3, names = storage.s3, {name for name, _ in request.parameters}
    if "acl" in names:
        return _object_acl(s3, request)
    stored = _named(s3, request)
    if "tagging" in names and stored is None:
        code = "NoSuchKey" if request.parameter("versionId") is None else "NoSuchVersion"
        raise CosError(code, MESSAGES[code], 404)
    for name, answer in _OF_COS_ONLY.items():
        if name in names:
            return answer(storage, request, stored, now)
    target = link_of(stored) if request.shows_content else None
    if target is not None:
        return _on_storage(storage, replace(request, key=target), now)
    if stored is not None and request.method == "HEAD":
        reply = _on_storage(storage, request, now)
        return replace(reply, headers={**reply.headers, OBJECT_TYPE: type_of(stored)})
    return None


def _append(storage: Storage, request: CosRequest, stored: FakeKey | None, now: float) -> CosReply:
    s3, bucket = storage.s3, request.bucket or ""
    check_append(request, stored, s3.versioning(bucket))
    put = as_put(request)
    if stored is None:
        reply = _on_storage(storage, put, now)
        stored = _named(s3, put)
    else:
        _check_retained(s3, put, now)
        s3.append(stored, request.body, now)
        reply = CosReply(200, {"ETag": stored.etag})
    if stored is not None:
        note_appendable(stored)
        reply = replace(reply, headers={**reply.headers, NEXT_POSITION: str(stored.size)})
    return _with_checksum(s3, put, reply)


def _link(storage: Storage, request: CosRequest, stored: FakeKey | None, now: float) -> CosReply:
    s3 = storage.s3
    if request.method == "PUT":
        target = target_of_link(request.headers)
        put = replace(request, parameters=[], body=b"")
        reply = _on_storage(storage, put, now)
        made = _named(s3, put)
        if made is not None:
            note_link(made, target)
        return reply
    found = link_of(stored)
    if stored is None or found is None:
        raise CosError("NoSuchKey", MESSAGES["NoSuchKey"])
    return CosReply(200, link_headers(found, stored.etag))


def _retention(
    _storage: Storage, _request: CosRequest, stored: FakeKey | None, _now: float
) -> CosReply:
    if stored is None:
        raise CosError("NoSuchKey", MESSAGES["NoSuchKey"])
    return xml_reply(retention_xml(stored))


_OF_COS_ONLY: Final[
    Mapping[str, Callable[[Storage, CosRequest, FakeKey | None, float], CosReply]]
] = {"append": _append, "symlink": _link, "retention": _retention}
"""What is asked of an object by a parameter, and how COS answers it: S3 has none of it, or another
form."""


def _object_acl(s3: MotoS3, request: CosRequest) -> CosReply:
    stored = _named(s3, request)
    if stored is None:
        raise CosError("NoSuchKey", MESSAGES["NoSuchKey"])
    if request.method == "GET":
        return acl_reply(request, acl_of(stored))
    vars(stored)["cos_acl"] = acl_given(request)
    return CosReply(200)


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
    named = deletions(request)
    if request.key is not None and creation(request) is not None:
        named.append((request.key, None))
    for key, version in named:
        for stored in s3.lost_with(request.bucket or "", key, version):
            check_retention(stored, now)


def _check_copy_source(storage: Storage, request: CosRequest) -> None:
    """Refuse a copy whose source isn't what it must be, or isn't there."""
    if "x-cos-copy-source" in request.headers:
        source = read_copy_source(request.headers["x-cos-copy-source"])
        home = storage.regions.home(source.bucket)
        if not storage.s3.has_bucket(source.bucket) or source.region not in (home, None):
            raise CosError("NoSuchBucket", "The source's bucket is not there.")
        found = storage.s3.find(source.bucket, source.key, source.version)
        if found is None and source.version is None:
            raise CosError("NoSuchKey", "The source is not there.")
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


def _is_of_bucket(method: str, request: CosRequest) -> bool:
    """Tell whether a request makes (PUT) or deletes (DELETE) a bucket."""
    return (request.method, request.key, request.about) == (method, None, frozenset())


def _creates(request: CosRequest) -> bool:
    return creation(request) is not None or request.parameter("uploads") is not None


def _on_s3(s3: MotoS3, request: CosRequest, now: float) -> CosReply:
    headers = headers_for_s3(request.headers)
    if _creates(request):
        headers.setdefault("content-type", DEFAULT_CONTENT_TYPE)
    parameters = parameters_for_s3(request.parameters)
    body = request.body
    if "select" in request.about:
        body = query_for_s3(body)
    elif request.key is None and "delete" in request.about:
        body = document_for_s3(body)
    elif _is_of_bucket("PUT", request) or _is_of_bucket("DELETE", request):
        parameters = []
        body = b""  # it says in how many zones the bucket is, or in which region
    asked = S3Request(request.method, request.bucket, request.key, parameters, headers, body)
    with _told_as_cos_does(request):
        reply = s3.call(asked, now)
    if reply.status >= 400:  # noqa: PLR2004 - HTTP's errors
        raise _error(reply.status, bytes(reply.body))
    translated = headers_for_cos(reply.headers)
    if request.bucket is not None and s3.versioning(request.bucket) is None:
        translated.pop("x-cos-version-id", None)
    if request.method == "HEAD":
        translated["Content-Length"] = dict(reply.headers).get("content-length", "0")
    elif request.method != "GET":
        translated.pop("Last-Modified", None)
    if request.reads_content or isinstance(reply.body, FileBody):
        return CosReply(reply.status, translated, reply.body)
    return CosReply(reply.status, translated, body_for_cos(reply.body, request))


@contextmanager
def _told_as_cos_does(request: CosRequest) -> Iterator[None]:
    """Turn what moto raises into refusals; what has another reason is a bug, and stays one."""
    try:
        yield
    except NotImplementedError as error:
        raise CosError("NotImplemented", "This is not served here.") from error
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
    code = _text(_ERROR_CODE.search(body)) or CODE_OF_STATUS.get(status, "InternalError")
    return CosError(code, MESSAGES.get(code, "The request can't be carried out."), status)


def _text(match: re.Match[bytes] | None) -> str:
    return unescape(match[1].decode()) if match else ""
