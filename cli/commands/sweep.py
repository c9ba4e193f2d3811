from __future__ import annotations

import math
from typing import Annotated

import typer

from cli.operator import open_operator_pipeline
from cli.options import EnvFile, Json, Verbose
from cli.output import data, show
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


def sweep(
    *,
    reconcile: Reconcile = False,
    seconds: Seconds = None,
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Finish what is pending, as the function `sweep` does, from this machine.

    It is safe beside the function and beside itself: whatever it sends needs a permit of its own.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose)
    if reconcile:
        open_pass(pipeline)
    until = math.inf if seconds is None else pipeline.now() + seconds
    with Threads(pipeline.settings.requests_per_second) as workers:
        status = sweep_once(pipeline, until=until, workers=workers)
    data(_document(status)) if json else show(_text(status))


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
