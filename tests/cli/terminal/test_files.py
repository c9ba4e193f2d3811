from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from cli.terminal.files import replacing
from shared.errors import ConfigurationError


def test_a_file_takes_its_place_whole_and_only_for_this_user(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text("before")
    with replacing(path) as new:
        new.write_text("after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), replacing(path) as new:
        _write_and_interrupt(new)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def _write_and_interrupt(path: Path) -> None:
    path.write_text("half")
    raise KeyboardInterrupt


def test_what_another_run_is_writing_stays(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.csv") as first, replacing(tmp_path / "b.csv") as second:
        first.write_text("a")
        second.write_text("b")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["a", "b"]


def test_another_run_that_takes_a_new_folder_for_abandoned_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Any = tempfile.mkdtemp
    others = iter(["b.csv"])

    def mkdtemp(**arguments: Any) -> str:
        folder: str = made(**arguments)
        for other in others:
            with replacing(tmp_path / other):
                pass
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    with replacing(tmp_path / "a.csv") as new:
        new.write_text("a")
    assert [path.read_text() for path in sorted(tmp_path.iterdir())] == ["a", ""]


@pytest.mark.parametrize("name", ["absent/cards.csv", "folder", "pipe"])
def test_a_place_that_can_not_be_written_is_an_error_that_names_the_option(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")  # as /dev/stdout can be one
    with pytest.raises(ConfigurationError, match="--out: can't write"), replacing(tmp_path / name):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "pipe"]
    assert (tmp_path / "pipe").is_fifo()
