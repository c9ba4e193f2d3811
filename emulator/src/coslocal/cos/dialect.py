"""COS's names and values as S3 has them, and back: headers, parameters, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from email.utils import formatdate, mktime_tz, parsedate_tz
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

from coslocal.cos.acl import OWNER
from coslocal.cos.deletions import is_quiet
from coslocal.cos.errors import CosError
from coslocal.cos.hosts import parse_host
from coslocal.cos.requests import CosRequest

_KMS_KEY_COS: Final = "x-cos-server-side-encryption-cos-kms-key-id"
_KMS_KEY_S3: Final = "x-amz-server-side-encryption-aws-kms-key-id"

IN_MORE_ZONES: Final = ("MAZ_STANDARD", "MAZ_STANDARD_IA", "MAZ_INTELLIGENT_TIERING")
"""Storage classes that S3 has no counterpart for."""

_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "x-cos-storage-class": {"ARCHIVE": "GLACIER", "DEEP_ARCHIVE": "DEEP_ARCHIVE"},
    "x-cos-server-side-encryption": {"cos/kms": "aws:kms"},
    "x-cos-metadata-directive": {"Replaced": "REPLACE", "Copy": "COPY"},
    "x-cos-tagging-directive": {"Replaced": "REPLACE", "Copy": "COPY"},
}
"""Values that differ, S3's by COS's."""


_NOT_FOR_S3: Final = re.compile(
    r"authorization|host|content-length|transfer-encoding|connection|accept-encoding|content-md5"
    r"|x-cos-(acl|content-sha1|date|fetch-owner|forbid-overwrite|grant-.*|mime-limit|request-id"
    r"|sdk-retry|security-token|symlink-target|traffic-limit|version-id)|x-amz-.*"
)
_KNOWN: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "x-cos-storage-class": (
        re.compile(
            "STANDARD|STANDARD_IA|INTELLIGENT_TIERING|ARCHIVE|DEEP_ARCHIVE|"
            + "|".join(IN_MORE_ZONES)
        ),
        "InvalidStorageClass",
    ),
    "x-cos-metadata-directive": (re.compile("Copy|Replaced", re.IGNORECASE), "InvalidArgument"),
    "x-cos-server-side-encryption": (re.compile("AES256|cos/kms"), "SSEContentNotSupported"),
}
"""What a header's value can be, and the code for another, which moto breaks at or believes."""

_RANGE: Final = re.compile(r"bytes=(\d+-\d*|-\d+)")
_DATES: Final = ("if-modified-since", "if-unmodified-since")
_NOT_FROM_S3: Final = (
    "content-length",
    "date",
    "server",
    "x-amz-bucket-region",
    "x-amz-sdk-checksum-algorithm",
    "x-amzn-requestid",
)
_EVENTS_OF_S3: Final = "application/vnd.amazon.eventstream"
_NO_BLANKS: Final = ("key-marker", "version-id-marker", "upload-id-marker", "delimiter", "prefix")
_NAMESPACE: Final = re.compile(r'^((?:<\?xml[^>]*\?>)?\s*<\w+) xmlns="[^"]*"')
_LISTED_PARTS: Final = re.compile("<(/?)ListPartsResponse>")
"""moto's name for what COS and S3 call ListPartsResult."""
_S3_HOST: Final = re.compile(r"<Location>http://[^/<]*amazonaws\.com/")
_QUERY_FOR_S3: Final[Sequence[tuple[re.Pattern[bytes], bytes]]] = (
    (re.compile(rb"<(/?)SelectRequest>"), rb"<\1SelectObjectContentRequest>"),
    (re.compile(rb"\b(cos|s3)object\b", re.IGNORECASE), b"s3object"),
)
"""What a query is called, and what it is of; moto knows the latter in lower case only."""

_OWNERS: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"<ID>[0-9a-f]{32,64}</ID>"), f"<ID>{OWNER}</ID>"),
    (re.compile("<DisplayName>webfile</DisplayName>"), f"<DisplayName>{OWNER}</DisplayName>"),
)
"""Whom everything belongs to: moto has but one owner, of an id and a name of its own."""

_STORAGE_CLASS: Final = re.compile("<StorageClass>(.*?)</StorageClass>")
_DELETED: Final = re.compile("<Deleted>.*?</Deleted>", re.DOTALL)
_LISTED_NAME: Final = re.compile(
    r"<(Key|Prefix|Delimiter|KeyMarker|NextKeyMarker)>(.*?)</\1>", re.DOTALL
)
_SHOWN_AS_SENT: Final = (
    "x-cos-server-side-encryption-customer-algorithm",
    "x-cos-server-side-encryption-customer-key-md5",
)
_CANONICAL: Final[Mapping[str, str]] = {
    "etag": "ETag",
    "content-md5": "Content-MD5",
}


class CopySource(NamedTuple):
    """What is copied; `version` is None for the current one."""

    region: str | None
    bucket: str
    key: str
    version: str | None


