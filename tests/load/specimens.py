"""Distinct cards: number n has a key, a content and a name of its own, all invented."""

from __future__ import annotations

from local.recognition.scripted import scripted_card
from tests.support.cards import LABELS


def key(number: int, folder: str = "load") -> str:
    """A key of the kind that pipelines lose: with blanks, a plus sign and Chinese."""
    return f"uploads/{folder}/样本 {number:05}+.jpg"


def name(number: int) -> str:
    """What stands on the card; nobody else's card says it."""
    return f"样本{number:05}"


def content(number: int) -> bytes:
    return scripted_card({**LABELS, "姓名": name(number)})
