"""The three listings of an audit: one request per 1,000 objects, one page in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cli.listing import pages
from shared.errors import StorageFault
from shared.settings.load import Settings
from shared.store import Listed, Page, Store
from shared.store.layout import (
    parse_pending_name,
    parse_result_name,
    pending_folder,
    results_folder,
)

HASHED = "~/"  # what the name of a hashed key begins with; no other key's does


class ObjectRow(NamedTuple):
    """A result or a pending object: its name below the folder, what the name says, the object.

    `attempt` is 0 for a result. The order of rows is that of names.
    """

    name: str
    attempt: int
    key: str
    version: str
    listed: Listed


class Listings:
    """The listings of a deployment. `paged` is told how many objects each page brought.

    `at` is COS's time when the first page came, Unix seconds. `strange` counts objects whose names
    are none of ours.
    """

    def __init__(self, store: Store, settings: Settings, paged: Callable[[int], None]) -> None:
        self._store = store
        self._prefix = settings.output_prefix
        self._paged = paged
        self.at: float | None = None
        self.strange = 0

    def sources(self, prefix: str) -> Iterator[Listed]:
        """The photos under a prefix, in the order of their keys."""
        return self._walk(self._store.list_photos, prefix)

    def results(self, prefix: str) -> Iterator[ObjectRow]:
        """The results whose names go on with `prefix`, in the order of names."""
        folder = results_folder(self._prefix)
        for listed in self._walk(self._store.list_objects, folder + prefix):
            name = parse_result_name(self._prefix, listed.key)
            if name is None:
                self.strange += 1
            else:
                yield ObjectRow(listed.key[len(folder) :], 0, name.key, name.version, listed)

    def pending(self, prefix: str) -> Iterator[ObjectRow]:
        """The pending objects whose names go on with `prefix`, in the order of names."""
        folder = pending_folder(self._prefix)
        for listed in self._walk(self._store.list_objects, folder + prefix):
            name = parse_pending_name(self._prefix, listed.key)
            if name is None or not name.attempt:
                self.strange += 1
            else:
                below = listed.key[len(folder) :]
                yield ObjectRow(below, name.attempt, name.key, name.version, listed)

    def _walk(self, page_of: Callable[[str, str | None], Page], prefix: str) -> Iterator[Listed]:
        last = ""
        for page in pages(page_of, prefix):
            self.at = page.at if self.at is None else self.at
            self._paged(len(page.objects))
            for listed in page.objects:
                if listed.key <= last:  # the join rests on it
                    raise StorageFault("GET of a listing", "UnorderedListing")
                last = listed.key
                yield listed
