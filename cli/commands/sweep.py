from __future__ import annotations

import math
import time
from typing import Annotated

import typer

from cli.draining import Drained
from cli.draining import drain as sweep_until_done
from cli.looked_at import CountedTally, cards_pending
from cli.operator import open_operator_pipeline
from cli.options import CALL_AGAIN, NEEDS_ATTENTION, DryRun, EnvFile, Json, Verbose
from cli.output import counted, data, say, show
from cli.progress import is_watched, progress
from cli.rehearsal import Rehearsal
from cli.sending import stopped_text
from cli.versioning import had_versioning
from shared.cloud import connect
from shared.errors import ConfigurationError
from shared.pipeline import Pipeline
from shared.pipeline.reconcile import open_pass
from shared.pipeline.status import Status
from shared.pipeline.sweep import sweep as sweep_once
from shared.pipeline.workers import Threads, Workers

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
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Finish what is pending, as the function `sweep` does, from this machine.

    It is safe beside the function and beside itself: whatever it sends needs a permit of its own.
    With --dry-run it decides the same on what lies there, and says what it would send and write, if
    CI took every job. The exit status is 1 where sending stopped, for the reason it shows, or COS
    gave no listing, and 75 where --seconds were over before the work was: the next run goes on.
    """
    pipeline = open_operator_pipeline("sweep", env_file, verbose=verbose, submits=True)
    until = math.inf if seconds is None else pipeline.now() + seconds
    if dry_run and drain:
        raise ConfigurationError("--dry-run", "can't be given beside --drain: it is one sweep")
    rehearsal = _rehearsal(pipeline) if dry_run else None
    pipeline = rehearsal.pipeline if rehearsal else pipeline
    if reconcile:
        open_pass(pipeline)
    with Threads(pipeline.settings.requests_per_second) as workers:

        def once() -> Status:
            return _watched(pipeline, until, workers)

        if drain:
            end = sweep_until_done(pipeline, once, time.sleep, until, _say_waiting)
        else:
            status = once()
            end = Drained(status, done=status.whole or pipeline.now() < until)
    if json:
        data({**_document(end.status), **_would_document(rehearsal)})
    else:
        sending = stopped_text(pipeline, end.status.sending)
        show(_would_text(rehearsal) + _text(end, sending))
    if exit_status := _exit_status(end):
        raise typer.Exit(exit_status)


def _exit_status(end: Drained) -> int:
    if end.status.sending != "yes":
        return NEEDS_ATTENTION
    if not end.done:
        return CALL_AGAIN
    return 0 if end.status.whole else NEEDS_ATTENTION


def _rehearsal(pipeline: Pipeline) -> Rehearsal:
    settings = pipeline.settings
    client = connect(settings).idempotent
    return Rehearsal(pipeline, versioned=had_versioning(client, settings.output_bucket))


def _watched(pipeline: Pipeline, until: float, workers: Workers) -> Status:
    """One sweep, with a bar for whoever waits."""
    total = cards_pending(pipeline) if is_watched() else None
    with progress("sweeping", total) as heard:
        return sweep_once(pipeline, until=until, workers=workers, tally=CountedTally(heard))


def _say_waiting(status: Status) -> None:
    """A line a round, for whoever watches a long drain."""
    waiting, young = status.pending.get("waiting", 0), status.pending.get("young", 0)
    if waiting or young:
        say(f"{status.at}  {waiting:,} waiting, {young:,} too young to look at")


def _would_document(rehearsal: Rehearsal | None) -> dict[str, object]:
    if rehearsal is None:
        return {}
    would = {"send": rehearsal.jobs, "write": dict(rehearsal.outcomes())}
    return {"dry_run": True, "would": would}


def _would_text(rehearsal: Rehearsal | None) -> str:
    if rehearsal is None:
        return ""
    written = rehearsal.outcomes()
    outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(written.items()))
    return (
        f"would send   {counted(rehearsal.jobs, 'job')}\n"
        f"would write  {counted(written.total(), 'result')}{outcomes and f': {outcomes}'}\n"
        "Nothing was sent or written. This would be left:\n"
    )


def _document(status: Status) -> dict[str, object]:
    """What status.json holds, but for the key of a card, and CI's message, which can quote it."""
    oldest = status.document()["oldest"]
    return {"at": status.at, "oldest": _without(oldest, "key"), **status.summary()}


def _without(document: object, name: str) -> object:
    if not isinstance(document, dict):
        return document
    return {known: _without(value, "message") for known, value in document.items() if known != name}


def _text(end: Drained, sending: str) -> str:
    """For a person: what is pending, the oldest of it, and whether cards are being sent."""
    status = end.status
    counts = [f"{count:,} {state}" for state, count in status.pending.items() if count]
    lines = [f"pending  {', '.join(counts) or 'nothing'}", f"sending  {sending}"]
    if status.oldest is not None:
        pending = status.oldest.pending
        why = f", {pending.error.code}" if pending.error else ""
        lines.append(f"oldest   {status.oldest.age / 3600:.1f} h, {pending.state}{why}")
    if not end.done:
        lines.append("The time is over before the work is; the next run goes on from there.")
    elif not status.whole:
        lines.append("Not everything was looked at; the next run goes on from there.")
    return "\n".join(lines)
