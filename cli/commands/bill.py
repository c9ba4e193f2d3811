from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.bill.comparison import ATTENTION, Comparison
from cli.bill.gathering import Gathering
from cli.bill.ledger import open_ledger
from cli.bill.screen import Bill, FirstOneSided, tables_of
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, Price
from cli.terminal.output import DocumentStream, counted, say, show, show_tables
from cli.terminal.period import SinceCreated, UntilCreated, period_of
from cli.terminal.progress import progress

Compare = Annotated[
    bool,
    typer.Option(
        "--compare", help="Read CI's own list too, and name each job that one side lacks."
    ),
]


def bill(
    *,
    since: SinceCreated = None,
    until: UntilCreated = None,
    compare: Compare = False,
    price: Price = None,
    common: CommonOptions,
) -> None:
    """Count the jobs that were made, from the objects of the bucket only.

    By day in UTC, card type, trigger and outcome. Results, pending objects and deletion records
    name the attempts of each card; each JobId counts once, and attempts whose JobId nobody was told
    are counted separately. `unused` is a job that its card's result doesn't rest on, `deleted` one
    of a card that was forgotten or purged. It reads each object, a request each. CI keeps jobs for
    a limited time: with --compare, what is older than all that it lists is counted separately.
    Exits with 1 if one side lacks a job, or if an object can't be read.
    """
    period = period_of(since, until)
    context, refusals = reading(open_operator_context(common))
    with open_ledger() as ledger:
        gathering = Gathering(context, ledger, period)
        with progress("reading") as advance:
            gathering.run(advance)
        found = Bill(period, list(ledger.jobs(period)), list(ledger.without_job_id(period)), price)
        stream, first, compared = DocumentStream("one_sided"), FirstOneSided(), None
        if not common.json:
            show_tables(tables_of(found))
        if compare:
            shown = not (common.json and sys.stdout.isatty())  # findings would run through the bar
            with progress("listed by CI", shown=shown) as advance:
                compared = Comparison(context, ledger, period, gathering.started_at, advance)
                for one in compared:
                    if common.json:
                        stream.add(one._asdict())
                    else:
                        first.add(one)
    needs_attention = bool(refusals) or gathering.unreadable > 0
    if compared is not None:
        needs_attention |= any(compared.counts[kind] for kind in ATTENTION)
    if common.json:
        unreadable = gathering.unreadable + len(refusals)
        counts = None if compared is None else compared.document()
        stream.end({**found.document(), "unreadable": unreadable, "compare": counts})
    elif compared is not None:
        show("\n".join(first.lines(compared)))
    if gathering.unreadable:
        say(f"Left out as unreadable: {counted(gathering.unreadable, 'object')}")
    if refusals.say(masking_of(context, reveal=False)) or needs_attention:
        raise typer.Exit(NEEDS_ATTENTION)
