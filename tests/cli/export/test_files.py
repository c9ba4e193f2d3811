from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.export import files
from cli.export.files import (
    as_text,
    write_csv,
    write_jsonl,
    write_plain_csv,
    write_xlsx,
)
from cli.export.rows import COLUMNS, Row, row_of
from cli.terminal.masking import Masking
from shared.card import FIELD_NAMES
from shared.documents import ResultError
from tests.support.cards import ADDRESS, NAME, NUMBER, PERSONAL
from tests.support.environment import SECRET
from tests.support.results import read_result

REVEALED, MASKED = Masking(SECRET, reveal=True), Masking(SECRET, reveal=False)
FORMULA = "=HYPERLINK(1)"


def row(masking: Masking = REVEALED, **changes: object) -> Row:
    return {**row_of(read_result(), masking), **changes}  # type: ignore[dict-item]


def in_csv(*rows: Row) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    assert write_csv(rows, stream).rows == len(rows)
    text = stream.getvalue()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def in_sheet(path: Path, *rows: Row) -> list[dict[str, openpyxl.cell.Cell]]:
    assert write_xlsx(rows, path).rows == len(rows)
    header, *lines = openpyxl.load_workbook(path).worksheets[0].iter_rows()
    names = [str(cell.value) for cell in header]
    return [dict(zip(names, line, strict=True)) for line in lines]  # type: ignore[arg-type]


def test_a_row_has_every_field_of_every_type_of_card() -> None:
    assert {name for names in FIELD_NAMES.values() for name in names} <= set(COLUMNS)
    assert tuple(row()) == COLUMNS


def test_a_row_says_what_became_of_the_card() -> None:
    failed = row_of(
        read_result(outcome="failed", id_infos=(), error=ResultError("E", "m", "job")), REVEALED
    )
    names = ("outcome", "error_code", "error_message", "error_stage", "lowest_score", "name")
    assert [failed[name] for name in names] == ["failed", "E", "m", "job", None, None]


def test_a_row_names_the_checks_that_failed() -> None:
    failed = ("fields.complete", "id_number.check_digit", "id_number.birth_date")
    assert row()["failed_checks"] == " ".join(failed)


def test_a_masked_row_holds_nothing_personal() -> None:
    masked = json.dumps(row_of(read_result(f"uploads/{NAME}.jpg"), MASKED), ensure_ascii=False)
    assert not [value for value in (*PERSONAL, "uploads") if value in masked]


def test_a_csv_holds_id_numbers_as_text() -> None:
    (card,) = in_csv(row())
    assert card["id_number"] == f"'{NUMBER}"
    assert (card["name"], card["address"], card["needs_review"]) == (NAME, ADDRESS, "true")


def test_no_cell_of_a_csv_is_a_formula() -> None:
    (card,) = in_csv(dict.fromkeys(COLUMNS, FORMULA))
    assert set(card.values()) == {f"'{FORMULA}"}


def test_a_csv_quotes_every_text_so_that_no_separator_ends_it() -> None:
    stream = io.StringIO(newline="")
    write_csv([row(name="a;=1")], stream)
    assert ',"a;=1",' in stream.getvalue()


def test_a_line_of_json_holds_the_values_as_they_are() -> None:
    stream = io.StringIO()
    assert write_jsonl([row(name=FORMULA), row()], stream).rows == 2
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first == row(name=FORMULA)
    assert second["id_number"] == NUMBER


def test_a_workbook_holds_id_numbers_as_text(tmp_path: Path) -> None:
    (card,) = in_sheet(tmp_path / "cards.xlsx", row())
    number = card["id_number"]
    assert (number.value, number.data_type, number.number_format) == (NUMBER, "s", "@")
    assert card["lowest_score"].value == 99
    assert card["needs_review"].value is True


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    (card,) = in_sheet(tmp_path / "cards.xlsx", dict.fromkeys(COLUMNS, FORMULA))
    assert {(cell.value, cell.data_type) for cell in card.values()} == {(FORMULA, "s")}


