"""Whether a request is one that COS knows, before S3 sees it.

moto takes what it doesn't know for something simpler, `DELETE /?acl` for deleting the bucket, and
breaks at numbers and documents that are none. Codes are those of the error code page (436/7730).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from coslocal.cos.errors import CosError
from coslocal.cos.listing import number
from coslocal.cos.request_headers import check_headers
from coslocal.cos.requests import CosRequest
from coslocal.cos.settings import POLICY
from coslocal.cos.subresources import OF_BUCKETS, OF_OBJECTS, is_missing

MAX_PART_NUMBER: Final = 10_000

_METHODS: Final = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}
_OF_A_PART: Final = {"partNumber", "uploadId"}
_NUMBERS: Final = ("max-keys", "max-parts", "max-uploads", "part-number-marker", "position")
_PART_NUMBER: Final = re.compile(rb"<PartNumber>\s*(\d+)\s*</PartNumber>")


def check_query(request: CosRequest) -> None:
    """Refuse a query that says two things: what is authorised must be what is carried out.

    Raises:
        CosError: InvalidArgument for a parameter that stands twice, or for two sub-resources.
    """
    counts = Counter(name for name, _ in request.parameters)
    for name, count in counts.items():
        if count > 1:
            raise CosError("InvalidArgument", f"The parameter {name} is given {count} times.")
    if len(request.about) > 1 and request.about != _OF_A_PART:
        named = ", ".join(sorted(request.about))
        raise CosError("InvalidArgument", f"A request asks for one of these at a time: {named}.")


def check_known(request: CosRequest) -> None:
    """Refuse what isn't served, or not so.

    Raises:
        CosError: NotImplemented, MethodNotAllowed or InvalidArgument.
    """
    subjects = OF_BUCKETS if request.key is None else OF_OBJECTS
    names = sorted({name for name, _ in request.parameters})
    for name in names:
        if is_missing(name) or (request.method, name) == ("POST", "inventory"):
            raise CosError("NotImplemented", f"{name} is not served here.")
        if request.method not in subjects.get(name, request.method).split():
            raise CosError("MethodNotAllowed", f"{name} can't be asked for with {request.method}.")
    if request.method not in _METHODS or (request.bucket is None and request.method != "GET"):
        raise CosError("MethodNotAllowed", f"{request.method} asks for nothing here.")
    if request.method == "POST" and not subjects.keys() & set(names):
        raise CosError("MethodNotAllowed", "A POST that is no form asks for nothing here.")
    check_headers(request.headers)
    _check_details(request, names)


def _check_details(request: CosRequest, names: Sequence[str]) -> None:
    """Refuse parameters of values that can't be."""
    for name, value in request.parameters:
        if name.startswith("response-") and not (value.isprintable() and value.isascii()):
            raise CosError("InvalidArgument", f"{name} is no value of a header.")
    for name in _NUMBERS:
        number(name, request.parameter(name), MAX_PART_NUMBER)
    if request.method == "PUT" and ("partNumber" in names) != ("uploadId" in names):
        raise CosError("InvalidArgument", "A part has an uploadId and a partNumber.")
    if "partNumber" in names and not _is_part_number(request.parameter("partNumber") or ""):
        raise CosError("InvalidArgument", f"partNumber is from 1 to {MAX_PART_NUMBER}.")
    if request.method == "PUT" and "versionId" in names and not request.sends_document:
        raise CosError("InvalidArgument", "A version is not written.")


def _is_part_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PART_NUMBER


def check_document(request: CosRequest) -> None:
    """Refuse a body that says more of what is asked, and is none of its kind.

    Raises:
        CosError: MalformedXML, or InvalidPartOrder.
    """
    if not request.sends_document or request.parameter(POLICY) is not None:
        return
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(request.body or b"<none/>", True)  # noqa: FBT003 - expat takes no names
    except (ExpatError, ValueError, LookupError) as error:
        raise CosError("MalformedXML", "The body is no XML.") from error
    if request.parameter("uploadId") is not None:
        parts = [int(one[:9]) for one in _PART_NUMBER.findall(request.body)]
        if parts != sorted(set(parts)):
            raise CosError("InvalidPartOrder", "The parts are not in ascending order.")


def _refuse_doctype(*_declared: object) -> None:
    raise CosError("MalformedXML", "A document that declares a type is not read.")
