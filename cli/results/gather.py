"""The results of a catalogue with their bodies, as a report and an export take them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.in_order import read_bodies
from cli.output import counted
from cli.progress import progress
from cli.refusals import RefusedBody
from cli.results import CardResult, Document, WantedResults
from cli.results.catalogue import Catalogue, fill, open_catalogue
from cli.results.document import result_in
from shared.pipeline.context import Context
from shared.store import Store


class Gathering:
    """Reads the results once, in order; afterwards `unreadable` is how many were no results.

    One that COS refuses is left out; `Refusals` counts it.
    """

    def __init__(self, store: Store, found: Catalogue, wanted: WantedResults) -> None:
        self._store = store
        self._found = found
        self._wanted = wanted
        self.unreadable = 0

    def __len__(self) -> int:
        """How many results are listed; those that are none are among them."""
        return self._found.count(every=self._wanted.every)

    def __iter__(self) -> Iterator[CardResult]:
        """Each result that can be shown.

        Raises:
            StorageFault: COS refused one or couldn't be reached.
        """
        stored = self._found.results(every=self._wanted.every)
        read = read_bodies(self._store, stored, lambda one: [one.listed])
        for one, (body,) in read:
            document = result_in(body)
            if document is not None and document["source"]["key"].startswith(self._wanted.prefix):
                yield CardResult(one, document)
            is_none = document is None and not isinstance(body, RefusedBody | None)
            self.unreadable += is_none


@contextmanager
def gathering(context: Context, wanted: WantedResults) -> Iterator[Gathering]:
    """The wanted results, listed; see `Gathering`.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    with open_catalogue() as found:
        with progress("listed") as listed:
            fill(found, context, wanted.prefix, listed)
        yield Gathering(context.store, found, wanted)


def unreadable_text(count: int) -> str:
    """A sentence on objects among the results that are none."""
    return f"Left out as no result: {counted(count, 'object')}; audit --deep names them"


def lowest_score(document: Document) -> float | None:
    """The lowest score of the items that fill a field; None if none has one."""
    scores = [item["score"] for item in document["items"] if item["field"]]
    return min((score for score in scores if score is not None), default=None)
