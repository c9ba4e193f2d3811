from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from cli.backlog import Backlog, Counts, Standing, in_line
from cli.cost import cost_document
from cli.cursor import Cursor
from cli.operator import open_operator_pipeline
from cli.options import (
    NEEDS_ATTENTION,
    Anew,
    AsCardType,
    DryRun,
    EnvFile,
    Json,
    KeysFile,
    Price,
    Verbose,
    Yes,
)
from cli.output import counted, data, say, show
from cli.photographs import choose
from cli.progress import progress
from cli.question import agreed
from cli.sending import jobs_text, must_create_once
from shared.pipeline import Pipeline
from shared.pipeline.enqueue import InLine
from shared.pipeline.workers import Threads

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
    card_type: AsCardType = None,
    price: Price = None,
    anew: Anew = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Put photographs in line that were there before the trigger was.

    It says first how many jobs that makes and what they cost, and asks. It sends nothing itself:
    sweep sends what is in line, the function on its timer or `card-ocr sweep --drain` from here, at
    REQUESTS_PER_SECOND and up to MAX_JOBS_PER_DAY. What has a result or is pending is left as it
    is: however often this runs, a card gets one job. Interrupted, it goes on where it was.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose)
    with Threads(pipeline.settings.requests_per_second) as workers:
        photographs = choose(pipeline, workers, prefix, keys, from_audit)
        backlog = Backlog(pipeline, photographs, workers, card_type)
        cursor = Cursor(pipeline, "backfill", photographs.identity)
        place = cursor.place(anew=anew)
        if place.resumed:
            say("Going on where a run was interrupted; --anew begins at the start.")
        with progress("looking") as heard:
            counts = backlog.count(place, limit, heard)
        (say if json else show)(_text(pipeline, counts, price))
        came: Counter[InLine | None] = Counter()
        wanted = in_line(counts)
        does = bool(wanted) and not dry_run
        if does:
            must_create_once(pipeline)
            does = agreed(f"Put {counted(wanted, 'card')} in line?", yes=yes)
        if does:
            with progress("putting in line", wanted) as heard:
                came.update(backlog.put_in_line(place, wanted, cursor, heard))
    if json:
        data(_document(counts, price, came, dry_run=dry_run))
    elif does:
        show(f"In line: {counted(came[InLine.ENQUEUED], 'card')}; sweep sends them.")
    if wanted and not (does or dry_run):
        say("Nothing was put in line.")
        raise typer.Exit(NEEDS_ATTENTION)


def _text(pipeline: Pipeline, counts: Counts, price: Decimal | None) -> str:
    """For a person: how the photographs stand, and what is to be paid for."""
    jobs = counts[Standing.MISSING]
    stand = ", ".join(
        f"{counts[standing]:,} {standing.value}" for standing in Standing if counts[standing]
    )
    lines = [f"{counted(counts.total(), 'photograph')}: {stand or 'none'}."]
    if counts[Standing.UNUSABLE]:
        lines.append("What is unusable makes no job: sweep gives it the result `rejected`.")
    if jobs:
        lines += jobs_text(pipeline, jobs, price)
    elif not in_line(counts):
        lines.append("Nothing is to be put in line.")
    return "\n".join(lines)


def _document(
    counts: Counts, price: Decimal | None, came: Counter[InLine | None], *, dry_run: bool
) -> dict[str, object]:
    """For programs."""
    jobs = counts[Standing.MISSING]
    return {
        "photographs": {standing.name.lower(): counts[standing] for standing in Standing},
        "cards": in_line(counts),
        "jobs": jobs,
        **cost_document(jobs, price),
        "dry_run": dry_run,
        "enqueued": came[InLine.ENQUEUED],
    }
