"""`GET /` of a bucket: which keys are on the page, and its XML (GET Bucket, 436/7734)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import quote
from xml.sax.saxutils import escape

from coslocal.cos.errors import CosError

P = TypeVar("P")
T = TypeVar("T")

MAX_KEYS: Final = 1000
PARAMETERS: Final = frozenset({"prefix", "delimiter", "marker", "max-keys", "encoding-type"})


@dataclass(frozen=True)
class ListedObject:
    """One object of a bucket; `last_modified` is in ISO 8601, `etag` in its quotes."""

    key: str
    last_modified: str
    etag: str
    size: int
    storage_class: str


@dataclass(frozen=True)
class Listing:
    """What is asked for."""

    prefix: str
    delimiter: str
    marker: str
    max_keys: int
    encoded: bool


@dataclass(frozen=True)
class Page:
    """What is answered; `next_marker` is None on the last page."""

    objects: Sequence[ListedObject]
    common_prefixes: Sequence[str]
    next_marker: str | None


def parse_listing(parameter: Callable[[str], str | None]) -> Listing:
    """Read the query of a listing; `parameter` returns one by name.

    Raises:
        CosError: InvalidArgument for a max-keys that is no number or an unknown encoding.
    """
    encoding = parameter("encoding-type")
    if encoding not in (None, "", "url"):
        raise CosError("InvalidArgument", "encoding-type must be url.")
    return Listing(
        prefix=parameter("prefix") or "",
        delimiter=parameter("delimiter") or "",
        marker=parameter("marker") or "",
        max_keys=number("max-keys", parameter("max-keys"), MAX_KEYS),
        encoded=encoding == "url",
    )


def list_page(listing: Listing, objects: Iterable[ListedObject]) -> Page:
    """Return the page: keys and common prefixes after the marker, in byte order.

    `objects` are those under the prefix, in any order.
    """
    ordered = sorted(objects, key=lambda one: one.key)
    named = ((common_prefix(one.key, listing.prefix, listing.delimiter), one) for one in ordered)
    places = (
        (name, name if name != one.key else None, one)
        for name, one in ((folder or one.key, one) for folder, one in named)
        if name > listing.marker
    )
    return Page(*taken(places, listing.max_keys))


def taken(
    places: Iterable[tuple[P, str | None, T]], most: int
) -> tuple[list[T], list[str], P | None]:
    """Take a page of at most so many items and common prefixes.

    Args:
        places: in their order, each with the common prefix that stands for it, or None, and its
            item.
        most: how many.

    Returns:
        the items, the common prefixes, and the last place taken where there are more.
    """
    found: list[T] = []
    prefixes: list[str] = []
    last = None
    for place, folder, item in places:
        if folder is not None and folder in prefixes[-1:]:
            continue
        if len(found) + len(prefixes) == most:
            return found, prefixes, last
        if folder is None:
            found.append(item)
        else:
            prefixes.append(folder)
        last = place
    return found, prefixes, None


def listing_xml(bucket: str, listing: Listing, page: Page) -> str:
    """Return the body of the answer."""
    text = quote if listing.encoded else str
    head = {
        "Name": bucket,
        "EncodingType": "url" if listing.encoded else None,
        "Prefix": text(listing.prefix),
        "Marker": text(listing.marker),
        "MaxKeys": str(listing.max_keys),
        "Delimiter": text(listing.delimiter) if listing.delimiter else None,
        "IsTruncated": "true" if page.next_marker else "false",
        "NextMarker": text(page.next_marker) if page.next_marker else None,
    }
    parts = [node(name, value) for name, value in head.items() if value is not None]
    parts += [contents(one, text(one.key), bucket) for one in page.objects]
    parts += [
        f"<CommonPrefixes>{node('Prefix', text(prefix))}</CommonPrefixes>"
        for prefix in page.common_prefixes
    ]
    body = f"<ListBucketResult>{''.join(parts)}</ListBucketResult>"
    return f"<?xml version='1.0' encoding='utf-8' ?>\n{body}"


def common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    """Return what stands for a key that has the delimiter after its prefix, None for another."""
    if not delimiter:
        return None
    end = key.find(delimiter, len(prefix))
    return None if end < 0 else key[: end + len(delimiter)]


def number(name: str, text: str | None, most: int) -> int:
    """Read how many are wanted, `most` where nothing is said.

    Raises:
        CosError: InvalidArgument for what is no number.
    """
    if not text:
        return most
    if not (text.isascii() and text.isdigit()):
        raise CosError("InvalidArgument", f"{name} must be a number.")
    return min(int(text[:18]), most)


def node(name: str, text: str) -> str:
    """Return an XML node with text inside."""
    return f"<{name}>{escape(text)}</{name}>"


def owner(bucket: str) -> str:
    """Return the nodes of whoever owns a bucket's objects, as listings name him: the APPID."""
    appid = bucket.rpartition("-")[2]
    return node("ID", appid) + node("DisplayName", appid)


def contents(one: ListedObject, key: str, bucket: str | None) -> str:
    """Return the node of an object under its key, encoded or not; its owner is that of a bucket."""
    return (
        "<Contents>"
        + node("Key", key)
        + node("LastModified", one.last_modified)
        + node("ETag", one.etag)
        + node("Size", str(one.size))
        + (f"<Owner>{owner(bucket)}</Owner>" if bucket is not None else "")
        + node("StorageClass", one.storage_class)
        + "</Contents>"
    )
