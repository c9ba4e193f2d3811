"""The files to upload, and the key of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.recognition.truth import Truth, read_truths


class NoCards(Exception):
    """There is nothing to upload; the message says why."""


@dataclass(frozen=True)
class Card:
    """One file to upload under `key`; `truth` is what it shows, known for samples only."""

    path: Path
    key: str
    truth: Truth | None = None


def sample_cards(folder: Path) -> list[Card]:
    """Return the samples below `folder`, from its folders `id` and `driver`."""
    return [
        Card(picture, f"uploads/{picture.relative_to(folder).as_posix()}", truth)
        for picture, truth in read_truths(folder)
    ]


def cards_in(folder: Path) -> list[Card]:
    """Return every file below `folder`, without hidden ones.

    A file in a folder whose name begins with "driver" is a driving licence. Others are ID cards.

    Raises:
        NoCards: There is no such folder, or it holds no file.
    """
    if not folder.is_dir():
        raise NoCards(f"there is no folder {folder}")
    cards = [
        Card(path, f"uploads/{_kind(folder, path)}/{path.relative_to(folder).as_posix()}")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(folder))
    ]
    if not cards:
        raise NoCards(f"there are no files in {folder}")
    return cards


def _kind(folder: Path, path: Path) -> str:
    folders = (folder.resolve().name, *path.relative_to(folder).parts[:-1])
    return "driver" if any(name.lower().startswith("driver") for name in folders) else "id"


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
