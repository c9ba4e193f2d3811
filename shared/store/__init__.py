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


class Store(Protocol):
    """The photographs of the input bucket (never their content) and our own objects.

    Every method raises StorageFault where COS couldn't be asked or didn't do it; whether a write
    took effect is then unknown.
    """

    def head_source(self, key: str) -> Source | None:
        """The photograph that lies at `key` now, or None."""

    def create_once(self, name: str, body: bytes) -> Created | None:
        """Create an object of ours, or None where one of that name exists already."""

    def exists(self, name: str) -> bool:
        """Whether an object of ours is there."""

    def replace(self, name: str, body: bytes) -> None:
        """Write an object of ours, whatever was there."""

    def delete(self, name: str) -> None:
        """Delete an object of ours; one that isn't there is no error."""
