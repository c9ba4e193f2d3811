"""How far a sweep is: the cards that are pending, and those that were looked at."""

from __future__ import annotations

from cli.listing import listed_under
from cli.progress import Advance
from shared.documents import Pending
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


def cards_pending(pipeline: Pipeline) -> int:
    """How many cards are pending, by listing: one request for 1,000 attempts.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    prefix, total, last = pipeline.settings.output_prefix, 0, None
    for listed in listed_under(pipeline.store, pending_folder(prefix)):
        name = parse_pending_name(prefix, listed.key)
        card = name and (name.key, name.version)
        total += card != last
        last = card
    return total
