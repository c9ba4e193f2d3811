"""How many cards a sweep is about, for its progress bar."""

from __future__ import annotations

from contextlib import suppress

from cli.bucket.listing import listed_under
from shared.errors import StorageFault
from shared.pipeline.context import Context
from shared.store.layout import parse_pending_name, pending_folder


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
