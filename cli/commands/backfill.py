from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.enqueue.backfill import BackfillCards
from cli.enqueue.cursor import Cursor
from cli.enqueue.flow import EnqueueOptions, enqueue_chosen
from cli.enqueue.photos import choose_photos
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, KeysFile
from cli.terminal.question import say_place
from shared.workers import Threads

Prefix = Annotated[
    str | None,
    typer.Option(help="Only keys that begin so; all under INPUT_PREFIX without it."),
]
Audit = Annotated[
    Path | None,
    typer.Option("--from-audit", help="Only what `audit --json --reveal` called missing."),
]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many cards.")]


def backfill(
    *,
    prefix: Prefix = None,
    keys: KeysFile = None,
    from_audit: Audit = None,
    limit: Limit = None,
    options: EnqueueOptions,
    common: CommonOptions,
) -> None:
    """Put in line the photos uploaded before the trigger existed.

    It says first how many jobs that makes and what they cost, and asks. It sends nothing itself:
    sweep sends the cards in line (the function on its timer, or `card-ocr sweep --drain` from
    here), at REQUESTS_PER_SECOND and up to MAX_JOBS_PER_DAY. A card that has a result or is pending
    stays as it is, so that a card gets one job even if this runs often. After an interruption the
    same command goes on where it stopped.
    """
    context, refusals = reading(open_operator_context(common))
    say_place(context.settings, json=common.json)
    with Threads(context.settings.requests_per_second) as workers:
        photos = choose_photos(context, workers, prefix, keys, from_audit)
        cards = BackfillCards(context, photos, workers, options.card_type, limit)
        cursor = Cursor(context, "backfill", photos.identity)
        enqueue_chosen(context, cards, cursor, options, "Put {} in line?", json=common.json)
    if refusals.say(masking_of(context, reveal=False)):
        raise typer.Exit(NEEDS_ATTENTION)
