"""Reviews as they lie in a bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cli.bucket.reviews import Review
from cli.review.decision import ReviewDraft, ReviewTarget, review_from
from shared.documents import Result
from tests.support.cards import AT
from tests.support.memory import etag_of_body
from tests.support.results import document_of

REVIEWER = "reviewer-1"


def draft(texts: Mapping[str, str | None] | None = None, **changes: Any) -> ReviewDraft:
    """A reviewer's decision: what is typed over the result's values, kept with a note."""
    given: dict[str, Any] = {"note": None, "reviewer": REVIEWER, "rejects": False}
    return ReviewDraft(texts=texts, **{**given, **changes})


def target(card: Result, result_etag: str | None = None) -> ReviewTarget:
    """The result of a card, as the memory store has it."""
    etag = result_etag or etag_of_body(card.body())
    return ReviewTarget(card.source.key, card.version, etag)


def review_of(
    card: Result, *, result_etag: str | None = None, number: int = 1, **typed: str
) -> Review:
    """A review that corrects these values, or confirms the result's if there are none."""
    document = document_of(card)
    texts = {**document["fields"], **typed} if typed else None
    decision = draft(texts, seen=number - 1, keeps=True, note="seen on the photo")
    return review_from(document, target(card, result_etag), decision, AT)


def review_document(card: Result, **given: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(review_of(card, **given).body())
    return document
