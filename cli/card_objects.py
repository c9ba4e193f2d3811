"""The objects of ours that belong to one card, by the names that listings show.

Other keys may begin with this one, so names are parsed, never taken for its own by how they begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cli.listing import pages
from shared.store import Listed, Store
from shared.store.layout import (
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)


class ResultObject(NamedTuple):
    """A result as its listing shows it."""

    version: str
    listed: Listed


class PendingObject(NamedTuple):
    """A pending object as its listing shows it; `at` is COS's time then, Unix seconds."""

    version: str
    attempt: int
    listed: Listed
    at: float


def results_of(store: Store, prefix: str, name: str, etag: str = "") -> Iterator[ResultObject]:
    """A card's results, in the order of names; with an ETag, those of that content.

    Args:
        store: where to look.
        prefix: OUTPUT_PREFIX.
        name: how the card's key stands in names (`layout.name_of_key`).
        etag: of a photograph.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    for page in pages(store.list_objects, f"{results_folder(prefix)}{name}.{etag}"):
        for listed in page.objects:
            found = parse_result_name(prefix, listed.key)
            if found is not None and found.key == name:
                yield ResultObject(found.version, listed)


def pending_of(store: Store, prefix: str, name: str, etag: str = "") -> Iterator[PendingObject]:
    """A card's pending objects, in the order of names; see `results_of`."""
    for page in pages(store.list_objects, f"{pending_folder(prefix)}{name}.{etag}"):
        for listed in page.objects:
            found = parse_pending_name(prefix, listed.key)
            if found is not None and found.key == name:
                yield PendingObject(found.version, found.attempt, listed, page.at)
