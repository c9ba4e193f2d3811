"""Whether a request is one that COS knows, before S3 sees it.

moto takes what it doesn't know for something simpler, `DELETE /?acl` for deleting the bucket, and
breaks at numbers and documents that are none. Codes are those of the error code page (436/7730).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from coslocal.cos.errors import CosError
from coslocal.cos.listing import number
from coslocal.cos.requests import CosRequest
from coslocal.cos.settings import NAMES as SETTINGS
from coslocal.cos.settings import POLICY

MAX_PART_NUMBER: Final = 10_000
MAX_DELETED: Final = 1000

_OF_BUCKETS: Final[Mapping[str, str]] = {
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
_OF_OBJECTS: Final[Mapping[str, str]] = {
    "acl": "GET PUT",
    "partNumber": "PUT",
    "restore": "POST",
    "select": "POST",
    "tagging": "GET PUT DELETE",
    "uploadId": "GET PUT POST DELETE",
    "uploads": "POST",
}
"""What is asked for of a bucket or an object, and with which methods."""

_BUCKET_DETAILS: Final = re.compile(
    "delimiter|encoding-type|id|key-marker|marker|max-keys|max-uploads|prefix|upload-id-marker"
    "|version-id-marker"
)
_OBJECT_DETAILS: Final = re.compile(
    "encoding-type|max-parts|part-number-marker|select-type|versionId"
    "|response-(cache-control|expires|content-(disposition|encoding|language|type))"
)
_NUMBERS: Final = ("max-keys", "max-parts", "max-uploads", "part-number-marker")
_PART_NUMBER: Final = re.compile(rb"<PartNumber>\s*(\d+)\s*</PartNumber>")


def check_known(request: CosRequest) -> None:
    """Refuse what isn't served, or not so.

    Raises:
        CosError: NotImplemented or InvalidArgument.
    """
    subjects, details = (
        (_OF_BUCKETS, _BUCKET_DETAILS) if request.key is None else (_OF_OBJECTS, _OBJECT_DETAILS)
    )
    names = sorted({name for name, _ in request.parameters})
    for name in names:
        known = name in subjects or details.fullmatch(name)
        if not known or request.method not in subjects.get(name, request.method).split():
            raise CosError("NotImplemented", f"{request.method} with {name} is not served here.")
    if request.method == "POST" and not subjects.keys() & set(names):
        raise CosError("NotImplemented", "A POST that is no form asks for nothing here.")
    for name in _NUMBERS:
        number(name, request.parameter(name), MAX_PART_NUMBER)
    if request.method == "PUT" and ("partNumber" in names) != ("uploadId" in names):
        raise CosError("InvalidArgument", "A part has an uploadId and a partNumber.")
    if "partNumber" in names and not _is_part_number(request.parameter("partNumber") or ""):
        raise CosError("InvalidArgument", f"partNumber is from 1 to {MAX_PART_NUMBER}.")
    if request.method == "PUT" and "versionId" in names and not request.sends_document:
        raise CosError("InvalidArgument", "A version is not written.")


def _is_part_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_PART_NUMBER


def check_document(request: CosRequest) -> None:
    """Refuse a body that says more of what is asked, and is none of its kind.

    Raises:
        CosError: MalformedXML, or InvalidPartOrder.
    """
    if not request.sends_document or request.parameter(POLICY) is not None:
        return
    try:
        ParserCreate().Parse(request.body or b"<none/>", True)  # noqa: FBT003 - expat takes no names
    except ExpatError as error:
        raise CosError("MalformedXML", "The body is no XML.") from error
    if request.parameter("uploadId") is not None:
        parts = [int(one) for one in _PART_NUMBER.findall(request.body)]
        if parts != sorted(set(parts)):
            raise CosError("InvalidPartOrder", "The parts are not in ascending order.")
    if request.parameter("delete") is not None and request.body.count(b"<Object>") > MAX_DELETED:
        raise CosError("MalformedXML", f"At most {MAX_DELETED} objects are deleted at once.")
