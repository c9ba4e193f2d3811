"""XML as COS and CI write it, for what stands in for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from shared.times import rfc3339


def as_xml(name: str, value: Any) -> str:
    """An element: a mapping has one in it for each name, a list one beside the other."""
    if isinstance(value, (list, tuple)):
        return "".join(as_xml(name, one) for one in value)
    if isinstance(value, Mapping):
        inner = "".join(as_xml(each, one) for each, one in value.items())
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


def error_xml(code: str, **more: str) -> bytes:
    """The body of an error of this Code."""
    return as_xml("Error", {"Code": code, **more}).encode()


def listing_xml(
    objects: Iterable[tuple[str, str, int, float]], following: str | None = None
) -> bytes:
    """A page of a listing: key, ETag, size and Last-Modified (Unix seconds) of each object.

    `following` is the marker of the page after it.
    """
    contents = [
        {
            "Key": quote(key),
            "LastModified": rfc3339(written).replace("Z", ".000Z"),
            "ETag": f'"{etag}"',
            "Size": size,
            "Owner": {"ID": "1250000000", "DisplayName": "1250000000"},
            "StorageClass": "STANDARD",
        }
        for key, etag, size, written in objects
    ]
    page: dict[str, Any] = {"IsTruncated": str(following is not None).lower()}
    if following is not None:
        page["NextMarker"] = quote(following)
    return as_xml("ListBucketResult", {**page, "Contents": contents}).encode()
