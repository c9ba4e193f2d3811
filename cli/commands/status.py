from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from cli.advice import advised
from cli.masking import masking_of
from cli.operator import open_operator_context
from cli.options import (
    NEEDS_ATTENTION,
    EnvFile,
    Json,
    Reveal,
    Stage,
    Verbose,
)
from cli.output import data, say, show
from cli.status.attention import attention
from cli.status.look import look
from cli.status.screen import document, screen
from cli.times import seconds
from shared.cloud import connect
from shared.errors import CloudFault
from shared.jobs.service import CiJobService
from shared.pipeline.context import Context

Watch = Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")]
Every = Annotated[
    float,
    typer.Option(parser=seconds, metavar="<seconds>", help="Between two looks of --watch."),
]


def status(
    *,
    watch: Watch = False,
    every: Every = 10.0,
    reveal: Reveal = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Show on one screen what is pending, why, and what needs attention.

    Counts and the oldest card are the last sweep's. The rate is that of CI's own list of jobs: all
    of the last hour, or the newest thousand. A look costs three requests to COS, and two to eleven
    to CI. The exit status is 1 where something needs attention.
    """
    context = open_operator_context("sweep", env_file, stage, verbose=verbose)

    def once() -> bool:
        return _look(context, reveal=reveal, json=json, clear=watch)

    if watch:
        keep_looking(once, every, time.sleep)
    elif once():
        raise typer.Exit(NEEDS_ATTENTION)


def keep_looking(once: Callable[[], object], every: float, sleep: Callable[[float], None]) -> None:
    """Look until interrupted; a fault of the cloud ends one look, not the watch."""
    while True:
        try:
            once()
        except CloudFault as fault:
            say(f"card-ocr: {advised(fault)}")
        sleep(every)


def _look(context: Context, *, reveal: bool, json: bool, clear: bool) -> bool:
    """Look once, on a clear screen or below what is there; whether something needs attention."""
    settings = context.settings
    name_of = masking_of(context, reveal=reveal).key
    found = look(context, CiJobService(connect(settings), settings.input_bucket))
    reasons = attention(found, settings.give_up_after_seconds)
    if json:
        data(document(found, reasons, name_of))
    else:
        if clear:
            Console().clear()  # does nothing but on a terminal
        show(screen(found, reasons, settings, name_of))
    return bool(reasons)
