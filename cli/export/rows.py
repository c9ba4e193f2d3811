"""A result as a row: the same columns for every card, None if there is nothing."""

from __future__ import annotations

from cli.bucket.documents import Document
from cli.bucket.results import CardResult, lowest_score
from cli.bucket.reviews import counted_fields
from cli.terminal.masking import Masking
from shared.card import FIELD_NAMES

Cell = str | int | float | bool | None
Row = dict[str, Cell]

FIELDS = tuple(dict.fromkeys(name for names in FIELD_NAMES.values() for name in names))
"""The fields of every type of card, each once."""

COLUMNS = (
    *("key", "log_key", "card_type", "outcome", "needs_review"),
    *FIELDS,
    *("lowest_score", "failed_checks", "error_code", "error_message", "error_stage"),
    *("version", "current", "size", "last_modified"),
    *("job_id", "attempt", "delivered_by", "verified", "received_at", "written_at"),
)
"""`log_key` is the key's digest in the log; `current`: the content that was read is still there.

Times are RFC 3339 in UTC, `size` is in bytes, `lowest_score` of the recognised fields, 0 to 100.
"""


REVIEWED_COLUMNS = (
    *COLUMNS,
    *("decision", "changed", "note", "reviewer", "reviewed_at", "review"),
)
"""With `--reviewed`: also of the review that counts; `review` is its number."""


def reviewed_row_of(card: CardResult, masking: Masking) -> Row:
    """Return the row of a card as it counts now: a review's values, and whose word that is.

    `needs_review` says whether it still awaits a person.
    """
    row, review = row_of(card, masking), masking.review(card.review) if card.review else None
    fields = counted_fields(masking.result(card.document), review)
    found = review or {}
    return {
        **row,
        "needs_review": card.awaits_review,
        **{name: fields.get(name) for name in FIELDS},
        **{name: found.get(name) for name in ("decision", "note", "reviewer", "reviewed_at")},
        "changed": " ".join(found.get("changed", ())) or None,
        "review": found.get("number"),
    }


def row_of(card: CardResult, masking: Masking) -> Row:
    """Return the row of a result, masked as the call says."""
    document = masking.result(card.document)
    source, evidence = document["source"], document["evidence"]
    error, job = document["error"] or {}, document["job"] or {}
    fields = document["fields"]
    return {
        "key": source["key"],
        "log_key": masking.digest(card.document["source"]["key"]),
        "card_type": document["card_type"],
        "outcome": document["outcome"],
        "needs_review": document["needs_review"],
        **{name: fields.get(name) for name in FIELDS},
        "lowest_score": lowest_score(document),
        "failed_checks": _failed_checks(document),
        "error_code": error.get("code"),
        "error_message": error.get("message"),
        "error_stage": error.get("stage"),
        "version": card.version,
        "current": card.is_current,
        "size": source["size"],
        "last_modified": source["last_modified"],
        "job_id": job.get("id"),
        "attempt": job.get("attempt"),
        "delivered_by": evidence["delivered_by"],
        "verified": evidence["verified"],
        "received_at": evidence["received_at"],
        "written_at": document["written_at"],
    }


def _failed_checks(document: Document) -> str | None:
    return " ".join(check["name"] for check in document["checks"] if not check["passed"]) or None
