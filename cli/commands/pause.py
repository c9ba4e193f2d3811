from __future__ import annotations

import getpass
import socket
from typing import Annotated

import typer

from cli.bucket.holds import Hold, delete_holds, holds_now, make_hold
from cli.connect.deployment import open_operator_context
from cli.delete.record import checked_why
from cli.terminal.options import CommonOptions, DryRun
from cli.terminal.output import data, show
from cli.terminal.question import say_place
from shared.store.layout import date_of_budget

Why = Annotated[
    str | None,
    typer.Option(help="Why, for those who find it paused; no card's data.", show_default=False),
]


def pause_sending(
    *,
    why: Why = None,
    dry_run: DryRun = False,
    common: CommonOptions,
) -> None:
    """Stop sending, uploads included, until `card-ocr resume`.

    It takes effect within ten seconds, for submit and sweep. What arrives waits visibly and goes by
    itself afterwards. Results are still fetched and written. A second pause keeps the first's
    reason.
    """
    reason = checked_why(why)
    context = open_operator_context(common)
    say_place(context.settings, json=common.json)
    store, prefix = context.store, context.settings.output_prefix
    by_people = _by_people(holds_now(store, prefix))
    if by_people:
        _say_it(common.json, paused=True, dry_run=dry_run, text=f"Sending is {by_people} already.")
        return
    if not dry_run:
        make_hold(store, prefix, context.at(), _by(), reason)
    _say_it(common.json, paused=True, dry_run=dry_run, text="Sending is paused, uploads included.")


def resume_sending(
    *,
    dry_run: DryRun = False,
    common: CommonOptions,
) -> None:
    """Send again: delete every hold but the budget's. Sweep sends what waits, from its next run.

    The budget's hold ends at midnight UTC, or with a higher MAX_JOBS_PER_DAY.
    """
    context = open_operator_context(common)
    say_place(context.settings, json=common.json)
    store, prefix = context.store, context.settings.output_prefix
    holds = holds_now(store, prefix)
    if not dry_run:
        delete_holds(store, prefix)
    was = _by_people(holds) or "not paused"
    has_budget = any(date_of_budget(hold.name) for hold in holds)
    end = "The budget still holds it until midnight UTC." if has_budget else "Sending goes on."
    _say_it(common.json, paused=has_budget, dry_run=dry_run, text=f"Sending was {was}. {end}")


def _by_people(holds: list[Hold]) -> str:
    """Return the holds that people made, as text; an empty text if there are none."""
    return "; ".join(str(hold) for hold in holds if date_of_budget(hold.name) is None)


def _say_it(json: bool, *, paused: bool, dry_run: bool, text: str) -> None:  # noqa: FBT001
    if json:
        data({"paused": paused, "dry_run": dry_run})
    else:
        show(f"Would be done: {text}" if dry_run else text)


def _by() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without a user of that number
        user = "somebody"
    return f"{user}@{socket.gethostname()}"
