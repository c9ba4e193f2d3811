"""The formats of an export. Each takes rows as they come and holds no more than a batch of them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cli.export.rows import COLUMNS, Cell, Row
from cli.terminal.files import temporary_files_in

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_SHEET_ROWS = 1_048_576  # Excel's largest


@dataclass(slots=True)
class Written:
    """How many rows were written, and how many of their cells a spreadsheet can't take as they are.

    `risky` could be calculated with, `too_long` are longer than a spreadsheet's cell can be, and
    `unfit` hold a character that a workbook can't.
    """

    rows: int = 0
    risky: int = 0
    too_long: int = 0
    unfit: int = 0


def write_csv(rows: Iterable[Row], stream: TextIO, columns: Sequence[str] = COLUMNS) -> Written:
    """Write RFC 4180 with a header, for spreadsheets: what they would calculate with stays text.

    It begins with a byte order mark, since Excel reads only such a file as UTF-8.
    """
    stream.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    return _write_csv(rows, stream, as_text, columns)


def write_plain_csv(
    rows: Iterable[Row], stream: TextIO, columns: Sequence[str] = COLUMNS
) -> Written:
    """Write RFC 4180 with a header, for programs: every value as it is, no byte order mark."""
    return _write_csv(rows, stream, str, columns)


def _write_csv(
    rows: Iterable[Row], stream: TextIO, shown: Callable[[str], str], columns: Sequence[str]
) -> Written:
    # Quoted, a text is one cell also if the spreadsheet separates by semicolons.
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    written = Written()

    def cell(value: Cell) -> Cell:
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            return value
        written.risky += as_text(value) != value
        written.too_long += _is_too_long(value)
        return shown(value)

    for row in rows:
        writer.writerow([cell(row[name]) for name in columns])
        written.rows += 1
    return written


def write_jsonl(rows: Iterable[Row], stream: TextIO, columns: Sequence[str] = COLUMNS) -> Written:
    """Write a JSON object a line, every value as it is."""
    written = Written()
    for row in rows:
        named = {name: row[name] for name in columns}
        stream.write(json.dumps(named, ensure_ascii=False) + "\n")
        written.rows += 1
    return written


def write_xlsx(rows: Iterable[Row], path: Path, columns: Sequence[str] = COLUMNS) -> Written:
    """Write a workbook, another sheet if one is full.

    Every text is a text cell, formulas and numbers among them, and stays one when it is edited. One
    that is too long for a cell is left out.
    """
    from openpyxl import Workbook  # noqa: PLC0415 — csv and jsonl don't need it

    written = Written()
    with temporary_files_in(path.parent):  # each sheet, until the workbook is saved
        book = Workbook(write_only=True)
        sheet = _new_sheet(book, columns)
        try:
            for row in rows:
                if written.rows and written.rows % (_SHEET_ROWS - 1) == 0:
                    sheet = _new_sheet(book, columns)
                sheet.append([_cell(sheet, row[name], written) for name in columns])
                written.rows += 1
        except BaseException:
            for unfinished in book.worksheets:
                unfinished.close()  # while the file it writes to is open
            raise
        book.save(path)
    return written


def _new_sheet(book: Workbook, columns: Sequence[str]) -> WriteOnlyWorksheet:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    sheet: WriteOnlyWorksheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    header = [WriteOnlyCell(sheet, name) for name in columns]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    return sheet


def _cell(sheet: WriteOnlyWorksheet, value: Cell, written: Written) -> Cell | SheetCell:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    if _is_too_long(value):
        written.too_long += 1
        return None
    text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    written.unfit += text != value
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # text, even if it begins like a formula
    cell.number_format = "@"
    return cell


# A formula begins so, also in the full width that Chinese input methods give; some programs drop
# leading blanks and controls before they look.
_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]")
# Shown without its leading zeros, with an exponent, and from the sixteenth digit on wrongly.
_NUMBER = re.compile(r"\s*[0-9][0-9.,\s]*([Ee][+-]?[0-9]+)?\s*")
# XML 1.0, and with it a workbook, can't carry these.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_APOSTROPHE = "'"
MOST_IN_CELL = 32_767  # UTF-16 code units, in Excel and in a workbook


def as_text(value: str) -> str:
    """Return a CSV's cell that no spreadsheet takes for a formula or a number.

    An apostrophe goes before what it would; before an apostrophe too, so that taking one off gives
    the value back, always.
    """
    risky = value.startswith(_APOSTROPHE) or _FORMULA.match(value) or _NUMBER.fullmatch(value)
    return _APOSTROPHE + value if risky else value


def _is_too_long(value: str) -> bool:
    units = len(value) if value.isascii() else len(value.encode("utf-16-le", "surrogatepass")) // 2
    return units > MOST_IN_CELL
