"""The index: what was read is there at the next run, and nothing of it is anybody else's."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cli.errors import IndexUnusable
from cli.index.bodies import delete_index, open_index
from shared.store import Listed
from tests.support.cards import NAME

BODY = f'{{"fields": {{"name": "{NAME}"}}}}'.encode()


def listed(name: str = "ocr/results/a", etag: str = "e1") -> Listed:
    return Listed(name, etag, len(BODY), 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index.sqlite3"


def kept(path: Path, *objects: Listed) -> Path:
    with open_index(path) as index:
        for one in objects:
            index.keep(one, BODY)
    return path


def test_a_body_is_there_at_the_next_run(path: Path) -> None:
    with open_index(kept(path, listed())) as index:
        assert index.body(listed()) == BODY


def test_a_body_of_another_etag_is_read_anew(path: Path) -> None:
    with open_index(kept(path, listed())) as index:
        assert index.body(listed(etag="e2")) is None


def test_a_name_has_one_body(path: Path) -> None:
    with open_index(kept(path, listed(), listed(etag="e2"))) as index:
        assert index.body(listed()) is None
        assert index.body(listed(etag="e2")) == BODY


def test_a_note_stays_with_its_body_and_goes_with_it(path: Path) -> None:
    with open_index(kept(path, listed())) as index:
        index.annotate(listed(), "it fits")
    with open_index(path) as index:
        assert index.note(listed()) == "it fits"
        assert index.note(listed(etag="e2")) is None
        index.keep(listed(etag="e2"), BODY)
        assert index.note(listed(etag="e2")) is None


def test_what_was_kept_survives_an_interruption(path: Path) -> None:
    def interrupted() -> None:
        with open_index(path) as index:
            index.keep(listed(), BODY)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with open_index(path) as index:
        assert index.body(listed()) == BODY


def test_a_body_is_there_before_it_is_written_down(path: Path) -> None:
    with open_index(path) as index:
        index.keep(listed(), BODY)
        index.annotate(listed(), "it fits")
        assert (index.body(listed()), index.note(listed())) == (BODY, "it fits")
        index.keep(listed(etag="e2"), BODY)
        assert (index.body(listed()), index.note(listed(etag="e2"))) == (None, None)


def test_commands_that_read_at_once_all_keep_what_they_read(path: Path) -> None:
    one, other = listed("ocr/results/a"), listed("ocr/results/b")
    with open_index(path) as first, open_index(path) as second:
        for index, name in ((first, one), (second, other)):
            index.body(name)
            index.keep(name, BODY)
            index.body(listed("ocr/results/c"))
    with open_index(path) as index:
        assert index.body(one) == index.body(other) == BODY


@pytest.mark.parametrize("before", [b"", b"no database at all, but a few words" * 100])
def test_commands_that_begin_at_once_make_it_once(path: Path, before: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(before)

    def keep(number: int) -> None:
        kept(path, listed(f"ocr/results/{number}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(keep, range(32)))
    with open_index(path) as index:
        assert all(index.body(listed(f"ocr/results/{number}")) for number in range(32))


def test_nobody_else_can_read_the_file(path: Path) -> None:
    kept(path, listed())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_was_not_asked_for_is_gone_from_the_bucket_and_dropped(path: Path) -> None:
    names = ("ocr/results/a", "ocr/results/b", "ocr/pending/a")
    with open_index(kept(path, *map(listed, names))) as index:
        index.body(listed("ocr/results/b"))
        assert index.forget_unseen("ocr/results/") == 1
    with open_index(path) as index:
        found = [name for name in names if index.body(listed(name))]
    assert found == ["ocr/results/b", "ocr/pending/a"]


def test_what_is_dropped_is_overwritten(path: Path) -> None:
    incompressible = Listed("ocr/results/secret-name", "e1", 1, 0)
    with open_index(kept(path, incompressible)) as index:
        assert b"secret-name" in path.read_bytes()
        index.forget(incompressible.key)
        assert b"secret-name" not in path.read_bytes()


@pytest.mark.parametrize("content", [b"no database at all, but a few words" * 100, b"SQLite"])
def test_a_file_that_is_no_database_is_made_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with open_index(kept(path, listed())) as index:
        assert index.body(listed()) == BODY


def test_an_index_of_another_schema_is_made_anew(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.executescript("CREATE TABLE object (whatever); PRAGMA user_version = 99")
    other.close()
    with open_index(kept(path, listed())) as index:
        assert index.body(listed()) == BODY


def test_a_place_that_cannot_be_written_is_one_sentence(path: Path) -> None:
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(IndexUnusable, match="--no-index"), open_index(path):
        pass


def test_a_deleted_index_is_gone(path: Path) -> None:
    assert delete_index(kept(path, listed()))
    assert not path.exists()
    assert not delete_index(path)
