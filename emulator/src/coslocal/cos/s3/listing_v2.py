"""S3's second listing, ListObjectsV2: the pages of `GET /` of a bucket under other names.

COS's own words have no such listing; S3's SDKs ask for it by themselves.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from coslocal.cos.errors import CosError
from coslocal.cos.listing import Listing, Page, contents, node

PARAMETERS: Final = frozenset({"list-type", "continuation-token", "start-after", "fetch-owner"})


def is_v2(parameter: Callable[[str], str | None]) -> bool:
    """Tell whether the second listing is asked for."""
    return parameter("list-type") == "2"


def marker_v2(parameter: Callable[[str], str | None]) -> str:
    """Return the key or common prefix after which a page begins.

    Raises:
        CosError: InvalidArgument for a token that no page ended with.
    """
    token = parameter("continuation-token")
    if token is None:
        return parameter("start-after") or ""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise CosError("InvalidArgument", "The continuation token is none of mine.") from error


def listing_v2_xml(
    bucket: str, listing: Listing, page: Page, parameter: Callable[[str], str | None]
) -> str:
    """Return the body of the answer."""
    text = quote if listing.encoded else str
    following = page.next_marker and base64.urlsafe_b64encode(page.next_marker.encode()).decode()
    start = parameter("start-after")
    head = {
        "Name": bucket,
        "Prefix": text(listing.prefix),
        "Delimiter": text(listing.delimiter) if listing.delimiter else None,
        "MaxKeys": str(listing.max_keys),
        "EncodingType": "url" if listing.encoded else None,
        "KeyCount": str(len(page.objects) + len(page.common_prefixes)),
        "IsTruncated": "true" if following else "false",
        "ContinuationToken": parameter("continuation-token"),
        "NextContinuationToken": following,
        "StartAfter": text(start) if start is not None else None,
    }
    owned = parameter("fetch-owner") == "true"
    parts = [node(name, value) for name, value in head.items() if value is not None]
    parts += [contents(one, text(one.key), bucket if owned else None) for one in page.objects]
    parts += [
        f"<CommonPrefixes>{node('Prefix', text(prefix))}</CommonPrefixes>"
        for prefix in page.common_prefixes
    ]
    body = f"<ListBucketResult>{''.join(parts)}</ListBucketResult>"
    return f"<?xml version='1.0' encoding='utf-8' ?>\n{body}"
