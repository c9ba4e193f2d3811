"""The store: what the pipeline needs of COS, as a small protocol, and the names of our objects.

layout   the key layout
cos      the protocol on cos-python-sdk-v5
"""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Source(NamedTuple):
    """A photograph as COS shows it by HEAD. `last_modified` is RFC 3339, `etag` has no quotes."""

    key: str
    etag: str
    size: int
    last_modified: str | None
    content_type: str
    card_type: str | None  # x-cos-meta-card-type, as the uploader wrote it


class Created(NamedTuple):
    """A create-once object that is ours. `at` is the Date of COS's reply, RFC 3339.

    `versioned`: the bucket has or had versioning, where create-once has no effect.
    """

    at: str | None
    versioned: bool = False


class Listed(NamedTuple):
    """An object in a listing; `last_modified` is Unix seconds, `etag` has no quotes."""

    key: str
    etag: str
    size: int
    last_modified: float


class Page(NamedTuple):
    """A page of a listing, in the order of keys. `at` is COS's own time, Unix seconds.

    `next` is where the next page begins, None on the last.
    """

    objects: tuple[Listed, ...]
    next: str | None
    at: float


class Store(Protocol):
    """The photographs of the input bucket (never their content) and our own objects.

    Every method raises StorageFault where COS couldn't be asked or didn't do it; whether a write
    took effect is then unknown.
    """

    def head_source(self, key: str) -> Source | None:
        """The photograph that lies at `key` now, or None."""

    def list_sources(self, prefix: str, after: str | None) -> Page:
        """A page of the photographs under `prefix`, from the key that follows `after`."""

    def list_objects(self, prefix: str, after: str | None) -> Page:
        """A page of our objects under `prefix`, from the name that follows `after`."""

    def read(self, name: str) -> bytes | None:
        """The body of an object of ours, or None where it isn't there."""

    def create_once(self, name: str, body: bytes) -> Created | None:
        """Create an object of ours, or None where one of that name exists already."""

    def exists(self, name: str) -> bool:
        """Whether an object of ours is there."""

    def replace(self, name: str, body: bytes) -> None:
        """Write an object of ours, whatever was there."""

    def delete(self, name: str) -> None:
        """Delete an object of ours; one that isn't there is no error."""
