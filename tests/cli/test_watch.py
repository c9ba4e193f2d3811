"""The watch over what is personal barks at each thing that `card-ocr` shows or leaves by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.terminal.masking import Masking
from tests.cli.operators import Operator
from tests.support.cards import NAME, PERSONAL
from tests.support.clouds import Cloud
from tests.support.privacy import SHOWN, STATE, WRITTEN, watching

KEY = "uploads/a.jpg"
FILES = (
    *(("export", "--format", form) for form in ("csv", "jsonl", "xlsx")),
    ("report",),
)
PRINTED = (("export", "--format", "csv"), ("export", "--format", "jsonl"))


@pytest.mark.parametrize("command", FILES, ids=" ".join)
def test_a_file_without_its_masks_is_noticed(
    command: tuple[str, ...], operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.upload(KEY)
    with pytest.MonkeyPatch.context() as patch, watching() as watch:
        _take_off_the_masks(patch)
        operator.calls(*command, "--out", str(tmp_path / "out"))
    assert watch.leaks() >= {f"specimen in {WRITTEN}", f"key in {WRITTEN}"}


@pytest.mark.parametrize("command", [("show", KEY), ("show", KEY, "--json"), *PRINTED])
def test_what_is_printed_without_its_masks_is_noticed(
    command: tuple[str, ...], operator: Operator, served: Cloud
) -> None:
    served.upload(KEY)
    with pytest.MonkeyPatch.context() as patch, watching() as watch:
        _take_off_the_masks(patch)
        operator.calls(*command)
    assert watch.leaks() >= {f"specimen in {SHOWN}", f"key in {SHOWN}"}


def test_a_state_object_that_quotes_a_card_is_noticed(operator: Operator, served: Cloud) -> None:
    served.upload(KEY)
    with watching() as watch:
        operator.calls("pause", f"--why={NAME} asked for it")
    assert watch.leaks() == {f"specimen in {STATE}"}


def test_a_command_leaves_no_file_but_the_one_it_is_asked_for(
    operator: Operator, served: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    served.upload(KEY)
    for command in (("audit", "--deep"), ("show", KEY), *PRINTED, ("report",), ("backfill",)):
        operator.calls(*command)
    page = tmp_path / "card-ocr-report.html"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [page]
    assert page.stat().st_mode & 0o777 == 0o600
    shown = page.read_text("utf-8")
    assert not [value for value in PERSONAL if value in shown]


def _take_off_the_masks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Masking, "value", lambda _, value: value)
    patch.setattr(Masking, "key", lambda _, key: key)
