"""XML as COS and CI write it, for what stands in for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from shared.times import rfc3339

_OWNED = (
    "<Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>"
    "<StorageClass>STANDARD</StorageClass>"
)


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
    contents = "".join(
        f"<Contents><Key>{quote(key)}</Key>"
        f"<LastModified>{rfc3339(written).replace('Z', '.000Z')}</LastModified>"
        f"<ETag>&quot;{etag}&quot;</ETag><Size>{size}</Size>{_OWNED}</Contents>"
        for key, etag, size, written in objects
    )
    more = "" if following is None else f"<NextMarker>{quote(following)}</NextMarker>"
    truncated = f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>"
    return f"<ListBucketResult>{truncated}{more}{contents}</ListBucketResult>".encode()
