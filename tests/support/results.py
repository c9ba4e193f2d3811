"""Results as they lie in a bucket, for whatever reads them."""

from __future__ import annotations

import json
from typing import Any

from cli.results import CardResult, Stored
from shared.documents import Evidence, Photograph, Result
from shared.store import Listed
from tests.support.cards import finished_job, id_infos
from tests.support.environment import BUCKET, REGION

AT = "2026-01-02T03:04:05Z"
MINIMUM = 80


def card_result(key: str = "uploads/a.jpg", version: str = "e1", **changes: Any) -> Result:
    """A recognised card; a test says what is different."""
    card = Result(
        source=Photograph(BUCKET, REGION, key, version.partition("~")[0], 9, AT),
        version=version,
        attempt=1,
        outcome="recognised",
        card_type="IDCard",
        evidence=Evidence("callback", "json", verified=True, received_at=AT),
        written_at=AT,
        id_infos=id_infos(),
        job=finished_job(key=key),
    )
    return card._replace(**changes)


def document_of(card: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(card.body(MINIMUM))
    return document


def read_result(key: str = "uploads/a.jpg", version: str = "e1", **changes: Any) -> CardResult:
    """The same as it is read from the bucket."""
    listed = Listed(f"ocr/results/{key}.{version}.json", "r1", 9, 0)
    stored = Stored(listed, key, version, current=True)
    return CardResult(stored, document_of(card_result(key, version, **changes)))
