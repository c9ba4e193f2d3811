"""The bodies of the objects we write: pending objects and results.

Both are JSON objects in which every name is always present, null where there is nothing to say.
The names and their meaning are the contract; docs/result.schema.json has those of results.
"""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple, get_args

from shared.card import CARD_TYPES, CardType, Check, IdInfo, no_fields
from shared.jobs import JOB_ID, Job, RefusalClass
from shared.times import is_rfc3339

PENDING_SCHEMA = "card-ocr.pending.v1"
RESULT_SCHEMA = "card-ocr.result.v1"
# A document is made here and then written: nothing in it can hold itself.
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)

Outcome = Literal["recognised", "nothing_found", "failed", "rejected"]
State = Literal["claimed", "submitted", "waiting", "unknown"]
Trigger = Literal["upload", "reconcile", "backfill", "rerun"]
Deliverer = Literal["callback", "sweep", "submit"]
EvidenceFormat = Literal["json", "xml", "api"]
Stage = Literal["source", "submit", "job"]


class Photograph(NamedTuple):
    """Where a photograph lies and which content of it is meant.

    `size` in bytes and `last_modified` (RFC 3339) are that content's; None where it is gone.
    """

    bucket: str
    region: str
    key: str
    etag: str
    size: int | None
    last_modified: str | None


class PendingError(NamedTuple):
    """Why an attempt waits, or isn't known (then without a class). `at` is RFC 3339."""

    code: str
    message: str | None
    refusal: RefusalClass | None
    at: str

    def document(self) -> dict[str, object]:
        """As it stands in a pending object."""
        return {
            "code": self.code,
            "message": self.message,
            "class": self.refusal,
            "at": self.at,
        }


class Pending(NamedTuple):
    """An attempt: the permit, and what became of it."""

    source: Photograph
    card_type: CardType | None
    version: str
    attempt: int
    owner: str
    state: State
    trigger: Trigger
    job_id: str | None = None
    first_permit_at: str | None = None
    permit_at: str | None = None
    updated_at: str | None = None
    error: PendingError | None = None

    def body(self) -> bytes:
        """The object as it is stored."""
        return encode(
            {
                "schema": PENDING_SCHEMA,
                "source": self.source._asdict(),
                "card_type": self.card_type,
                "version": self.version,
                "attempt": self.attempt,
                "owner": self.owner,
                "state": self.state,
                "job_id": self.job_id,
                "first_permit_at": self.first_permit_at,
                "permit_at": self.permit_at,
                "updated_at": self.updated_at,
                "error": self.error.document() if self.error else None,
                "trigger": self.trigger,
            }
        )


def object_in(body: bytes | None) -> dict[str, Any]:
    """A body as a JSON object; an empty one where there is none, or anything else."""
    try:
        document = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def read_pending(body: bytes) -> Pending | None:
    """A pending object's body as it was written; None where it is none of ours."""
    try:
        document = json.loads(body)
        if document.pop("schema") != PENDING_SCHEMA:
            return None
        error = document.pop("error")
        source = Photograph(**document.pop("source"))
        if error is not None:
            error = PendingError(error["code"], error["message"], error["class"], error["at"])
        pending = Pending(source=source, error=error, **document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return pending if _is_whole(pending) else None


def _is_whole(pending: Pending) -> bool:
    """Whether every value that a sweep goes by can be what it is taken for."""
    texts = (pending.source.key, pending.source.etag, pending.version, pending.job_id or "")
    error = pending.error
    times = (pending.first_permit_at, pending.permit_at, error.at if error else None)
    return (
        type(pending.attempt) is int
        and pending.attempt > 0
        and pending.state in get_args(State)
        and pending.card_type in (*CARD_TYPES, None)
        and all(isinstance(text, str) for text in texts)
        and (pending.job_id is None or JOB_ID.fullmatch(pending.job_id) is not None)
        and all(at is None or is_rfc3339(at) for at in times)
        and (error is None or isinstance(error.code, str))
    )


class Evidence(NamedTuple):
    """Who brought the outcome, in which form, and whether CI itself confirmed it."""

    delivered_by: Deliverer
    format: EvidenceFormat
    verified: bool
    received_at: str


class ResultError(NamedTuple):
    """Why there are no fields: CI's Code and Message or ours, and the stage it happened at."""

    code: str
    message: str | None
    stage: Stage


class Result(NamedTuple):
    """The outcome of a version of a card.

    `checks` are those on the source; the card's own are added when its fields are read.
    """

    source: Photograph
    version: str
    attempt: int
    outcome: Outcome
    card_type: CardType | None
    evidence: Evidence
    written_at: str
    id_infos: tuple[IdInfo, ...] = ()
    checks: tuple[Check, ...] = ()
    job: Job | None = None
    error: ResultError | None = None

    def body(self, minimum_score: int) -> bytes:
        """The object as it is stored; a field below `minimum_score` asks for a review."""
        card = None
        if self.card_type is not None and self.outcome in {"recognised", "nothing_found"}:
            from shared.card.reading import read_card  # noqa: PLC0415 — see shared/card

            card = read_card(self.card_type, self.id_infos, minimum_score=minimum_score)
        checks = self.checks + (card.checks if card else ())
        return encode(
            {
                "schema": RESULT_SCHEMA,
                "outcome": self.outcome,
                "card_type": self.card_type,
                "source": self.source._asdict(),
                "fields": card.fields if card else _empty(self.card_type),
                "items": [_item(*item) for item in card.items] if card else [],
                "checks": [_check(check) for check in checks],
                "needs_review": not self.evidence.verified
                or not all(check.passed for check in checks),
                "job": _job(self.job, self.attempt) if self.job else None,
                "error": self.error._asdict() if self.error else None,
                "evidence": self.evidence._asdict(),
                "written_at": self.written_at,
            }
        )


def encode(document: dict[str, object]) -> bytes:
    """A document as it is stored: UTF-8, readable, one line."""
    return _JSON.encode(document).encode("utf-8", "replace")


def _empty(card_type: CardType | None) -> dict[str, None]:
    return no_fields(card_type) if card_type else {}


def _item(info: IdInfo, field: str | None) -> dict[str, object]:
    return {
        "label": info.label,
        "field": field,
        "text": info.text,
        "score": info.score,
        "polygon": info.polygon,
    }


def _check(check: Check) -> dict[str, object]:
    return {"name": check.name, "passed": check.passed, "detail": check.detail}


def _job(job: Job, attempt: int) -> dict[str, object]:
    return {
        "id": job.job_id,
        "queue_id": job.queue_id,
        "state": job.state,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "attempt": attempt,
    }
