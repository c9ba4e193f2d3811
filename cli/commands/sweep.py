from __future__ import annotations

import math
import time
from typing import Annotated

import typer

from cli import draining
from cli.operator import open_operator_pipeline
from cli.options import NEEDS_ATTENTION, EnvFile, Json, Verbose
from cli.output import data, say, show
from shared.pipeline.reconcile import open_pass
from shared.pipeline.status import Status
from shared.pipeline.sweep import sweep as sweep_once
from shared.pipeline.workers import Threads

Reconcile = Annotated[
    bool,
    typer.Option("--reconcile", help="Look through the photographs too, for lost events."),
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
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Finish what is pending, as the function `sweep` does, from this machine.

    It is safe beside the function and beside itself: whatever it sends needs a permit of its own.
    The exit status is 1 where sending stopped, for the reason it shows, or where not everything
    was looked at.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose, submits=True)
    if reconcile:
        open_pass(pipeline)
    until = math.inf if seconds is None else pipeline.now() + seconds
    with Threads(pipeline.settings.requests_per_second) as workers:

        def once() -> Status:
            return sweep_once(pipeline, until=until, workers=workers)

        if drain:
            status = draining.drain(pipeline, once, time.sleep, until, _say_waiting)
        else:
            status = once()
    data(_document(status)) if json else show(_text(status))
    if status.sending != "yes" or not status.whole:
        raise typer.Exit(NEEDS_ATTENTION)


def _say_waiting(status: Status) -> None:
    """A line a round, for whoever watches a long drain."""
    waiting, young = status.pending.get("waiting", 0), status.pending.get("young", 0)
    if waiting or young:
        say(f"{status.at}  {waiting:,} waiting, {young:,} too young to look at")


def _document(status: Status) -> dict[str, object]:
    """What status.json holds, but for the key of a card, and CI's message, which can quote it."""
    oldest = status.document()["oldest"]
    return {"at": status.at, "oldest": _without(oldest, "key"), **status.summary()}


def _without(document: object, name: str) -> object:
    if not isinstance(document, dict):
        return document
    return {known: _without(value, "message") for known, value in document.items() if known != name}


def _text(status: Status) -> str:
    """For a person: what is pending, the oldest of it, and whether cards are being sent."""
    counts = [f"{count} {state}" for state, count in status.pending.items() if count]
    lines = [f"pending  {', '.join(counts) or 'nothing'}", f"sending  {status.sending}"]
    if status.oldest is not None:
        pending = status.oldest.pending
        why = f", {pending.error.code}" if pending.error else ""
        lines.append(f"oldest   {status.oldest.age / 3600:.1f} h, {pending.state}{why}")
    if not status.whole:
        lines.append("Not everything was looked at; the next run goes on from there.")
    return "\n".join(lines)
