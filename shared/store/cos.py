"""The store on COS, through cos-python-sdk-v5."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from qcloud_cos import CosClientError, CosS3Auth, CosServiceError
from requests import Response
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProxyError

from shared.errors import PhotoUnreadable, StorageFault
from shared.settings.load import Settings
from shared.store import ETAG, Created, Listed, Page, Photo
from shared.times import from_http_date, http_date_seconds

if TYPE_CHECKING:
    from shared.cloud import Cloud

T = TypeVar("T")
Headers = dict[str, str]
"""A reply's headers, with names in lower case, since a proxy may change the case."""

_LISTED_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_SIZE = re.compile("[0-9]{1,18}")
_ERROR_CODE = re.compile("<Code>([A-Za-z][0-9A-Za-z.]{0,63})</Code>")
_BAD_REQUEST, _FORBIDDEN = 400, 403
_ARCHIVED_CLASSES = frozenset({"ARCHIVE", "DEEP_ARCHIVE"})
_FORBID_OVERWRITE = {"x-cos-forbid-overwrite": "true"}
_JSON, _GZIP = "application/json; charset=utf-8", "application/gzip"
_PAGE_SIZE = 1000  # COS's largest


class CosStore:
    """Photos of the input bucket, by HEAD only, and our objects in the output bucket.

    Source: the COS API pages 436/7749 (PUT Object), 436/7745 (HEAD), 436/7753 (GET), 436/7743
    (DELETE), 436/7734 (GET Bucket), 436/7730 (errors).
    """

    def __init__(self, cloud: Cloud, settings: Settings) -> None:
        self._client = cloud.idempotent
        self._input_bucket = settings.input_bucket
        self._output_bucket = settings.output_bucket
        self._encryption = _encryption(settings.output_sse)

    def head_photo(self, key: str) -> Photo | None:
        """HEAD the photo; see `Store`."""
        request = "HEAD of a photo"
        try:
            headers = self._head(request, self._input_bucket, key)
        except StorageFault as fault:
            if fault.status in {_BAD_REQUEST, _FORBIDDEN}:
                is_denied = fault.status == _FORBIDDEN
                raise PhotoUnreadable(request, fault.code, is_denied=is_denied) from None
            raise
        if headers is None:
            return None
        etag = headers.get("etag", "").strip('"')
        if not ETAG.fullmatch(etag):
            raise StorageFault(request, "UnreadableETag")
        size = headers.get("content-length", "")
        if not _SIZE.fullmatch(size):  # don't read it as 0: an empty photo is rejected for good
            raise StorageFault(request, "UnreadableSize")
        return Photo(
            key=key,
            etag=etag,
            size=int(size),
            last_modified=from_http_date(headers.get("last-modified")),
            content_type=headers.get("content-type", ""),
            card_type=headers.get("x-cos-meta-card-type") or None,
            version_id=headers.get("x-cos-version-id"),
            seen_at=http_date_seconds(headers.get("date")),
            problem="archived" if _is_archived(headers) else None,
        )

    def list_photos(self, prefix: str, after: str | None) -> Page:
        """GET Bucket of the photos; see `Store`."""
        return self._list(self._input_bucket, prefix, after)

    def list_objects(self, prefix: str, after: str | None) -> Page:
        """GET Bucket of our objects; see `Store`."""
        return self._list(self._output_bucket, prefix, after)

    def read(self, name: str) -> bytes | None:
        """GET an object of ours; see `Store`."""
        found = self._get(name)
        return None if found is None else found[1]

    def create_once(self, name: str, body: bytes) -> Created | None:
        """PUT with `x-cos-forbid-overwrite`; see `Store`."""
        try:
            headers = self._put(name, body, _FORBID_OVERWRITE)
        except StorageFault as fault:
            if fault.code == "FileAlreadyExists":
                return None
            raise
        versioned = "x-cos-version-id" in headers
        return Created(from_http_date(headers.get("date")), versioned=versioned)

    def find_own(self, name: str, body: bytes) -> Created | None:
        """GET and compare; see `Store`. The SDK repeats a PUT once if its reply is lost."""
        found = self._get(name)
        if found is None or found[1] != body:
            return None
        # Last-Modified says when it was created. The Date is that of this GET, which is later.
        return Created(from_http_date(found[0].get("last-modified")))

    def exists(self, name: str) -> bool:
        """HEAD an object of ours; see `Store`."""
        return self._head("HEAD of an object", self._output_bucket, name) is not None

    def replace(self, name: str, body: bytes) -> None:
        """PUT an object of ours; see `Store`."""
        self._put(name, body, {})

    def delete(self, name: str) -> None:
        """DELETE an object of ours; see `Store`."""
        bucket = self._output_bucket
        asked("DELETE of an object", lambda: self._client.delete_object(Bucket=bucket, Key=name))

    def _head(self, request: str, bucket: str, key: str) -> Headers | None:
        try:
            found = asked(request, lambda: self._client.head_object(Bucket=bucket, Key=key))
        except StorageFault as fault:
            if fault.code == "NoSuchResource":
                return None
            raise
        return _genuine(request, found)

    def _get(self, name: str) -> tuple[Headers, bytes] | None:
        def ask() -> tuple[Headers, bytes]:
            reply = self._client.get_object(Bucket=self._output_bucket, Key=name)
            return _genuine(request, reply), reply["Body"].get_raw_stream().read()

        request = "GET of an object"
        try:
            return asked(request, ask)
        except StorageFault as fault:
            if fault.code == "NoSuchKey":
                return None
            raise

    def _put(self, name: str, body: bytes, headers: Mapping[str, str]) -> Headers:
        def ask() -> Mapping[str, str]:
            reply: Mapping[str, str] = self._client.put_object(
                Bucket=self._output_bucket,
                Key=name,
                Body=body,
                ContentType=_GZIP if name.endswith(".gz") else _JSON,
                Metadata=dict(headers),
                **self._encryption,
            )
            return reply

        request = "PUT of an object"
        return _genuine(request, asked(request, ask))

    def _list(self, bucket: str, prefix: str, after: str | None) -> Page:
        """List one page. Read the reply here: the SDK would turn it into text and `eval` that."""
        request, configuration = "GET of a listing", self._client.get_conf()
        params = {
            "prefix": prefix,
            "marker": after or "",
            "max-keys": str(_PAGE_SIZE),
            "encoding-type": "url",
        }

        def ask() -> Response:
            reply: Response = self._client.send_request(
                method="GET",
                url=configuration.uri(bucket=bucket),
                bucket=bucket,
                params=params,
                headers={},
                auth=CosS3Auth(configuration, params=params),
            )
            return reply

        reply = asked(request, ask)
        try:
            page = page_in(reply.content, reply.headers.get("Date"))
        except (ValueError, KeyError):
            raise StorageFault(request, "UnreadableReply") from None
        if page.next is not None and page.next == after:
            raise StorageFault(request, "RepeatedMarker")  # it would never end
        return page


