"""`GET /?uploads` of a bucket: which uploads in parts are on the page, and its XML (436/7736).

moto lists them all at once, in no order, and without their time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from coslocal.cos.listing import common_prefix, node, number, owner, taken

MAX_UPLOADS: Final = 1000


class Upload(NamedTuple):
    """An upload that was begun; they are listed in this order. `initiated` is in ISO 8601."""

    key: str
    upload_id: str
    initiated: str
    storage_class: str


class UploadListing(NamedTuple):
    """What is asked for; without an id the marker stands for all uploads of its key."""

    prefix: str
    delimiter: str
    key_marker: str
    id_marker: str
    max_uploads: int
    encoded: bool


class UploadPage(NamedTuple):
    """What is answered; `next_marker` is a key and an id, None on the last page."""

    uploads: Sequence[Upload]
    common_prefixes: Sequence[str]
    next_marker: tuple[str, str] | None


def parse_upload_listing(parameter: Callable[[str], str | None]) -> UploadListing:
    """Read the query of a listing; `parameter` returns one by name.

    Raises:
        CosError: InvalidArgument for a max-uploads that is no number.
    """
    return UploadListing(
        prefix=parameter("prefix") or "",
        delimiter=parameter("delimiter") or "",
        key_marker=parameter("key-marker") or "",
        id_marker=parameter("upload-id-marker") or "",
        max_uploads=number("max-uploads", parameter("max-uploads"), MAX_UPLOADS),
        encoded=parameter("encoding-type") == "url",
    )


def list_uploads(listing: UploadListing, uploads: Iterable[Upload]) -> UploadPage:
    """Return the page: uploads and common prefixes after the marker, in order."""
    return UploadPage(*taken(_places(listing, uploads), listing.max_uploads))


def _places(
    listing: UploadListing, uploads: Iterable[Upload]
) -> Iterator[tuple[tuple[str, str], str | None, Upload]]:
    for one in sorted(uploads):
        folder = common_prefix(one.key, listing.prefix, listing.delimiter)
        place = (folder, "") if folder else (one.key, one.upload_id)
        if one.key.startswith(listing.prefix) and not _is_listed(place, listing):
            yield place, folder or None, one


def uploads_xml(bucket: str, listing: UploadListing, page: UploadPage) -> str:
    """Return the body of the answer."""
    text = quote if listing.encoded else str
    next_key, next_id = page.next_marker or ("", "")
    head = {
        "Bucket": bucket,
        "KeyMarker": text(listing.key_marker),
        "UploadIdMarker": listing.id_marker,
        "NextKeyMarker": text(next_key),
        "NextUploadIdMarker": next_id,
        "MaxUploads": str(listing.max_uploads),
        "IsTruncated": "true" if page.next_marker else "false",
        "Prefix": text(listing.prefix),
        "Delimiter": text(listing.delimiter),
    }
    parts = [node(name, value) for name, value in head.items()]
    parts += [_upload(one, text(one.key), bucket) for one in page.uploads]
    parts += [
        f"<CommonPrefixes>{node('Prefix', text(one))}</CommonPrefixes>"
        for one in page.common_prefixes
    ]
    return f"<ListMultipartUploadsResult>{''.join(parts)}</ListMultipartUploadsResult>"


def _is_listed(place: tuple[str, str], listing: UploadListing) -> bool:
    """Tell whether a place is on an earlier page."""
    if listing.id_marker:
        return place <= (listing.key_marker, listing.id_marker)
    return place[0] <= listing.key_marker


def _upload(one: Upload, key: str, bucket: str) -> str:
    return (
        "<Upload>"
        + node("Key", key)
        + node("UploadId", one.upload_id)
        + node("StorageClass", one.storage_class)
        + f"<Initiator>{owner(bucket)}</Initiator><Owner>{owner(bucket)}</Owner>"
        + node("Initiated", one.initiated)
        + "</Upload>"
    )
