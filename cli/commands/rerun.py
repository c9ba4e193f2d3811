from __future__ import annotations

from typing import Annotated

import typer

from cli.bucket.keys import resolve_keys
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.enqueue.cursor import Cursor
from cli.enqueue.flow import EnqueueOptions, enqueue_chosen
from cli.enqueue.rerun import RerunCards
from cli.enqueue.selection import RerunArguments, WantedFailures, select_reruns
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CardKeys, CommonOptions, KeysFile
from cli.terminal.period import SinceWritten, UntilWritten, period_of
from cli.terminal.question import say_place
from shared.workers import Threads

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
        help="Only cards whose result has this Code in its error, rejected ones and what CI "
        "refuses for good too; again for another.",
        show_default=False,
    ),
]


def rerun(
    key: CardKeys = None,
    *,
    failed: Failed = False,
    code: Code = None,
    since: SinceWritten = None,
    until: UntilWritten = None,
    prefix: Prefix = None,
    keys: KeysFile = None,
    options: EnqueueOptions,
    common: CommonOptions,
) -> None:
    """Read cards once more. Each gets a new run beside the results that it has.

    Every run is a job that you pay for: it says first how many, why they failed and what they
    cost, and asks. Only a photo whose last run has a result runs again, as `<etag>~2`, `~3` and so
    on, and the highest run is its current one; no result changes. Like backfill it puts cards in
    line, and sweep sends them. After an interruption the same command goes on where it stopped.
    """
    period = period_of(since, until)
    context, refusals = reading(open_operator_context(common))
    say_place(context.settings, json=common.json)
    masking = masking_of(context, reveal=False)
    with Threads(context.settings.requests_per_second) as workers:
        names = resolve_keys(context, masking, key or ())
        failures = WantedFailures(frozenset(code or ())) if failed or code else None
        wanted = RerunArguments(names, keys, prefix, failures, period)
        selection = select_reruns(context, workers, wanted)
        cards = RerunCards(context, selection, workers, options.card_type)
        cursor = Cursor(context, "rerun", selection.identity)
        enqueue_chosen(context, cards, cursor, options, "Run {} again?", json=common.json)
    if refusals.say(masking):
        raise typer.Exit(NEEDS_ATTENTION)
