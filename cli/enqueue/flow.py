"""The steps that backfill and rerun share: look, say what it costs, ask, put cards in line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import NamedTuple, Protocol

import typer

from cli.bucket.holds import stopped_text
from cli.enqueue.card import Enqueued
from cli.enqueue.cursor import Cursor, CursorPlace
from cli.terminal.formats import cost_document, cost_text
from cli.terminal.options import NEEDS_ATTENTION, Anew, AsCardType, DryRun, Price, Yes
from cli.terminal.output import counted, data, say, show
from cli.terminal.progress import Advance, progress
from cli.terminal.question import agreed
from deploy.bucket.settings import check_unlocked
from shared.cloud import connect
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.pipeline.gate import Holds
from shared.pipeline.state import creates_once

_MINUTE, _HOUR = 60, 3600


class EnqueuePlan(NamedTuple):
    """How many cards a call would put in line, and how many jobs they make.

    `lines` tell a person about every chosen card, `document` tells a program.
    """

    cards: int
    jobs: int
    lines: Sequence[str]
    document: Mapping[str, object]


class CardChoice(Protocol):
    """The cards that a call is about. They are gone through from a place on, each time anew."""

    def plan(self, place: CursorPlace, advance: Advance) -> EnqueuePlan:
        """Look at the cards, and write nothing."""

    def enqueue(
        self, place: CursorPlace, most: int, cursor: Cursor, advance: Advance
    ) -> Iterator[Enqueued | None]:
        """Put up to `most` cards in line. Yield what came of each, None for a photo that is gone.

        Move the cursor on after each batch, and drop it at the end of all.
        """


class EnqueueOptions(NamedTuple):
    """The options that both commands have; `cli.lazy_group` spreads it."""

    card_type: AsCardType = None
    price: Price = None
    anew: Anew = False
    yes: Yes = False
    dry_run: DryRun = False


def enqueue_chosen(
    context: Context,
    cards: CardChoice,
    cursor: Cursor,
    options: EnqueueOptions,
    question: str,
    *,
    json: bool,
) -> None:
    """Carry out a call of backfill or rerun. `question` has a `{}` for the number of cards.

    Raises:
        Exit: there was something to put in line, and the person said no.
        ConfigurationError: nothing would be sent, or no terminal is there to ask a question.
        StorageFault: COS couldn't be asked; the next call goes on.
    """
    place = cursor.place(anew=options.anew)
    if place.resumed:
        say("Going on where a run was interrupted; --anew begins at the start.")
    with progress("looking") as advance:
        plan = cards.plan(place, advance)
    lines = [*plan.lines, *_outlook(context, plan, options)]
    (say if json else show)("\n".join(lines))
    does = bool(plan.cards) and not options.dry_run
    if does:
        _must_create_once(context)
        asked = question.format(counted(plan.cards, "card"))
        does = agreed(context.settings, asked, yes=options.yes)
    came: Counter[Enqueued | None] = Counter()
    if does:
        with progress("putting in line", plan.cards) as advance:
            came.update(cards.enqueue(place, plan.cards, cursor, advance))
    enqueued = came[Enqueued.ENQUEUED]
    if json:
        data(_document(plan, options, enqueued))
    elif does:
        show(f"In line: {counted(enqueued, 'card')}; sweep sends them.")
    if plan.cards and not (does or options.dry_run):
        say("Nothing was put in line.")
        raise typer.Exit(NEEDS_ATTENTION)


def _must_create_once(context: Context) -> None:
    """Verify that create-once works in the output bucket, and that claims can be deleted there.

    Raises:
        ConfigurationError: the output bucket has or had versioning, or has object lock.
        StorageFault: COS couldn't be asked.
    """
    settings = context.settings
    check_unlocked(connect(settings).idempotent, settings.output_bucket)
    if not creates_once(context):
        raise ConfigurationError(
            "OUTPUT_BUCKET",
            "has or had versioning, so nothing is create-once in it and nothing would be sent; set "
            "a bucket that never had versioning",
        )


def _outlook(context: Context, plan: EnqueuePlan, options: EnqueueOptions) -> list[str]:
    """Write what the jobs cost, and how long they take."""
    if not plan.jobs:
        return [] if plan.cards else ["Nothing is to be put in line."]
    most = f"At most {counted(plan.jobs, 'job')}."
    return [f"{most} {cost_text(plan.jobs, options.price)}", _duration_text(context, plan.jobs)]


def _duration_text(context: Context, jobs: int) -> str:
    """Write how long sending so many jobs takes at least, and whether the gate is open now."""
    settings = context.settings
    per_day = settings.max_jobs_per_day
    text = f"Sending takes {_span(jobs / settings.requests_per_second)} or longer"
    if per_day is not None and jobs > per_day:
        text = f"MAX_JOBS_PER_DAY is {per_day:,}: sending takes {ceil(jobs / per_day):,} days"
    closed = Holds().ask(context)
    if closed is None:
        return f"{text}."
    return f"{text}; it is held back now: {stopped_text(context, closed.why)}."


def _span(seconds: float) -> str:
    if seconds < 2 * _MINUTE:
        return f"{max(1, ceil(seconds))} s"
    if seconds < 2 * _HOUR:
        return f"{ceil(seconds / _MINUTE)} minutes"
    return f"{ceil(seconds / _HOUR):,} hours"


def _document(plan: EnqueuePlan, options: EnqueueOptions, enqueued: int) -> dict[str, object]:
    return {
        **plan.document,
        "cards": plan.cards,
        "jobs": plan.jobs,
        **cost_document(plan.jobs, options.price),
        "dry_run": options.dry_run,
        "enqueued": enqueued,
    }
