"""The formats of an export. Each takes rows as they come and holds no more than a batch of them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from cli.export.rows import COLUMNS, Cell, Row
from cli.terminal.files import temporary_files_in

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_SHEET_ROWS = 1_048_576  # Excel's largest


def write_csv(rows: Iterable[Row], stream: TextIO) -> int:
    """Write RFC 4180 with a header, for spreadsheets. Return how many rows.

    It begins with a byte order mark, since Excel reads only such a file as UTF-8.
    """
    stream.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    # Quoted, a text is one cell also if the spreadsheet separates by semicolons.
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow([_plain(row[name]) for name in COLUMNS])
        count += 1
    return count


def write_jsonl(rows: Iterable[Row], stream: TextIO) -> int:
    """Write a JSON object a line, with unchanged values. Return how many."""
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_book(rows: Iterable[Row], path: Path) -> int:
    from openpyxl import Workbook  # noqa: PLC0415 — csv and jsonl don't need it

    book = Workbook(write_only=True)
    sheet = _new_sheet(book)
    count = 0
    try:
        for row in rows:
            if count and count % (_SHEET_ROWS - 1) == 0:
                sheet = _new_sheet(book)
            sheet.append([_cell(sheet, row[name]) for name in COLUMNS])
            count += 1
    except BaseException:
        for unfinished in book.worksheets:
            unfinished.close()  # while the file it writes to is open
        raise
    book.save(path)
    return count


def write_xlsx(rows: Iterable[Row], path: Path) -> int:
    """Write a workbook, another sheet if one is full; returns how many rows.

    Every text is a text cell, formulas and numbers among them, and stays one when it is edited.
    """
    with temporary_files_in(path.parent):  # each sheet, until the workbook is saved
        return _write_book(rows, path)


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return as_text(cell) if isinstance(cell, str) else cell


def _new_sheet(book: Workbook) -> WriteOnlyWorksheet:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    sheet: WriteOnlyWorksheet = book.create_sheet()
    sheet.freeze_panes = "B2"
    header = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    return sheet


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> Cell | SheetCell:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, without_controls(value))
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


def as_text(value: str) -> str:
    """Return a CSV's cell that no spreadsheet takes for a formula or a number.

    An apostrophe goes before what it would; before an apostrophe too, so that taking one off gives
    the value back, always.
    """
    risky = value.startswith(_APOSTROPHE) or _FORMULA.match(value) or _NUMBER.fullmatch(value)
    return _APOSTROPHE + value if risky else value


def without_controls(value: str) -> str:
    """Replace the characters that XML, and with it a workbook, can't hold."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
