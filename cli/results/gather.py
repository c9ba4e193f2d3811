"""The results of a catalogue with their bodies, as a report and an export take them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.progress import progress
from cli.results import CardResult, Document, Stored
from cli.results.catalogue import Catalogue, fill, open_catalogue
from cli.results.document import result_in
from cli.results.reading import in_order
from shared.pipeline import Pipeline


class Gathering:
    """Reads the results once, in order; afterwards `unreadable` is how many were no results.

    `prefix` is the keys' beginning; with `every`, all contents and runs of a card are read.
    """

    def __init__(
        self, pipeline: Pipeline, found: Catalogue, prefix: str = "", *, every: bool = False
    ) -> None:
        self._pipeline = pipeline
        self._found = found
        self._prefix = prefix
        self._every = every
        self.unreadable = 0

    def __len__(self) -> int:
        """How many results are listed; those that are none are among them."""
        return self._found.count(every=self._every)

    def __iter__(self) -> Iterator[CardResult]:
        """Each result that can be shown. Raises StorageFault where COS doesn't give it."""
        stored = self._found.results(every=self._every)
        for one, body in in_order(self._read, stored):
            document = result_in(body)
            if document is not None and document["source"]["key"].startswith(self._prefix):
                yield CardResult(one, document)
            self.unreadable += body is not None and document is None

    def _read(self, stored: Stored) -> bytes | None:
        return self._pipeline.store.read(stored.name)


@contextmanager
def gathering(pipeline: Pipeline, prefix: str = "", *, every: bool = False) -> Iterator[Gathering]:
    """The results whose keys begin with `prefix`, listed; see `Gathering`.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    with open_catalogue() as found:
        with progress("listing") as heard:
            fill(found, pipeline, prefix, heard)
        yield Gathering(pipeline, found, prefix, every=every)


def lowest_score(document: Document) -> float | None:
    """The lowest score of the items that fill a field; None where none has one."""
    scores = [item["score"] for item in document["items"] if item["field"]]
    return min((score for score in scores if score is not None), default=None)
