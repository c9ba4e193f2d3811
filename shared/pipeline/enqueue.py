"""Putting cards in line: permits that were never sent. Sweep sends them, like all that waits.

Backfill puts photographs in line that never became pending; a rerun is `<etag>~<n>`, another run
beside the results there are. Neither sends anything: there is one sender, and one pacer.
"""

from __future__ import annotations

from enum import Enum

from shared.card import CardType
from shared.documents import Pending
from shared.pipeline import Pipeline
from shared.pipeline.permit import NoPermit, open_permit
from shared.pipeline.unusable import card_type_of
from shared.store import Source
from shared.store.layout import version_of_run


class InLine(Enum):
    """What came of it."""

    ENQUEUED = "it is in line"
    TAKEN = "it is pending already, whoever put it there"
    DONE = "it has a result"


def enqueue(
    pipeline: Pipeline, source: Source, *, run: int = 1, card_type: CardType | None = None
) -> InLine:
    """Put a photograph in line, once: `run` 1 is backfill's, a higher one a rerun.

    `card_type` is what this run takes it for, whatever the rules and its metadata say. What no job
    can be sent for is put in line as well: sweep rejects it, as submit would have.

    Raises:
        StorageFault: COS didn't say whether it is in line; asking again does no harm.
        ConfigurationError: the bucket has versioning, where nothing is create-once.
    """
    pending = Pending(
        source=pipeline.photograph(source),
        card_type=card_type or card_type_of(pipeline.settings, source),
        version=version_of_run(source.etag, run),
        attempt=1,
        owner=pipeline.new_owner(),
        state="waiting",
        trigger="backfill" if run == 1 else "rerun",
        updated_at=pipeline.at(),
    )
    match open_permit(pipeline, pending):
        case NoPermit.TAKEN:
            return InLine.TAKEN
        case NoPermit.DONE:
            return InLine.DONE
        case _:  # what COS didn't say of a permit that is there, sweep asks again
            return InLine.ENQUEUED
