from __future__ import annotations

from typing import Annotated

import typer

from cli.again import Again
from cli.cursor import Cursor
from cli.lining_up import Call, line_up
from cli.masking import masking_of
from cli.naming import named
from cli.operator import open_operator_context
from cli.options import (
    NEEDS_ATTENTION,
    Anew,
    AsCardType,
    DryRun,
    EnvFile,
    Json,
    KeysFile,
    Price,
    Stage,
    Verbose,
    Yes,
)
from cli.question import say_place
from cli.refusals import reading
from cli.reruns import WantedFailures
from cli.wishes import choose
from shared.workers import Threads

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY]...",
        help="Photos' keys, or the digests that stand for them in the log.",
        show_default=False,
    ),
]
Prefix = Annotated[str | None, typer.Option(help="Cards whose keys begin so.")]
Failed = Annotated[
    bool,
    typer.Option(
        "--failed", help="Only cards whose result is `failed`, but not what CI refuses for good."
    ),
]
Code = Annotated[
    list[str] | None,
    typer.Option(
        help="Only cards that failed with this Code, even if CI refuses them for good; again for "
        "another.",
        show_default=False,
    ),
]


def rerun(
    key: Keys = None,
    *,
    failed: Failed = False,
    code: Code = None,
    prefix: Prefix = None,
    keys: KeysFile = None,
    card_type: AsCardType = None,
    price: Price = None,
    anew: Anew = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Have cards read once more, each as a run of its own beside the results it has.

    Every run is a job that is paid for: it says first how many, why they failed and what they
    cost, and asks. Only a photo whose last run has a result runs again, as `<etag>~2`, `~3` and so
    on, and the highest run is its current one; no result changes. Like backfill it puts cards in
    line, and sweep sends them. Interrupted, the same command goes on where it was.
    """
    context, refusals = reading(open_operator_context("sweep", env_file, stage, verbose=verbose))
    say_place(context.settings, json=json)
    masking = masking_of(context, reveal=False)
    with Threads(context.settings.requests_per_second) as workers:
        names = named(context, masking, key or ())
        failures = WantedFailures(frozenset(code or ())) if failed or code else None
        wishes = choose(context, workers, names, keys, prefix, failures)
        again = Again(context, wishes, workers, card_type)
        cursor = Cursor(context, "rerun", wishes.identity)
        call = Call(price, anew, yes, dry_run, json)
        line_up(context, again, cursor, call, "Run {} again?")
    if refusals.say(masking):
        raise typer.Exit(NEEDS_ATTENTION)
