"""Write the file of a report, card by card: a bucket of any size takes the same memory."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO, TypeAlias

from cli.bucket.documents import Document
from cli.bucket.results import CardResult
from cli.bucket.reviews import counted_fields
from cli.report.page import Facts, in_script, page
from cli.terminal.masking import Masking

if TYPE_CHECKING:
    from cli.pictures.decoding import Thumbnail

_OF_REVIEW = ("decision", "changed", "fields", "note", "reviewer", "reviewed_at", "number")

Illustrated: TypeAlias = "tuple[Document, Thumbnail | None]"


def write_report(stream: TextIO, facts: Facts, cards: Iterable[Illustrated]) -> int:
    """Write the whole page; returns how many cards are in it.

    Photos come last, so that the page is there before them; until then they wait in a
    temporary file that has no name.
    """
    parts = page(facts)
    count = 0
    with tempfile.TemporaryFile("w+", encoding="ascii") as photos:
        stream.write(f"{parts.before_cards}[")
        for card, thumbnail in cards:
            stream.write(",\n" if count else "\n")
            stream.write(in_script(card))
            if thumbnail is not None:
                photos.write(_photo(count, thumbnail))
            count += 1
        stream.write(f"\n]{parts.after_cards}")
        photos.seek(0)
        shutil.copyfileobj(photos, stream)
    stream.write(parts.end)
    return count


def _photo(position: int, thumbnail: Thumbnail) -> str:
    """Write a block of data that no browser runs. The page reads it when the card is shown."""
    text = base64.b64encode(thumbnail.jpeg).decode()
    size = f'data-width="{thumbnail.width}" data-height="{thumbnail.height}"'
    return f'<script type="text/plain" id="photo-{position}" {size}>{text}</script>\n'


def card_in_report(card: CardResult, masking: Masking) -> Document:
    """Return what cli/report/*.js reads of a card. Members of a result keep their names.

    But `fields` are those that count since the last review, and a reviewed card needs none.
    """
    document = masking.result(card.document)
    review = masking.review(card.review) if card.review else None
    source, evidence, job = document["source"], document["evidence"], document["job"]
    return {
        "key": source["key"],
        "log_key": masking.digest(card.document["source"]["key"]),
        "version": card.version,
        "current": card.is_current,
        "card_type": document["card_type"],
        "outcome": document["outcome"],
        "needs_review": document["needs_review"] and review is None,
        "review": review and {name: review[name] for name in _OF_REVIEW},
        "fields": counted_fields(document, review),
        "items": document["items"],
        "checks": document["checks"],
        "error": document["error"],
        "evidence": evidence,
        "job": job and {name: job.get(name) for name in ("id", "state", "attempt")},
        "size": source["size"],
        "last_modified": source["last_modified"],
        "written_at": document["written_at"],
    }
