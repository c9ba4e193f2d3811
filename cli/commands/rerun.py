from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated

import typer

from cli.again import Again
from cli.cost import cost_document
from cli.cursor import Cursor
from cli.masking import masking_of
from cli.naming import named
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
from cli.progress import progress
from cli.question import agreed
from cli.reruns import NoRerun, Rerun
from cli.sending import jobs_text, must_create_once
from cli.wishes import choose
from shared.pipeline import Pipeline
from shared.pipeline.enqueue import InLine
from shared.pipeline.workers import Threads

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY]...",
        help="Photographs' keys, or the digests that stand for them in the log.",
        show_default=False,
    ),
]
Prefix = Annotated[str | None, typer.Option(help="Cards whose keys begin so.")]
Failed = Annotated[bool, typer.Option("--failed", help="Only cards whose result is `failed`.")]


def rerun(
    key: Keys = None,
    *,
    failed: Failed = False,
    prefix: Prefix = None,
    keys: KeysFile = None,
    card_type: AsCardType = None,
    price: Price = None,
    anew: Anew = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Have cards read once more, each as a run of its own beside the results it has.

    Every run is a job that is paid for: it says first how many and what they cost, and asks. Only a
    photograph whose last run has a result runs again, as `<etag>~2`, `~3` and so on, and the
    highest run is its current one; no result changes. Like backfill it puts cards in line, and
    sweep sends them. Interrupted, the same command goes on where it was.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose)
    with Threads(pipeline.settings.requests_per_second) as workers:
        names = named(pipeline, masking_of(pipeline, reveal=False), key or ())
        wishes = choose(pipeline, workers, names, keys, prefix, failed=failed)
        again = Again(pipeline, wishes, workers, card_type)
        cursor = Cursor(pipeline, "rerun", wishes.identity)
        place = cursor.place(anew=anew)
        if place.resumed:
            say("Going on where a run was interrupted; --anew begins at the start.")
        with progress("looking") as heard:
            counts = again.count(place, heard)
        jobs = counts[Rerun]
        (say if json else show)(_text(pipeline, counts, price))
        came: Counter[InLine] = Counter()
        does = bool(jobs) and not dry_run
        if does:
            must_create_once(pipeline)
            does = agreed(f"Run {counted(jobs, 'card')} again?", yes=yes)
        if does:
            with progress("putting in line", jobs) as heard:
                came.update(again.put_in_line(place, jobs, cursor, heard))
    if json:
        data(_document(counts, price, came, dry_run=dry_run))
    elif does:
        show(f"In line: {counted(came[InLine.ENQUEUED], 'card')}; sweep sends them.")
    if jobs and not (does or dry_run):
        say("Nothing was put in line.")
        raise typer.Exit(NEEDS_ATTENTION)


def _text(pipeline: Pipeline, counts: Counter[object], price: Decimal | None) -> str:
    """For a person: what can run again, what can't, and what is to be paid for."""
    jobs = counts[Rerun]
    left = ", ".join(f"{counts[why]:,} {why.value}" for why in NoRerun if counts[why])
    lines = [f"{counted(jobs, 'card')} can run again.", f"Left as they are: {left or 'none'}."]
    if jobs:
        lines += jobs_text(pipeline, jobs, price)
    return "\n".join(lines)


def _document(
    counts: Counter[object], price: Decimal | None, came: Counter[InLine], *, dry_run: bool
) -> dict[str, object]:
    """For programs."""
    jobs = counts[Rerun]
    return {
        "cards": jobs,
        "left": {why.name.lower(): counts[why] for why in NoRerun},
        "jobs": jobs,
        **cost_document(jobs, price),
        "dry_run": dry_run,
        "enqueued": came[InLine.ENQUEUED],
    }
