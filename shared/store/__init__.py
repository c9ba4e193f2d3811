"""The store: what the pipeline needs of COS, as a small protocol, and the names of our objects.

layout  the key layout
cos     the protocol on cos-python-sdk-v5
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, Protocol

ETAG = re.compile("[0-9A-Za-z-]+")
"""What an ETag can be: it is part of our objects' names."""
PhotoProblem = Literal["archived", "unreadable", "denied"]
"""Why CI can't read a photo: archived and not restored; HEAD answers 400; HEAD answers 403."""


class Photo(NamedTuple):
    """A photo as COS shows it by HEAD. `last_modified` is RFC 3339, `etag` has no quotes.

    `card_type` is x-cos-meta-card-type, as the uploader wrote it. `version_id` is None unless the
    bucket has versioning. `seen_at` is the Date of COS's reply, Unix seconds. One with another
    `problem` than "archived" is known only from a listing.
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
    """A create-once object that is ours. `at` is the Date of COS's reply, RFC 3339.

    `versioned`: the bucket has or had versioning, so create-once has no effect.
    """

    at: str | None
    versioned: bool = False


class Listed(NamedTuple):
    """An object in a listing; `last_modified` is Unix seconds, `etag` has no quotes.

    `storage_class` is empty if it isn't known. A restored object keeps its class.
    """

    key: str
    etag: str
    size: int
    last_modified: float
    storage_class: str = ""


class Page(NamedTuple):
    """A page of a listing, in the order of keys. `at` is COS's own time, Unix seconds.

    `next` is where the next page begins, None on the last.
    """

    objects: tuple[Listed, ...]
    next: str | None
    at: float


class Store(Protocol):
    """The photos of the input bucket (never their content) and our own objects.

    Every method raises StorageFault if COS couldn't be asked or didn't do it; whether a write took
    effect is then unknown.
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

        So a creation whose reply was lost can be told from somebody else's.
        """

    def exists(self, name: str) -> bool:
        """HEAD an object of ours."""

    def replace(self, name: str, body: bytes) -> None:
        """Write an object of ours, whatever was there."""

    def delete(self, name: str) -> None:
        """Delete an object of ours; one that isn't there is no error."""
