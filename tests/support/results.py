"""Results as they lie in a bucket, for whatever reads them."""

from __future__ import annotations

import json
from typing import Any

from cli.bucket.results import CardResult
from shared.card import NO_FIELDS, IdInfo
from shared.documents import Evidence, Result, Source
from tests.support.cards import AT, finished_job, id_infos, read
from tests.support.environment import BUCKET, REGION


def card_result(key: str = "uploads/a.jpg", version: str = "e1", **changes: Any) -> Result:
    """A recognised card; a test says what is different."""
    given: dict[str, Any] = {
        "source": Source(BUCKET, REGION, key, version.partition("~")[0], 9, AT, None),
        "version": version,
        "attempt": 1,
        "outcome": "recognised",
        "card_type": "IDCard",
        "trigger": "upload",
        "evidence": Evidence("callback", "json", verified=True, received_at=AT),
        "written_at": AT,
        "id_infos": id_infos(),
        "job": finished_job(key=key),
    }
    return read_result_of(**{**given, **changes})


def read_result_of(id_infos: tuple[IdInfo, ...] = (), **given: Any) -> Result:
    """A result whose fields, items and checks are read from what CI read."""
    card_type, own = given["card_type"], given.pop("checks", ())
    result = Result(**given, fields=NO_FIELDS[card_type] if card_type else {}, checks=own)
    if card_type and result.outcome in {"recognised", "nothing_found"}:
        card = read(card_type, id_infos, status="1" if id_infos else "0")
        result = result._replace(fields=card.fields, items=card.items, checks=own + card.checks)
    passed = all(check.passed for check in result.checks)
    return result._replace(needs_review=not (passed and result.evidence.verified))


def document_of(card: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(card.body())
    return document


def read_result(key: str = "uploads/a.jpg", version: str = "e1", **changes: Any) -> CardResult:
    """The same as it is read from the bucket."""
    document = document_of(card_result(key, version, **changes))
    return CardResult(version, is_current=True, document=document)
