"""The store: what the pipeline needs of COS, as a small protocol, and the names of our objects.

layout  the names of our objects: made and parsed
cos     the protocol on cos-python-sdk-v5
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, Protocol

ETAG = re.compile("[0-9A-Za-z-]+")
"""The form of an ETag, which is part of our objects' names."""
PhotoProblem = Literal["archived", "unreadable", "denied"]
"""Why CI can't read a photo: archived and not restored; HEAD answers 400; HEAD answers 403."""


class Photo(NamedTuple):
    """A photo as COS shows it by HEAD. `last_modified` is RFC 3339, `etag` has no quotes.

    `size` is in bytes. `card_type` is x-cos-meta-card-type, as the uploader wrote it. `version_id`
    is None unless the bucket has versioning. `seen_at` is the Date of COS's reply, Unix seconds. If
    `problem` is set and isn't "archived", only a listing showed the photo.
    """

    key: str
    etag: str
    size: int
    last_modified: str | None
    content_type: str
    card_type: str | None
    version_id: str | None = None
    seen_at: int | None = None
    problem: PhotoProblem | None = None


class Created(NamedTuple):
    """An object that we created, create-once. `at` is the Date of COS's reply, RFC 3339.

    `versioned`: the bucket has or had versioning, so create-once has no effect.
    """

    at: str | None
    versioned: bool = False


class Listed(NamedTuple):
    """An object in a listing: `size` in bytes, `last_modified` in Unix seconds, `etag` unquoted.

    `storage_class` is empty if it isn't known. A restored object keeps its class.
    """

    key: str
    etag: str
    size: int
    last_modified: float
    storage_class: str = ""


class Page(NamedTuple):
    """A page of a listing, in the order of keys. `at` is COS's own time, Unix seconds.

    `next` is the key after which the next page begins, None on the last page.
    """

    objects: tuple[Listed, ...]
    next: str | None
    at: float


class Store(Protocol):
    """The photos of the input bucket (never their content) and our own objects.

    Every method raises StorageFault if COS refused or couldn't be asked. Nobody knows then whether
    a write took effect.
    """

    def head_photo(self, key: str) -> Photo | None:
        """HEAD the photo at `key`. Return None if there is none.

        Raises PhotoUnreadable if COS refuses to show this one.
        """

    def list_photos(self, prefix: str, after: str | None) -> Page:
        """List a page of the photos under `prefix`, from the key that follows `after`."""

    def list_objects(self, prefix: str, after: str | None) -> Page:
        """List a page of our objects under `prefix`, from the name that follows `after`."""

    def read(self, name: str) -> bytes | None:
        """GET the body of an object of ours. Return None if it isn't there."""

    def create_once(self, name: str, body: bytes) -> Created | None:
        """Create an object of ours. Return None if one of that name exists."""

    def find_own(self, name: str, body: bytes) -> Created | None:
        """GET an object of ours. Return None unless its body is this one.

        If COS's reply to a PUT was lost, this shows whether we or another sender created it.
        """

    def exists(self, name: str) -> bool:
        """HEAD an object of ours. Return whether it is there."""

    def replace(self, name: str, body: bytes) -> None:
        """Write an object of ours. Replace the one that is there, if any."""

    def delete(self, name: str) -> None:
        """Delete an object of ours; one that isn't there is no error."""
