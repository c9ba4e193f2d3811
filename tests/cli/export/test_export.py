from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.operators import Operator
from tests.support.cards import NAME, NUMBER
from tests.support.clouds import Cloud

KEY = f"uploads/{NAME}.jpg"


def exported(operator: Operator, *options: str) -> list[dict[str, Any]]:
    answer = operator.calls("export", "--format", "jsonl", *options)
    assert answer.status == 0
    return [json.loads(line) for line in answer.out.splitlines()]


def test_an_export_is_masked_unless_it_is_asked_for(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    (masked,), (revealed,) = exported(operator), exported(operator, "--reveal")
    assert (masked["name"], masked["key"]) == ("样**", served.digest(KEY))
    assert [revealed[name] for name in ("name", "id_number", "key")] == [NAME, NUMBER, KEY]


def test_options_choose_the_rows(operator: Operator, served: Cloud) -> None:
    key, other = "uploads/a/1.jpg", "uploads/b/1.jpg"
    served.upload(key)
    etag = served.upload(key, Path("local/samples/id/straight.jpg").read_bytes())
    served.upload(other)
    rows = exported(operator, "--reveal")
    assert {(row["key"], row["version"]) for row in rows} > {(key, etag)}
    assert len(rows) == 2  # a replaced photo is one row
    assert len(exported(operator, "--every-version")) == 3
    assert [row["key"] for row in exported(operator, "--reveal", "--prefix", "uploads/b/")] == [
        other
    ]
    at = min(row["written_at"] for row in rows)
    assert len(exported(operator, f"--since={at}")) == 2
    assert exported(operator, f"--until={at}") == []


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_every_format_is_masked_and_standard_output_says_what_was_written(
    form: str, operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.upload(KEY)
    operator.calls("review", "correct", KEY, f"ethnicity={NAME}", "--note", NUMBER)
    out = tmp_path / f"cards.{form}"  # the operator looks at what is written
    options = ("--out", str(out), "--json", "--reviewed")
    document = operator.calls("export", "--format", form, *options).document()
    expected = {"out": str(out), "rows": 1, "unreadable": 0, "masked": True}
    assert {name: document[name] for name in expected} == expected
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("xlsx", "--out"),
        ("xlsx --plain --out cards.xlsx", "--plain"),
        ("jsonl --prefix elsewhere/", "--prefix"),
    ],
)
@pytest.mark.usefixtures("served")
def test_a_wrong_call_is_one_sentence_that_names_the_option(
    arguments: str, named: str, operator: Operator
) -> None:
    answer = operator.calls("export", "--format", *arguments.split())
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"card-ocr: {named}: ")


def test_an_object_that_is_no_result_asks_for_attention(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    served.write("ocr/results/uploads/b.jpg.e1.json", b"{}")
    answer = operator.calls("export", "--format", "jsonl")
    assert answer.status == 1
    assert len(answer.out.splitlines()) == 1
    assert "Left out as no result: 1 object;" in answer.err


def test_an_empty_bucket_gives_only_a_header(operator: Operator, served: Cloud) -> None:
    assert served
    answer = operator.calls("export", "--format", "csv")
    assert (answer.status, len(answer.out.splitlines())) == (0, 1)


def test_after_a_fault_the_file_of_before_is_still_there(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    out = tmp_path / "cards.jsonl"
    out.write_text(json.dumps("before"))
    operator.serves(served, TENCENTCLOUD_SECRET_KEY="another-invented-key")
    answer = operator.calls("export", "--format", "jsonl", "--out", str(out))
    assert answer.status == 3
    assert out.read_text() == '"before"'
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [out]


def test_a_csv_warns_of_what_it_protects_and_a_plain_one_of_spreadsheets(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    protected = operator.calls("export", "--format", "csv", "--reveal")
    plain = operator.calls("export", "--format", "csv", "--reveal", "--plain")
    assert (protected.status, plain.status) == (0, 0)
    assert f'"\'{NUMBER}"' in protected.out
    assert "1 cell behind an apostrophe" in protected.err
    assert f'"{NUMBER}"' in plain.out
    assert not plain.out.startswith("\ufeff")
    assert "1 cell that a spreadsheet would calculate with" in plain.err


def test_a_workbook_that_lacks_a_value_asks_for_attention(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    name = f"ocr/results/{KEY}.{served.upload(KEY)}.json"
    document = served.document(name)
    document["fields"]["address"] = "x" * 40_000
    served.write(name, document)
    out = str(tmp_path / "cards.xlsx")
    answer = operator.calls("export", "--format", "xlsx", "--out", out)
    assert answer.status == 1
    assert "1 cell longer than the 32,767 characters of a spreadsheet's cell" in answer.err


def test_reviewed_cards_have_the_values_that_count_and_whose_word_that_is(
    operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    served.upload("uploads/b.jpg")
    operator.calls("review", "correct", KEY, "ethnicity=满", "--note", "seen", "--reviewer", "r")
    rows = {row["key"]: row for row in exported(operator, "--reviewed", "--reveal")}
    row, other = rows[KEY], rows["uploads/b.jpg"]
    assert (row["ethnicity"], row["name"], row["needs_review"]) == ("满", NAME, False)
    assert (row["decision"], row["changed"], row["review"]) == ("corrected", "ethnicity", 1)
    assert (row["note"], row["reviewer"]) == ("seen", "r")
    assert (other["ethnicity"], other["needs_review"], other["decision"]) == ("汉", True, None)


def test_without_reviewed_a_row_is_the_results_own(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    before = exported(operator, "--reveal")
    operator.calls("review", "reject", KEY)
    assert exported(operator, "--reveal") == before


def test_a_result_that_says_another_key_than_its_name_is_nobodys(
    operator: Operator, served: Cloud
) -> None:
    name = f"ocr/results/{KEY}.{served.upload(KEY)}.json"
    document = served.document(name)
    document["source"]["key"] = "uploads/another.jpg"
    served.write(name, document)
    answer = operator.calls("export", "--format", "jsonl")
    assert (answer.status, answer.out) == (1, "")
    assert operator.calls("review", "accept", KEY).status != 0
    assert operator.calls("review", "accept", "uploads/another.jpg").status != 0
    assert served.names("reviews") == []
