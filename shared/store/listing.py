"""COS's reply to GET Bucket (436/7734), with EncodingType=url: keys can hold what XML can't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from shared.store import Listed, Page
from shared.times import http_date_seconds

_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


def page_in(data: bytes, date: str | None) -> Page:
    """Read one page, with the Date header of its reply.

    Raise ValueError or KeyError if it can't be read: half a page would hide cards.
    """
    at = http_date_seconds(date)
    if at is None:
        raise ValueError("no Date")
    try:
        root = ET.fromstring(data)  # noqa: S314 — see above
    except ET.ParseError:
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
        yield Listed(
            key=unquote(_text(contents, key)),
            etag=_text(contents, etag).strip('"'),
            size=int(_text(contents, size)),
            last_modified=_seconds(_text(contents, written)),
            storage_class=contents.findtext(kept) or "",
        )


def _text(contents: ET.Element, tag: str) -> str:
    text = contents.findtext(tag)  # this and `iterfind` are a third of a Python loop's work
    if text is None:
        raise KeyError(tag)
    return text


def _seconds(text: str) -> float:
    """`2026-01-02T03:04:05.000Z`, always UTC."""
    match = _TIME.match(text)
    if match is None:
        raise ValueError("no time")
    return datetime.fromisoformat(f"{match[0]}+00:00").timestamp()


def _child_text(root: ET.Element, name: str) -> str | None:
    return next((child.text for child in root if _name(child) == name), None)


def _name(element: ET.Element) -> str:
    """Return the tag without its namespace, which COS gives or leaves out."""
    return element.tag.rpartition("}")[2]
