"""Objects that S3 has no counterpart for: appendable ones and symbolic links.

APPEND Object (436/7741); links as the official SDK for Python makes and reads them, for which no
page of the API was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from coslocal.cos.errors import CosError
from coslocal.cos.requests import CosRequest

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

NEXT_POSITION: Final = "x-cos-next-append-position"
OBJECT_TYPE: Final = "x-cos-object-type"
TARGET: Final = "x-cos-symlink-target"

_TYPE: Final = "object_type"
_LINK: Final = "symlink_target"


def check_append(request: CosRequest, stored: FakeKey | None, versioning: str | None) -> None:
    """Check that bytes may be added to what lies under a key, None if nothing does.

    Raises:
        CosError: InvalidArgument, ObjectNotAppendable or PositionNotEqualToLength.
    """
    position = request.parameter("position")
    if not position:
        raise CosError("InvalidArgument", "An append has a position.")
    if versioning is not None:
        raise CosError("InvalidArgument", "Nothing is appended in a bucket that has versioning.")
    if stored is not None and vars(stored).get(_TYPE) != "appendable":
        raise CosError(
            "ObjectNotAppendable",
            "The operation is not valid for the current state of the object.",
        )
    if int(position[:18]) != (0 if stored is None else stored.size):
        raise CosError("PositionNotEqualToLength", "The position is not the object's length.")


def as_put(request: CosRequest) -> CosRequest:
    """Return the upload that stores the first bytes of an object that grows."""
    return replace(request, method="PUT", parameters=[])


def note_appendable(stored: FakeKey) -> None:
    """Note that bytes may be added to an object."""
    vars(stored)[_TYPE] = "appendable"


def type_of(stored: FakeKey) -> str:
    """Return an object's type as COS's headers name it."""
    return str(vars(stored).get(_TYPE, "normal"))


def target_of_link(headers: Mapping[str, str]) -> str:
    """Return the key that a link is to lead to; `headers` by lower-case name.

    Raises:
        CosError: InvalidArgument if none is named.
    """
    target = unquote(headers.get(TARGET, ""))
    if not target:
        raise CosError("InvalidArgument", f"{TARGET} names no object.")
    return target.removeprefix("/")


def note_link(stored: FakeKey, target: str) -> None:
    """Note where a link leads."""
    vars(stored)[_LINK] = target


def link_of(stored: FakeKey | None) -> str | None:
    """Return the key that an object leads to, None if it is no link."""
    return None if stored is None else vars(stored).get(_LINK)


def link_headers(target: str, etag: str) -> dict[str, str]:
    """Return the headers that tell where a link leads."""
    return {TARGET: quote(target), "ETag": etag}
