"""What COS tells of an object that was just created or deleted (583/9707)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import unescape

from coslocal.cos.requests import CosRequest

_OBJECT: Final = re.compile(rb"<Object>(.*?)</Object>", re.DOTALL)
_KEY: Final = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
_VERSION: Final = re.compile(rb"<VersionId>(.*?)</VersionId>", re.DOTALL)


@dataclass(frozen=True)
class StoredObject:
    """What lies under a key; `etag` in its quotes, `last_modified` in Unix seconds.

    `read` returns the content, which is not in memory before; `is_archived` if COS itself would
    refuse to.
    """

    read: Callable[[], bytes]
    etag: str
    size: int
    content_type: str
    last_modified: float
    metadata: Mapping[str, str]
    is_archived: bool = False

    @property
    def body(self) -> bytes:
        """All of the content."""
        return self.read()


@dataclass(frozen=True)
class ObjectEvent:
    """An object was put, copied, completed or deleted.

    `event_name` says which; of a deleted one the rest is as it was before. `bucket` is
    <name>-<appid>, `event_time` in Unix seconds, `etag` in its quotes; `metadata` is by full header
    name, `x-cos-meta-…`; `request_headers` are found by name in any case.
    """

    bucket: str
    appid: str
    region: str
    key: str
    size: int
    etag: str
    event_name: str
    event_time: int
    metadata: Mapping[str, str]
    content_type: str
    source_ip: str
    request_id: str
    request_headers: Mapping[str, str]


def deletions(request: CosRequest) -> list[tuple[str, str | None]]:
    """Return the keys that a request deletes if it succeeds, each with the version it names."""
    if request.key is None and request.parameter("delete") is not None:
        return [
            (_text(_KEY, one), _text(_VERSION, one) or None)
            for one in _OBJECT.findall(request.body)
        ]
    names = {name for name, _ in request.parameters}
    if request.method == "DELETE" and request.key is not None and names <= {"versionId"}:
        return [(request.key, request.parameter("versionId"))]
    return []


def _text(node: re.Pattern[bytes], document: bytes) -> str:
    match = node.search(document)
    return unescape(match[1].decode(), {"&quot;": '"', "&apos;": "'"}) if match else ""


def creation(request: CosRequest) -> str | None:
    """Return the name of the event this request causes where it succeeds, None if it doesn't."""
    if request.bucket is None or request.key is None:
        return None
    names = {name for name, _ in request.parameters}
    if request.method == "POST" and "uploadId" in names:
        return "cos:ObjectCreated:CompleteMultipartUpload"
    if request.method == "POST" and "append" in names:
        return "cos:ObjectCreated:Append"
    if request.method != "PUT" or names & {"acl", "tagging", "uploadId", "partNumber"}:
        return None
    if request.form is not None:
        return "cos:ObjectCreated:Post"
    copied = "x-cos-copy-source" in request.headers
    return "cos:ObjectCreated:Copy" if copied else "cos:ObjectCreated:Put"
