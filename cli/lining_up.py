"""Putting cards in line, as backfill and rerun do it: look, say what it costs, ask, and do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

import typer

from cli.cost import cost_document
from cli.cursor import Cursor, CursorPlace
from cli.enqueue import Enqueued
from cli.options import NEEDS_ATTENTION
from cli.output import counted, data, say, show
from cli.progress import Advance, progress
from cli.question import agreed
from cli.sending import jobs_text, must_create_once
from shared.pipeline.context import Context


class EnqueuePlan(NamedTuple):
    """What a choice of cards comes to: how many are to be put in line, and the jobs these make.

    `lines` say to a person how all of them stand, `document` says it to a program.
    """

    cards: int
    jobs: int
    lines: Sequence[str]
    document: Mapping[str, object]


class Cards(Protocol):
    """A choice of cards, gone through from a place on: to look, and to put in line."""

    def look(self, place: CursorPlace, heard: Advance) -> EnqueuePlan:
        """See how they stand; nothing is written."""

    def put_in_line(
        self, place: CursorPlace, most: int, cursor: Cursor, heard: Advance
    ) -> Iterator[Enqueued | None]:
        """Put up to `most` of them in line; what came of each, None if it was gone.

        The cursor moves on behind each batch, and is dropped at the end of all.
        """


class Call(NamedTuple):
    """What the options of both commands say. `price` is that of one job."""

    price: Decimal | None
    anew: bool
    yes: bool
    dry_run: bool
    json: bool


def line_up(context: Context, cards: Cards, cursor: Cursor, call: Call, question: str) -> None:
    """Do all of a call. `question` has a `{}` for how many cards it is about.

    Raises:
        Exit: there was something to be put in line, and the person said no.
        ConfigurationError: nothing would be sent, or nobody is there to be asked.
        StorageFault: COS couldn't be asked; the next run goes on.
    """
    place = cursor.place(anew=call.anew)
    if place.resumed:
        say("Going on where a run was interrupted; --anew begins at the start.")
    with progress("looking") as heard:
        found = cards.look(place, heard)
    (say if call.json else show)("\n".join([*found.lines, *_outlook(context, found, call)]))
    does = bool(found.cards) and not call.dry_run
    if does:
        must_create_once(context)
        does = agreed(context.settings, question.format(counted(found.cards, "card")), yes=call.yes)
    came: Counter[Enqueued | None] = Counter()
    if does:
        with progress("putting in line", found.cards) as heard:
            came.update(cards.put_in_line(place, found.cards, cursor, heard))
    enqueued = came[Enqueued.ENQUEUED]
    if call.json:
        data(_document(found, call, enqueued))
    elif does:
        show(f"In line: {counted(enqueued, 'card')}; sweep sends them.")
    if found.cards and not (does or call.dry_run):
        say("Nothing was put in line.")
        raise typer.Exit(NEEDS_ATTENTION)


def _outlook(context: Context, found: EnqueuePlan, call: Call) -> list[str]:
    """What is to be paid for, and how long it takes."""
    if found.jobs:
        return jobs_text(context, found.jobs, call.price)
    return [] if found.cards else ["Nothing is to be put in line."]


def _document(found: EnqueuePlan, call: Call, enqueued: int) -> dict[str, object]:
    return {
        **found.document,
        "cards": found.cards,
        "jobs": found.jobs,
        **cost_document(found.jobs, call.price),
        "dry_run": call.dry_run,
        "enqueued": enqueued,
    }
