"""The decisions, in the order that makes them safe.

unusable   why an object can't be a photograph of a card
permit     one permit, one POST
submit     an upload becomes a permit and a job
ending     what a job's state and result mean
finish     an ended job becomes a result
callback   an authenticated callback becomes a finished job

They know COS and CI only as two small protocols, so that the same decisions run on the official
SDK and on stand-ins in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from shared.documents import Deliverer, Evidence, EvidenceFormat, Photograph
from shared.jobs import JobService
from shared.log import Log
from shared.settings.load import Settings
from shared.store import Source, Store
from shared.times import rfc3339


class Pipeline(NamedTuple):
    """What every decision may use. `now` gives Unix seconds, `new_owner` a random name.

    `deliverer` is the function that runs: it stands in the results it writes.
    """

    deliverer: Deliverer
    settings: Settings
    store: Store
    jobs: JobService
    log: Log
    now: Callable[[], float]
    new_owner: Callable[[], str]

    def at(self) -> str:
        """The time, RFC 3339."""
        return rfc3339(self.now())

    def evidence(self, form: EvidenceFormat = "api", *, verified: bool = True) -> Evidence:
        """The evidence for an outcome that arrives now."""
        return Evidence(self.deliverer, form, verified, self.at())

    def photograph(self, source: Source) -> Photograph:
        """A photograph of the input bucket as our objects name it."""
        return Photograph(
            bucket=self.settings.input_bucket,
            region=self.settings.region,
            key=source.key,
            etag=source.etag,
            size=source.size,
            last_modified=source.last_modified,
        )
