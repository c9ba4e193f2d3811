"""What the report holds of a card: a result, masked as the call says, without what it repeats."""

from __future__ import annotations

from cli.masking import Document, Masking
from cli.results import CardResult


def card_in_report(card: CardResult, masking: Masking) -> Document:
    """The names that cli/report/*.js read; those of a result mean what they mean there."""
    document = masking.result(card.document)
    source, evidence, job = document["source"], document["evidence"], document["job"]
    return {
        "key": source["key"],
        "log_key": masking.digest(card.document["source"]["key"]),
        "version": card.version,
        "current": card.is_current,
        "card_type": document["card_type"],
        "outcome": document["outcome"],
        "needs_review": document["needs_review"],
        "fields": document["fields"],
        "items": document["items"],
        "checks": document["checks"],
        "error": document["error"],
        "evidence": evidence,
        "job": job and {name: job.get(name) for name in ("id", "state", "attempt")},
        "size": source["size"],
        "last_modified": source["last_modified"],
        "written_at": document["written_at"],
    }
