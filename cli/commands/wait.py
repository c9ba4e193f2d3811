from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from cli.bucket.keys import resolve_keys
from cli.bucket.listing import checked_prefix
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.terminal.formats import seconds
from cli.terminal.masking import masking_of
from cli.terminal.options import (
    CALL_AGAIN,
    NEEDS_ATTENTION,
    CardKeys,
    CommonOptions,
    KeyPrefix,
    Reveal,
)
from cli.terminal.output import counted, data, listed_counts, printable, say, show
from cli.terminal.progress import progress
from cli.wait.waiting import ABSENT, CardWait, EndedCard, cards_under, named_cards
from shared.errors import ConfigurationError
from shared.store.layout import name_of_key

Timeout = Annotated[
    float,
    typer.Option(parser=seconds, metavar="SECONDS", help="Wait no longer than that."),
]

_NOTHING = (
    "There is nothing to wait for: no key under the prefix is a card. Check the prefix and "
    "INPUT_BUCKET, or upload the photos."
)
_ABSENT = (
    f"{ABSENT}: COS has no object of this name, and no card of it was ever seen, unless `forget` "
    "or `purge` deleted it. Check the key and INPUT_BUCKET, or upload the photo."
)


def wait(
    key: CardKeys = None,
    *,
    prefix: KeyPrefix = None,
    timeout: Timeout = 600.0,
    reveal: Reveal = False,
    common: CommonOptions,
) -> None:
    """Wait until cards have a result.

    These are the cards of some keys, or all that are under a prefix when it begins. It looks at
    once, and then less and less often, at most half a minute apart. It also waits for a rerun that
    is in line. A photo from before the deployment has no result until backfill takes it. The exit
    status is 0 if every card was recognised and needs no review, 1 if any has another outcome,
    needs a review, is gone or was never there, or if no card is under the prefix, and 75 if the
    time was over before they had ended.
    """
    if (prefix is None) == (not key):
        raise ConfigurationError("KEY", "name the cards by their keys, or by --prefix")
    context, refusals = reading(open_operator_context(common))
    masking = masking_of(context, reveal=reveal)
    under = checked_prefix(context.settings, prefix)
    if key:
        keys = list(dict.fromkeys(resolve_keys(context, masking, key)))
        if not all(one.startswith(under) for one in keys):
            raise ConfigurationError("KEY", f"only keys under {under} are cards")
        waits = CardWait(context, named_cards(context, keys), list(map(name_of_key, keys)))
    else:
        keys = []
        waits = CardWait(context, cards_under(context, under), None)
    counts, needs_attention = Counter[str](), False
    named: dict[str, EndedCard] = {}
    with progress("ended", len(keys) or None) as advance:
        for card in waits.run(context.now() + timeout, time.sleep):
            counts[str(card)] += 1
            needs_attention |= not card.is_fine
            if keys:
                named[card.name] = card
            advance(1)
    cards = [(masking.key(one), named.get(name_of_key(one))) for one in keys]
    if common.json:
        data(_document(counts, len(waits.waiting), cards))
    elif keys:
        show("\n".join(f"{printable(one)}  {card or 'no result yet'}" for one, card in cards))
    else:
        show(listed_counts(counts) or "no card has a result")
    for line in _endings(counts, len(waits.waiting)):
        say(line)
    needs_attention |= refusals.say(masking) or not counts
    if waits.waiting or needs_attention:
        raise typer.Exit(CALL_AGAIN if waits.waiting else NEEDS_ATTENTION)


def _endings(counts: Counter[str], waiting: int) -> Iterator[str]:
    if counts[ABSENT]:
        yield _ABSENT
    if not counts and not waiting:  # only a prefix can have no card
        yield _NOTHING
    if waiting:
        yield f"The time is over, and {counted(waiting, 'card')} had no result."


def _document(
    counts: Counter[str], waiting: int, cards: Sequence[tuple[str, EndedCard | None]]
) -> dict[str, object]:
    """Return the same for programs. Only cards that a call names by their keys are in it."""
    lines = [
        {
            "key": key,
            "version": card and card.version,
            "outcome": card and card.outcome,
            "needs_review": card is not None and card.needs_review,
        }
        for key, card in cards
    ]
    return {"ended": dict(counts), "waiting": waiting, "cards": lines}
