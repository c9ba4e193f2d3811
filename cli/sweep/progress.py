"""How far a sweep is: the cards that are pending, and those that were looked at."""

from __future__ import annotations

from contextlib import suppress

from cli.bucket.listing import listed_under
from cli.terminal.progress import Advance
from shared.documents import Attempt
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.pipeline.status import StatusCounter
from shared.pipeline.steps import PendingCard
from shared.store.layout import parse_pending_name, pending_folder


class CountedStatus(StatusCounter):
    """A counter that also moves a progress bar."""

    def __init__(self, advance: Advance) -> None:
        super().__init__()
        self._advance = advance

    def count(self, card: PendingCard, left: Attempt | None) -> None:
        """See `StatusCounter`."""
        super().count(card, left)
        self._advance(1)

    def count_young(self) -> None:
        """See `StatusCounter`."""
        super().count_young()
        self._advance(1)

    def count_unreadable(self, code: str | None = None) -> None:
        """See `StatusCounter`."""
        super().count_unreadable(code)
        self._advance(1)

    def count_unread(self, number: int) -> None:
        """See `StatusCounter`."""
        super().count_unread(number)
        self._advance(number)


def cards_pending(context: Context) -> int | None:
    """Return about how many cards are pending, by listing: one request for 1,000 attempts.

    Return None if COS gave no listing: the sweep will say so.
    """
    prefix, total, last = context.settings.output_prefix, 0, None
    with suppress(StorageFault):
        for listed in listed_under(context.store, pending_folder(prefix)):
            name = parse_pending_name(prefix, listed.key)
            card = name and (name.key, name.version)
            total += card not in {None, last}
            last = card
        return total
    return None
