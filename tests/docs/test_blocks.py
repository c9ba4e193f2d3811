from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docs import blocks
from docs.markdown import columns, escaped, pretty, table
from shared.settings.variables import VARIABLES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_bar_does_not_end_a_cell() -> None:
    assert table(["a", "b"], [["x|y", ""]]) == "| a | b |\n| --- | --- |\n| x\\|y |  |"


def test_columns_are_aligned_and_end_with_their_text() -> None:
    assert columns([("a/", "one"), ("  long/", "two"), ("b", "")]) == (
        "a/       one\n  long/  two\nb"
    )


def test_what_looks_like_a_tag_is_text() -> None:
    assert escaped("<name>-<appid>") == r"\<name>-\<appid>"


@given(JSON)
def test_readable_json_says_the_same(value: object) -> None:
    assert json.loads(pretty(value)) == value


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(0, 40))
@example([0] * 32, 0)
@example([0] * 31, 2)
def test_readable_json_breaks_a_list_only_if_it_does_not_fit(value: list[int], indent: int) -> None:
    fits = indent + len(json.dumps(value)) < 96
    assert ("\n" not in pretty(value, indent)) == fits


def test_every_variable_has_a_row_with_its_default() -> None:
    rows = blocks.environment().splitlines()[2:]
    assert len(rows) == len(VARIABLES)
    assert rows[0].startswith("| `INPUT_BUCKET` | required | ")
    assert any(row.startswith("| `JOB_LEVEL` | `0` | ") for row in rows)
    assert any(row.startswith("| `QUEUE_ID` |  | ") for row in rows)


def test_every_target_has_a_row_with_what_can_be_said_to_it() -> None:
    rows = blocks.make_targets().splitlines()
    demo = next(row for row in rows if row.startswith("| `make demo` | "))
    assert demo.endswith(r" | `CARDS=<folder> RECOGNISER=ocr\|scripted` |")
    assert any(row.startswith("| `make clean` | ") and row.endswith(" |  |") for row in rows)


def test_make_help_has_every_target_in_one_of_four_groups() -> None:
    command = ["make", "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=blocks.ROOT, capture_output=True, text=True, check=True)
    groups, targets = [], []
    for line in shown.stdout.splitlines():
        if line.isalpha():
            groups.append(line)
        if line.startswith("  make "):
            targets.append(line.split()[1])
    assert groups == ["use", "test", "prove", "maintain"]
    rows = blocks.make_targets().splitlines()[2:]
    assert targets == [row.split("`")[1].removeprefix("make ") for row in rows]


def test_every_name_of_a_result_has_a_row() -> None:
    schema = json.loads((blocks.ROOT / "docs/result.schema.json").read_bytes())
    rows = blocks.result_names().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(schema["properties"])


def test_the_house_shows_the_functions_in_their_folder() -> None:
    _, _, below = blocks.house().partition("\nfunctions/ ")
    lines = below.splitlines()[1:]
    inside = [line.split()[0] for line in lines if line.startswith("  ")]
    assert {"callback/", "submit/"} <= set(inside)
    assert lines[len(inside)].startswith("local/ ")


def test_a_folder_whose_purpose_nobody_says_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mystery"
    folder.mkdir()
    with pytest.raises(ValueError, match="mystery/"):
        blocks.purpose(folder)


def test_the_purpose_of_a_folder_is_the_first_line_of_its_docstring(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text('"""What it is for.\n\nMore.\n"""\n')
    assert blocks.purpose(tmp_path) == "What it is for."
