"""What COS tells of an object that was just created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coslocal.cos.requests import CosRequest


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
class ObjectCreated:
    """An object was put, copied or completed.

    `bucket` is <name>-<appid>, `event_time` in Unix seconds, `etag` in its quotes; `metadata` is by
    full header name, `x-cos-meta-…`; `request_headers` are found by name in any case.
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