def test_a_workbook_survives_what_xml_can_not_carry(tmp_path: Path) -> None:
    (card,) = in_sheet(tmp_path / "cards.xlsx", row(name="a\x00b\tc\ufffed"))
    assert card["name"].value == "a\ufffdb\tc\ufffdd"


def test_a_full_sheet_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_SHEET_ROWS", 3)  # a header and two cards
    write_xlsx([row() for _ in range(5)], tmp_path / "cards.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "cards.xlsx").worksheets
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_rows_are_written_as_they_come(write: object) -> None:
    stream = io.StringIO()

    def rows() -> Iterator[Row]:
        for _ in range(3):
            before = stream.tell()
            yield row()
            assert stream.tell() > before

    assert write(rows(), stream).rows == 3  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "\x00=1"),
        *("＝1", "＋1", "－1", "＠A", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")'),
        *("990101199002300013", "007", "1", "1e5", "3.5", "1,000", "12E30", " 5 ", "1e-5"),
    ],
)
def test_a_formula_and_a_text_of_digits_stand_behind_an_apostrophe(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "样本甲", "C1", "1990-01-02", "99010119900102439X", "a=b", "长期"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert as_text(text) == text


@given(st.text())
def test_taking_one_apostrophe_off_gives_the_value_back(text: str) -> None:
    assert as_text(text).removeprefix("'") == text


def test_a_plain_csv_holds_every_value_as_it_is() -> None:
    stream = io.StringIO(newline="")
    given = row(name=FORMULA, key="uploads/007.jpg", address='a\r\nb;"c"')
    written = write_plain_csv([given], stream)
    (card,) = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    assert {name: card[name] for name in texts} == texts
    assert (card["needs_review"], card["lowest_score"], card["error_code"]) == ("true", "99", "")
    assert written.risky > 0  # the number and the formula


def test_a_plain_csv_and_lines_of_json_join_by_key_and_number() -> None:
    """What docs/commands.md tells pandas and DuckDB, with the readers that Python has."""
    texts = io.StringIO(newline=""), io.StringIO()
    cards = [row(key=f"uploads/{number}.jpg", size=number) for number in range(3)]
    write_plain_csv(cards, texts[0])
    write_jsonl(cards, texts[1])
    by_key = {card["key"]: card for card in map(json.loads, texts[1].getvalue().splitlines())}
    for card in csv.DictReader(io.StringIO(texts[0].getvalue(), newline="")):
        assert card["id_number"] == by_key[card["key"]]["id_number"] == NUMBER
        assert int(card["size"]) == by_key[card["key"]]["size"]


def test_the_cells_that_a_csv_protects_are_counted() -> None:
    stream = io.StringIO(newline="")
    written = write_csv([row(), row(name=FORMULA)], stream)
    assert written.risky == stream.getvalue().count("\"'")


@pytest.mark.parametrize("text", ["x" * 32_767, "\N{CJK UNIFIED IDEOGRAPH-20000}" * 16_383])
def test_a_value_that_just_fits_a_cell_is_whole(tmp_path: Path, text: str) -> None:
    (card,) = in_sheet(tmp_path / "cards.xlsx", row(name=text))
    assert card["name"].value == text


@pytest.mark.parametrize("text", ["x" * 32_768, "\N{CJK UNIFIED IDEOGRAPH-20000}" * 16_384])
def test_a_value_that_is_too_long_for_a_cell_is_counted_and_not_cut(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "cards.xlsx"
    written = write_xlsx([row(name=text), row(address="a\x00b")], path)
    assert (written.rows, written.too_long, written.unfit) == (2, 1, 1)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.cell(2, COLUMNS.index("name") + 1).value is None
    stream = io.StringIO(newline="")
    assert write_csv([row(name=text)], stream).too_long == 1
    assert text in stream.getvalue()
