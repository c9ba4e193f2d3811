from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from cli.bucket.listing import checked_prefix
from cli.bucket.refusals import reading
from cli.bucket.results import CardResult, WantedResults, open_results, unreadable_text
from cli.connect.deployment import open_operator_context
from cli.export.files import write_csv, write_jsonl, write_xlsx
from cli.export.rows import Row, row_of
from cli.terminal.files import replacing
from cli.terminal.masking import Masking, masking_of
from cli.terminal.options import (
    NEEDS_ATTENTION,
    EnvFile,
    Every,
    Json,
    KeyPrefix,
    Reveal,
    Stage,
    Verbose,
)
from cli.terminal.output import counted, data, say
from cli.terminal.progress import Advance, progress
from shared.errors import ConfigurationError

Format = Annotated[
    Literal["csv", "jsonl", "xlsx"],
    typer.Option("--format", help="csv and xlsx for spreadsheets, jsonl for programs."),
]
Out = Annotated[
    Path | None,
    typer.Option(help="The file to write; csv and jsonl can go to standard output instead."),
]

_STREAMS: dict[str, Callable[[Iterable[Row], TextIO], int]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
}


def export(
    *,
    form: Format,
    out: Out = None,
    reveal: Reveal = False,
    prefix: KeyPrefix = None,
    every: Every = False,
    env_file: EnvFile = None,
    stage: Stage = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Write one row a card: its fields, its outcome and its evidence.

    What a spreadsheet would calculate with stays the text it is: in a workbook as text cells, in
    a CSV behind an apostrophe. With --json, standard output says what was written.

    The exit status is 1 if an object in the folder of results is not a result, or if COS refuses
    one, for example an archived one. The others are written.
    """
    if out is None and (json or form not in _STREAMS):
        raise ConfigurationError("--out", "is missing; name the file to write")
    context, refusals = reading(open_operator_context(env_file, stage, verbose=verbose))
    masking = masking_of(context, reveal=reveal)
    checked_prefix(context.settings, prefix)
    with (
        open_results(context, WantedResults(prefix, every)) as cards,
        progress("reading", len(cards)) as advance,
    ):
        count = _write(form, out, _rows(cards, masking, advance))
    unreadable = cards.unreadable + len(refusals)
    written = {"rows": count, "unreadable": unreadable, "masked": not reveal}
    if json:
        data({"out": str(out), **written})
    else:
        say(counted(count, "card") + ("" if reveal else ", masked: --reveal shows the values"))
    if cards.unreadable:
        say(unreadable_text(cards.unreadable))
    if refusals.say(masking) or unreadable:
        raise typer.Exit(NEEDS_ATTENTION)


def _rows(cards: Iterable[CardResult], masking: Masking, advance: Advance) -> Iterator[Row]:
    for card in cards:
        yield row_of(card, masking)
        advance(1)


def _write(form: str, out: Path | None, rows: Iterable[Row]) -> int:
    if out is None:
        return _STREAMS[form](rows, sys.stdout)
    with replacing(out) as new:
        if form not in _STREAMS:
            return write_xlsx(rows, new)
        with new.open("w", encoding="utf-8", newline="") as stream:
            return _STREAMS[form](rows, stream)
