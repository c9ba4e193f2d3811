from __future__ import annotations

import getpass
import socket
from typing import Annotated

import typer

from cli.operator import open_operator_context
from cli.options import (
    DryRun,
    EnvFile,
    Json,
    Stage,
    Verbose,
)
from cli.output import data, show
from cli.paused import paused_now
from cli.question import say_place
from shared.pipeline.gate import pause, resume

Why = Annotated[
    str | None,
    typer.Option(help="A word to those who find it paused; no card's data.", show_default=False),
]


def pause_sending(
    *,
    why: Why = None,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Stop what sweep sends, backfill and reruns among it, until `card-ocr resume`.

    It takes effect within ten seconds; what has its claim by then may still go out within a
    minute. Uploads are never held back: submit sends on. Results are still fetched and written.
    """
    context = open_operator_context("sweep", env_file, stage, verbose=verbose)
    say_place(context.settings, json=json)
    if not dry_run:
        pause(context, f"{_user()}@{socket.gethostname()}", why)
    _say_it(json, paused=True, dry_run=dry_run, text="Sending is paused; uploads are still sent.")


def resume_sending(
    *,
    dry_run: DryRun = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Have sweep send again what `card-ocr pause` stopped, from its next run on."""
    context = open_operator_context("sweep", env_file, stage, verbose=verbose)
    say_place(context.settings, json=json)
    paused = paused_now(context)
    if not dry_run:
        resume(context)
    was = "not paused." if paused is None else f"{paused}; the next sweep sends again."
    _say_it(json, paused=False, dry_run=dry_run, text=f"Sending was {was}")


def _say_it(json: bool, *, paused: bool, dry_run: bool, text: str) -> None:  # noqa: FBT001
    if json:
        data({"paused": paused, "dry_run": dry_run})
    else:
        show(f"Would be done: {text}" if dry_run else text)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user of that number
        return "somebody"
