from __future__ import annotations

from pathlib import Path

from cli.audit.estimate import last_count, remember_count


def test_the_last_count_is_remembered(tmp_path: Path) -> None:
    index = tmp_path / "card-ocr" / "cards-1_ocr%2F.sqlite3"
    assert last_count(index) is None
    remember_count(index, 2_000_345)
    assert last_count(index) == 2_000_345


def test_a_count_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("where the folder should be")
    index = tmp_path / "file" / "cards-1_ocr%2F.sqlite3"
    remember_count(index, 3)
    assert last_count(index) is None
