"""What COS tells of an object that was just created or deleted (583/9707)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coslocal.cos.deletions import deletions_of
from coslocal.cos.requests import CosRequest


@dataclass(frozen=True)
class StoredObject:
    """What lies under a key; `etag` in its quotes, `last_modified` in Unix seconds.

    `read` returns the content, which is not in memory before; `hindrance` says why CI can't read
    it, None if it can.
    """

    read: Callable[[], bytes]
    etag: str
    size: int
    content_type: str
    last_modified: float
    metadata: Mapping[str, str]
    hindrance: str | None = None

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
    """Return the keys that a request deletes if it succeeds, each with the version it names.

    Raises:
        CosError: MalformedXML if the document that names them can't be read.
    """
    if request.key is None and request.method == "POST" and "delete" in request.about:
        return deletions_of(request.body)
    if request.method == "DELETE" and request.key is not None and not request.about:
        return [(request.key, request.parameter("versionId"))]
    return []


def creation(request: CosRequest) -> str | None:
    """Return the name of the event this request causes if it succeeds, None if it doesn't."""
    if request.bucket is None or request.key is None:
        return None
    if request.method == "POST" and "uploadId" in request.about:
        return "cos:ObjectCreated:CompleteMultipartUpload"
    if request.method == "POST" and "append" in request.about:
        return "cos:ObjectCreated:Append"
    if request.method != "PUT" or request.about - {"symlink"}:
        return None
    if request.form is not None:
        return "cos:ObjectCreated:Post"
    copied = "x-cos-copy-source" in request.headers
    return "cos:ObjectCreated:Copy" if copied else "cos:ObjectCreated:Put"
