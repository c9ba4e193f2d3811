from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, NamedTuple

import typer

from cli.connect.deployment import open_operator_context
from cli.connect.faults import advised
from cli.status.attention import SHARES, AttentionLimits, attention
from cli.status.look import look
from cli.status.recent import RecentReader
from cli.status.screen import document, screen
from cli.terminal.formats import seconds
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, Reveal
from cli.terminal.output import clear_screen, data, say, show
from shared.cloud import connect
from shared.errors import CloudFault, ConfigurationError
from shared.jobs.service import CiJobService
from shared.pipeline.context import Context

_EVERY_SECONDS = 10.0

Watch = Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")]
Every = Annotated[
    float | None,
    typer.Option(
        parser=seconds,
        metavar="SECONDS",
        help=f"Between two looks of --watch; {_EVERY_SECONDS:.0f} if left out.",
        show_default=False,
    ),
]


class Share(NamedTuple):
    """A share of the last hour's cards, and the percent above which it needs attention."""

    name: str
    percent: int


def share(text: str) -> Share:
    """Read `failed=20`.

    Raises:
        BadParameter: no such share, or no percent.
    """
    name, _, percent = text.partition("=")
    if name not in SHARES or not re.fullmatch("[0-9]{1,2}|100", percent):
        raise typer.BadParameter(
            f"{text!r}; write it like failed=20, with a percent from 0 to 100 and one of "
            f"{', '.join(SHARES)}"
        )
    return Share(name, int(percent))


_DEFAULTS = ", ".join(f"{name}={percent}" for name, percent in SHARES.items())
Above = Annotated[
    list[Share] | None,
    typer.Option(
        parser=share,
        metavar="SHARE=PERCENT",
        help="Ask for attention above this percent of the last hour's cards, from 10 cards on. "
        f"Without it: {_DEFAULTS}.",
        show_default=False,
    ),
]
Results = Annotated[
    int,
    typer.Option(
        min=0,
        max=10_000,
        help="Results of the last hour to read at most, a request each.",
    ),
]


def status(
    *,
    above: Above = None,
    results: Results = 200,
    watch: Watch = False,
    every: Every = None,
    reveal: Reveal = False,
    common: CommonOptions,
) -> None:
    """Show on one screen which cards are pending, why, and what needs attention.

    The last sweep has counted the pending cards and found the oldest. The jobs are those of CI's
    own list: all of the last hour, or the newest thousand. The results are the last hour's, as far
    as they are among the first 10,000 names or belong to those jobs; it says what it did not look
    at. A look costs at most 14 requests and one for each result to COS, one more for each that
    needs a review, and two to eleven to CI.
    The exit status is 1 if something needs attention.
    """
    if every is not None and not watch:
        raise ConfigurationError("--every", "is for --watch")
    context = open_operator_context(common)
    settings = context.settings
    limits = AttentionLimits(
        settings.give_up_after_seconds,
        {**SHARES, **dict(above or ())},
        has_callbacks=settings.callback.type != "NONE",
    )
    reader = RecentReader(context, results)

    def once() -> bool:
        return _look(context, reader, limits, reveal=reveal, json=common.json, clear=watch)

    if watch:
        with suppress(KeyboardInterrupt):  # nothing else ends it
            keep_looking(once, every or _EVERY_SECONDS, time.sleep)
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


def _look(
    context: Context,
    reader: RecentReader,
    limits: AttentionLimits,
    *,
    reveal: bool,
    json: bool,
    clear: bool,
) -> bool:
    """Look once, on a clear screen or below the last look. Return whether it asks for attention."""
    settings = context.settings
    name_of = masking_of(context, reveal=reveal).key
    found = look(context, CiJobService(connect(settings), settings), reader)
    reasons = attention(found, limits)
    if json:
        data(document(found, reasons, name_of))
    else:
        if clear:
            clear_screen()
        show(screen(found, reasons, settings, name_of))
    return bool(reasons)
