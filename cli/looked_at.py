"""How far a sweep is: the cards that are pending, and those that were looked at."""

from __future__ import annotations

from contextlib import suppress

from cli.listing import listed_under
from cli.progress import Advance
from shared.documents import Pending
from shared.errors import StorageFault
from shared.pipeline import Pipeline
from shared.pipeline.attempts import Attempt
from shared.pipeline.status import Tally
from shared.store.layout import parse_pending_name, pending_folder


class CountedTally(Tally):
    """A tally that also tells whoever watches of each card."""

    def __init__(self, heard: Advance) -> None:
        super().__init__()
        self._heard = heard

    def saw(self, attempt: Attempt, pending: Pending | None) -> None:
        """See `Tally`."""
        super().saw(attempt, pending)
        self._heard(1)

    def saw_young(self) -> None:
        """See `Tally`."""
        super().saw_young()
        self._heard(1)

    def saw_unreadable(self) -> None:
        """See `Tally`."""
        super().saw_unreadable()
        self._heard(1)


def cards_pending(pipeline: Pipeline) -> int | None:
    """About how many cards are pending, by listing: one request for 1,000 attempts.

    None where COS gave no listing: that is the sweep's to say.
    """
    prefix, total, last = pipeline.settings.output_prefix, 0, None
    with suppress(StorageFault):
        for listed in listed_under(pipeline.store, pending_folder(prefix)):
            name = parse_pending_name(prefix, listed.key)
            card = name and (name.key, name.version)
            total += card not in {None, last}
            last = card
        return total
    return None
