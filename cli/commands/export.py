from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from cli.bucket.listing import checked_prefix
from cli.bucket.refusals import reading
from cli.bucket.results import CardResult, WantedResults, open_results, unreadable_text
from cli.connect.deployment import open_operator_context
from cli.export.files import (
    MOST_IN_CELL,
    Written,
    write_csv,
    write_jsonl,
    write_plain_csv,
    write_xlsx,
)
from cli.export.rows import COLUMNS, REVIEWED_COLUMNS, Row, reviewed_row_of, row_of
from cli.terminal.files import replacing
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, Every, KeyPrefix, Reveal
from cli.terminal.output import counted, data, say
from cli.terminal.period import SinceWritten, UntilWritten, period_of
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

Plain = Annotated[
    bool,
    typer.Option(
        "--plain", help="In a CSV, write values as they are, for programs: no spreadsheet's file."
    ),
]
Reviewed = Annotated[
    bool,
    typer.Option(
        "--reviewed", help="Values as they count since the last review, and who reviewed them."
    ),
]

_STREAMS: dict[str, Callable[[Iterable[Row], TextIO, Sequence[str]], Written]] = {
    "csv": write_csv,
    "plain csv": write_plain_csv,
    "jsonl": write_jsonl,
}


def export(
    *,
    form: Format,
    out: Out = None,
    plain: Plain = False,
    reveal: Reveal = False,
    prefix: KeyPrefix = None,
    since: SinceWritten = None,
    until: UntilWritten = None,
    every: Every = False,
    reviewed: Reviewed = False,
    common: CommonOptions,
) -> None:
    """Write one row per card: its fields, its outcome and its evidence.

    What a spreadsheet would calculate with stays the text it is: in a workbook as text cells, in
    a CSV behind an apostrophe, with a warning. A CSV that a program joins by keys or numbers needs
    --plain. With --json, standard output says what was written.

    The exit status is 1 if an object in the folder of results is not a result, if COS refuses one,
    for example an archived one, or if a workbook can't hold a value. The others are written.
    """
    if plain and form == "xlsx":
        raise ConfigurationError("--plain", "is for a CSV: the cells of a workbook are texts")
    if out is None and (common.json or form not in _STREAMS):
        raise ConfigurationError("--out", "is missing; name the file to write")
    period = period_of(since, until)
    context, refusals = reading(open_operator_context(common))
    masking = masking_of(context, reveal=reveal)
    checked_prefix(context.settings, prefix)
    with (
        open_results(context, WantedResults(prefix, every, period, reviewed)) as cards,
        progress("reading", len(cards)) as advance,
    ):
        kind = "plain csv" if plain and form == "csv" else form
        row, columns = (reviewed_row_of, REVIEWED_COLUMNS) if reviewed else (row_of, COLUMNS)
        rows = _rows(cards, lambda card: row(card, masking), advance)
        written = _write(kind, out, rows, columns)
    unreadable = cards.unreadable + len(refusals)
    if common.json:
        data({"out": str(out), **asdict(written), "unreadable": unreadable, "masked": not reveal})
    else:
        count = counted(written.rows, "card")
        say(count + ("" if reveal else ", masked: --reveal shows the values"))
    for line in _warnings(kind, written):
        say(line)
    if cards.unreadable:
        say(unreadable_text(cards.unreadable))
    is_whole = form != "xlsx" or not (written.too_long or written.unfit)
    if refusals.say(masking) or unreadable or not is_whole:
        raise typer.Exit(NEEDS_ATTENTION)


def _warnings(kind: str, written: Written) -> Iterator[str]:
    """Yield what a spreadsheet makes of the cells, and what to do about it."""
    if written.risky:
        risky = counted(written.risky, "cell")
        if kind == "csv":
            yield (
                f"{risky} behind an apostrophe, so that no spreadsheet calculates with them; "
                "--plain writes values as they are"
            )
        else:
            yield f"{risky} that a spreadsheet would calculate with; open it with programs only"
    most = f"the {MOST_IN_CELL:,} characters of a spreadsheet's cell"
    if written.too_long:
        are = "left empty" if kind == "xlsx" else "whole here"
        long = counted(written.too_long, "cell")
        yield f"{long} longer than {most}, {are}; --format jsonl is for such values"
    if written.unfit:
        unfit = counted(written.unfit, "cell")
        yield (
            f"{unfit} with a character that a workbook can't hold, U+FFFD in its place; "
            "--format jsonl has it"
        )


def _rows(
    cards: Iterable[CardResult], row: Callable[[CardResult], Row], advance: Advance
) -> Iterator[Row]:
    for card in cards:
        yield row(card)
        advance(1)


def _write(form: str, out: Path | None, rows: Iterable[Row], columns: Sequence[str]) -> Written:
    if out is None:
        return _STREAMS[form](rows, sys.stdout, columns)
    with replacing(out) as new:
        if form not in _STREAMS:
            return write_xlsx(rows, new, columns)
        with new.open("w", encoding="utf-8", newline="") as stream:
            return _STREAMS[form](rows, stream, columns)