def asked(request: str, ask: Callable[[], T]) -> T:
    """Call `ask`. Raise a refusal, or a lost reply, as a StorageFault whose text has no key."""
    try:
        return ask()
    except CosServiceError as error:
        digest = error.get_digest_msg()
        code = digest.get("code") if isinstance(digest, Mapping) else _code_in(error)
        status = error.get_status_code()
        raise StorageFault(request, str(code or f"HTTP{status}"), status) from None
    except CosClientError as error:
        code = "NoConnection" if never_connected(error) else "NoReply"
        raise StorageFault(request, code) from None
    except (HTTPError, OSError):  # reading failed; the SDK raises OSError if a body has no length
        raise StorageFault(request, "NoReply") from None


def _code_in(error: CosServiceError) -> str | None:
    """Return the Code of an error whose XML the SDK can't parse, such as one with a bad byte."""
    found = _ERROR_CODE.search(str(error.get_origin_msg()))
    return found[1] if found else None


def never_connected(error: BaseException) -> bool:
    """Return whether a failed request certainly sent nothing, since no connection was made.

    The SDK replaces each exception with its own, and keeps the original only as the context.
    """
    return any(
        isinstance(cause, (NewConnectionError, ConnectTimeoutError, ProxyError))
        or type(cause).__name__ == "SSLCertVerificationError"
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, what it was raised from, and urllib3's `reason`, each once."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += cause.args


def _genuine(request: str, headers: Mapping[str, Any]) -> Headers:
    """Return the headers of COS's reply. Raise StorageFault if they have no ETag.

    The SDK also accepts a redirect or a proxy's page, which have none. If we believed these, we
    would count on a claim that nobody made, or on a result that nobody wrote.
    """
    found = {name.lower(): value for name, value in headers.items()}
    if "etag" not in found:
        raise StorageFault(request, "UnreadableReply")
    return found


def _is_archived(headers: Headers) -> bool:
    """Return whether an object is archived and not restored (436/13321, 436/12633)."""
    is_restored = 'ongoing-request="false"' in headers.get("x-cos-restore", "")
    return headers.get("x-cos-storage-class") in _ARCHIVED_CLASSES and not is_restored


def _encryption(output_sse: str) -> dict[str, Any]:
    """Return the SDK's parameters for OUTPUT_SSE."""
    kind, _, key_id = output_sse.partition(":")
    if kind == "NONE":
        return {}
    if kind == "AES256":
        return {"ServerSideEncryption": "AES256"}
    return {"ServerSideEncryption": "cos/kms"} | ({"SSEKMSKeyId": key_id} if key_id else {})


def page_in(data: bytes, date: str | None) -> Page:
    """Read one page of a listing. `date` is the Date header of its reply.

    Keys are percent-encoded (EncodingType=url), since a key can hold characters that XML can't.

    Raise ValueError or KeyError if it can't be read: half a page would hide cards.
    """
    at = http_date_seconds(date)
    if at is None:
        raise ValueError("no Date")
    try:
        root = ET.fromstring(data.removeprefix(b"\xef\xbb\xbf").lstrip())  # noqa: S314 — see above
    except (ET.ParseError, LookupError):  # LookupError: an unknown encoding
        raise ValueError("no XML") from None
    if _name(root) != "ListBucketResult":
        raise ValueError("no ListBucketResult")
    objects = tuple(_objects(root))
    if _child_text(root, "IsTruncated") != "true":
        return Page(objects, None, at)
    marker = unquote(_child_text(root, "NextMarker") or "")
    if not marker and not objects:
        raise ValueError("truncated without a marker")
    return Page(objects, marker or objects[-1].key, at)


def _objects(root: ET.Element) -> Iterator[Listed]:
    space = root.tag.removesuffix("ListBucketResult")
    key, etag, size, written, kept = (
        f"{space}{name}" for name in ("Key", "ETag", "Size", "LastModified", "StorageClass")
    )
    for contents in root.iterfind(f"{space}Contents"):
        name = unquote(_text(contents, key))
        if not name:
            raise ValueError("no key")
        yield Listed(
            key=name,
            etag=_text(contents, etag).strip('"'),
            size=_size(_text(contents, size)),
            last_modified=_seconds(_text(contents, written)),
            storage_class=contents.findtext(kept) or "",
        )


def _text(contents: ET.Element, tag: str) -> str:
    text = contents.findtext(tag)  # takes a third of the time of a loop over the children
    if text is None:
        raise KeyError(tag)
    return text


def _size(text: str) -> int:
    if not _SIZE.fullmatch(text):  # int() takes 1_000 and digits of any alphabet
        raise ValueError("no size")
    return int(text)


def _seconds(text: str) -> float:
    """Return the Unix seconds of `2026-01-02T03:04:05.000Z`, which is always UTC."""
    match = _LISTED_TIME.match(text)
    if match is None:
        raise ValueError("no time")
    return datetime.fromisoformat(f"{match[0]}+00:00").timestamp()


def _child_text(root: ET.Element, name: str) -> str | None:
    return next((child.text for child in root if _name(child) == name), None)


def _name(element: ET.Element) -> str:
    """Return the tag without its namespace, which COS gives or leaves out."""
    return element.tag.rpartition("}")[2]
