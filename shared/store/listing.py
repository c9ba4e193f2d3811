"""COS's reply to GET Bucket (436/7734), with EncodingType=url: keys can hold what XML can't."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from shared.store import Listed, Page
from shared.times import http_date_seconds


def page_in(data: bytes, date: str | None) -> Page:
    """One page, with the Date header of its reply.

    Raises ValueError or KeyError where it can't be read: half a page would hide cards.
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
    for contents in root:
        if _name(contents) != "Contents":
            continue
        texts = {_name(child): child.text or "" for child in contents}
        yield Listed(
            key=unquote(texts["Key"]),
            etag=texts["ETag"].strip('"'),
            size=int(texts["Size"]),
            last_modified=_seconds(texts["LastModified"]),
        )


def _seconds(text: str) -> float:
    """`2026-01-02T03:04:05.000Z`, always UTC."""
    return timegm(datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").timetuple())  # noqa: DTZ007


def _child_text(root: ET.Element, name: str) -> str | None:
    return next((child.text for child in root if _name(child) == name), None)


def _name(element: ET.Element) -> str:
    """The tag without its namespace, which COS gives or leaves out."""
    return element.tag.rpartition("}")[2]
