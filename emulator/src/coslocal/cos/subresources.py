"""Which query parameters ask for something, and what for.

COS ignores a parameter that it doesn't know; one of its own that is missing here must not be
ignored, or the request would do something simpler: `DELETE /?acl` deletes no bucket.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from coslocal.cos.settings import NAMES as SETTINGS

OF_BUCKETS: Final[Mapping[str, str]] = {
    "acl": "GET PUT",
    "cors": "GET PUT DELETE",
    "delete": "POST",
    "encryption": "GET PUT DELETE",
    "location": "GET",
    "tagging": "GET PUT DELETE",
    "uploads": "GET",
    "versioning": "GET PUT",
    "versions": "GET",
    "website": "GET PUT DELETE",
    **dict.fromkeys(SETTINGS, "GET PUT DELETE"),
}
OF_OBJECTS: Final[Mapping[str, str]] = {
    "acl": "GET PUT",
    "append": "POST",
    "partNumber": "PUT",
    "restore": "POST",
    "retention": "GET",
    "select": "POST",
    "symlink": "GET PUT",
    "tagging": "GET PUT DELETE",
    "uploadId": "GET PUT POST DELETE",
    "uploads": "POST",
}
"""What is asked for of a bucket or an object, and with which methods."""

OF_SERVICE: Final = re.compile(r"region|tagkey|tagvalue|create-time|range|marker|max-keys")
BUCKET_DETAILS: Final = re.compile(
    "delimiter|domainname|encoding-type|id|key-marker|marker|max-keys|max-uploads|prefix|upload-id-marker"
    "|version-id-marker|continuation-token"
)
OBJECT_DETAILS: Final = re.compile(
    "encoding-type|max-parts|part-number-marker|position|select-type|versionId"
    "|response-(cache-control|expires|content-(disposition|encoding|language|type))"
)
"""What says more of it."""

_MISSING: Final = re.compile(
    # of buckets and objects (436/10111)
    "accessmonitor|async-?fetch|bucketinfo|jobs?|live|livechannel|metadata|migrate"
    "|playlist|pm3u8|policystatus|presigned|rename|status|trigger-?workflow|vod|websiteurl"
    # of CI, which processes what is read or written (460/36540)
    "|ci-process|exif|imageave|imageinfo|imagemogr2|imageview2|imageslim|watermark|qrcode"
    "|detect-type|sensitive-content-recognition|recognition|x-cos-process",
    re.IGNORECASE,
)


def is_missing(name: str) -> bool:
    """Tell whether a parameter asks for what COS has and is missing here.

    CI's may hold what they are to do after a slash, as `imageMogr2/thumbnail/50x`.
    """
    return _MISSING.fullmatch(re.split(r"[/|]", name, maxsplit=1)[0]) is not None


def meant(
    parameters: Iterable[tuple[str, str]], *, bucket: str | None, key: str | None
) -> list[tuple[str, str]]:
    """Return the parameters of a request that COS doesn't ignore."""
    return [
        (name, value)
        for name, value in parameters
        if is_missing(name) or _is_known(name, bucket, key)
    ]


def asked_for(names: Iterable[str], *, key: str | None) -> frozenset[str]:
    """Return what parameters ask for of a bucket, or of an object, without what says more of it."""
    subjects = OF_BUCKETS if key is None else OF_OBJECTS
    return frozenset(name for name in names if name in subjects or is_missing(name))


def _is_known(name: str, bucket: str | None, key: str | None) -> bool:
    if key is not None:
        return name in OF_OBJECTS or OBJECT_DETAILS.fullmatch(name) is not None
    if bucket is not None:
        return name in OF_BUCKETS or BUCKET_DETAILS.fullmatch(name) is not None
    return OF_SERVICE.fullmatch(name) is not None