def headers_for_s3(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers S3 is to see; names in lower case.

    Raises:
        CosError: A copy source that can't be read, or a value that can't be.
    """
    translated = {}
    for name, value in headers.items():
        if _NOT_FOR_S3.fullmatch(name):
            continue
        if name == "range" and not _RANGE.fullmatch(value):
            continue  # as HTTP has it, and so for a date that is none (RFC 9110)
        if name in _DATES:
            if (moment := parsedate_tz(value)) is not None:
                translated[name] = formatdate(mktime_tz(moment), usegmt=True)
            continue
        known, code = _KNOWN.get(name, (None, ""))
        if known is not None and not known.fullmatch(value):
            raise CosError(code, f"{name} can't be that.")
        if name == "x-cos-copy-source":
            translated["x-amz-copy-source"] = _copy_source(value)
        elif name == _KMS_KEY_COS:
            translated[_KMS_KEY_S3] = value
        else:
            s3_name = "x-amz-" + name[6:] if name.startswith("x-cos-") else name
            translated[s3_name] = _VALUES.get(name, {}).get(value, value)
    return translated


def headers_for_cos(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return S3's response headers under COS's names, in COS's spelling."""
    translated = {}
    for name, value in headers:
        lower = name.lower()
        if lower in _NOT_FROM_S3:
            continue
        if value == _EVENTS_OF_S3:
            value = "application/octet-stream"  # noqa: PLW2901 - COS names no type of its own
        if lower == _KMS_KEY_S3:
            translated[_KMS_KEY_COS] = value
        elif lower.startswith("x-amz-"):
            cos_name = "x-cos-" + lower[6:]
            translated[cos_name] = _from_s3(cos_name, value)
        else:
            translated[_CANONICAL.get(lower, lower.title())] = value
    return translated


def storage_class_for_cos(name: str | None) -> str:
    """Return the name that COS has for S3's storage class, as headers and listings show it."""
    return _from_s3("x-cos-storage-class", name or "STANDARD")


def echoed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the request headers that COS repeats in its answer: those of a customer's own key."""
    return {name: headers[name] for name in _SHOWN_AS_SENT if name in headers}


def _from_s3(cos_name: str, value: str) -> str:
    back = {s3: cos for cos, s3 in _VALUES.get(cos_name, {}).items()}
    return back.get(value, value)


def parameters_for_s3(parameters: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters S3 is to see.

    The encoding of names stays here, since moto leaves some out; a blank marker is none.
    """
    return [
        (name, value)
        for name, value in parameters
        if name != "encoding-type" and (value or name not in _NO_BLANKS)
    ]


def query_for_s3(body: bytes) -> bytes:
    """Return a query of an object's content under S3's names."""
    for cos_name, s3_name in _QUERY_FOR_S3:
        body = cos_name.sub(s3_name, body)
    return body


_ENCODED_VERSIONS: Final = "<ListVersionsResult><EncodingType>url</EncodingType>"


def body_for_cos(body: bytes, request: CosRequest) -> bytes:
    """Return S3's XML without namespace, with COS's host, with names encoded if asked for."""
    text = _NAMESPACE.sub(r"\1", body.decode(), count=1)
    text = _S3_HOST.sub(f"<Location>http://{request.host}/", text)
    text = _LISTED_PARTS.sub(r"<\1ListPartsResult>", text)
    text = _STORAGE_CLASS.sub(_storage_class, text)
    for s3_name, cos_name in _OWNERS:
        text = s3_name.sub(cos_name, text)
    if request.key is None and "delete" in request.about and is_quiet(request.body):
        text = _DELETED.sub("", text)
    if request.parameter("encoding-type") == "url":
        text = _LISTED_NAME.sub(_encoded, text)
        if "<EncodingType>" not in text:  # S3's listing of versions doesn't say so
            text = text.replace("<ListVersionsResult>", _ENCODED_VERSIONS, 1)
    return text.encode()


def _storage_class(node: re.Match[str]) -> str:
    return f"<StorageClass>{storage_class_for_cos(node[1])}</StorageClass>"


def _encoded(node: re.Match[str]) -> str:
    name, value = node[1], unescape(node[2], {"&quot;": '"', "&#xD;": "\r"})
    return f"<{name}>{escape(quote(value))}</{name}>"


def read_copy_source(value: str) -> CopySource:
    """Read <bucket>.cos.<region>.myqcloud.com/<encoded key>[?versionId=…].

    Raises:
        CosError: It names no object.
    """
    parts = urlsplit("//" + value.removeprefix("https://").removeprefix("http://"))
    address = parse_host(parts.netloc)
    if address is None or address.bucket is None or len(parts.path) < 2:  # noqa: PLR2004 - a slash and a key
        raise CosError("InvalidCopySource", "x-cos-copy-source names no object.")
    version = dict(parse_qsl(parts.query)).get("versionId")
    return CopySource(address.region, address.bucket, unquote(parts.path[1:]), version)


def _copy_source(value: str) -> str:
    """Return the source of a copy as /<bucket>/<encoded key>[?versionId=…]."""
    source = read_copy_source(value)
    # Encoded whole: S3's reader cuts a key at characters that COS allows unencoded.
    path = f"/{source.bucket}/{quote(source.key, safe='')}"
    return path if source.version is None else f"{path}?versionId={quote(source.version)}"
