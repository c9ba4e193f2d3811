from __future__ import annotations

import math
import time
from typing import Annotated

import typer

from cli.bucket.holds import stopped_text
from cli.bucket.input_bucket import had_versioning
from cli.connect.deployment import open_operator_context
from cli.sweep.drain import Drained
from cli.sweep.drain import drain as sweep_until_done
from cli.sweep.progress import cards_pending
from cli.sweep.step_list import StepList, rehearse
from cli.terminal.formats import age_of, local_time
from cli.terminal.options import CALL_AGAIN, NEEDS_ATTENTION, CommonOptions, DryRun
from cli.terminal.output import data, say, show
from cli.terminal.progress import is_watched, progress
from cli.terminal.question import say_place
from shared.cloud import connect
from shared.errors import ConfigurationError
from shared.pipeline.context import Context
from shared.pipeline.reconcile import open_pass
from shared.pipeline.status import Status, StatusCounter
from shared.pipeline.sweep import sweep as sweep_once
from shared.workers import Threads, Workers

Reconcile = Annotated[
    bool,
    typer.Option("--reconcile", help="Look through the photos too, for lost events."),
]
Seconds = Annotated[
    float | None,
    typer.Option(min=0, help="Begin no card after that many; the next run goes on from there."),
]
Drain = Annotated[
    bool,
    typer.Option(
        "--drain", help="Sweep until nothing waits to be sent any more, or sending stopped."
    ),
]


def sweep(
    *,
    reconcile: Reconcile = False,
    drain: Drain = False,
    seconds: Seconds = None,
    dry_run: DryRun = False,
    common: CommonOptions,
) -> None:
    """Finish pending cards from this machine, as the function `sweep` does.

    It may run beside the function and beside itself, since it needs a claim for all it sends.
    With --dry-run it decides the same, and prints each card's next step instead of doing it. The
    exit status is 1 if sending stopped, for the reason that it shows, or if COS gave no listing;
    it is 75 if --seconds were over before the work was done. The next run goes on.
    """
    context = open_operator_context(common, submits=True)
    until = math.inf if seconds is None else context.now() + seconds
    if dry_run and drain:
        raise ConfigurationError("--dry-run", "can't be given beside --drain: it is one sweep")
    if dry_run and reconcile:
        raise ConfigurationError("--dry-run", "can't be given beside --reconcile, which claims")
    say_place(context.settings, json=common.json)
    steps = StepList(context) if dry_run else None
    if reconcile:
        open_pass(context)
    with Threads(context.settings.requests_per_second) as workers:

        def once() -> Status:
            return _watched(context, until, workers, steps)

        if drain:
            end = sweep_until_done(context, once, time.sleep, until, _say_waiting)
        else:
            status = once()
            end = Drained(status, done=status.is_whole or context.now() < until)
    if common.json:
        data({**_document(end.status), **(steps.document() if steps else {})})
    else:
        sending = stopped_text(context, end.status.sending)
        show("\n".join([*(steps.lines() if steps else ()), _text(end, sending)]))
    if exit_status := _exit_status(end):
        raise typer.Exit(exit_status)


def _exit_status(end: Drained) -> int:
    if end.status.sending != "yes":
        return NEEDS_ATTENTION
    if not end.done:
        return CALL_AGAIN
    return 0 if end.status.is_whole else NEEDS_ATTENTION


def _watched(context: Context, until: float, workers: Workers, steps: StepList | None) -> Status:
    """Sweep once, or list the steps of a sweep, and show a progress bar."""
    total = cards_pending(context) if is_watched() else None
    with progress("sweeping", total) as advance:
        counter = StatusCounter(advance)
        if steps is None:
            return sweep_once(context, until=until, workers=workers, counter=counter)
        client = connect(context.settings).idempotent
        return rehearse(
            context,
            until=until,
            do=steps.add,
            creates_once=not had_versioning(client, context.settings.output_bucket),
            workers=workers,
            counter=counter,
        )


def _say_waiting(status: Status) -> None:
    """Say after each sweep of a drain what still waits."""
    waiting, young = status.pending.get("waiting", 0), status.pending.get("young", 0)
    if waiting or young:
        say(f"{local_time(status.at)}  {waiting:,} waiting, {young:,} too young to look at")


def _document(status: Status) -> dict[str, object]:
    """Return what status.json says, without the card's key and CI's message, which can quote it."""
    oldest = status.document()["oldest"]
    return {"at": status.at, "oldest": _without(oldest, "key"), **status.summary()}


def _without(document: object, name: str) -> object:
    if not isinstance(document, dict):
        return document
    return {known: _without(value, "message") for known, value in document.items() if known != name}


def _text(end: Drained, sending: str) -> str:
    """Write for a person how many cards are pending, the oldest one, and whether cards are sent."""
    status = end.status
    counts = [f"{count:,} {state}" for state, count in status.pending.items() if count]
    lines = [f"pending  {', '.join(counts) or 'nothing'}", f"sending  {sending}"]
    if status.oldest is not None:
        attempt = status.oldest.attempt
        why = f", {attempt.error.code}" if attempt.error else ""
        lines.append(f"oldest   {age_of(status.oldest.age)}, {attempt.state}{why}")
    if not end.done:
        lines.append("The time is over before the work is; the next run goes on from there.")
    elif not status.is_whole:
        lines.append("Not everything was looked at; the next run goes on from there.")
    return "\n".join(lines)
