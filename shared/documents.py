"""The bodies of the objects we write: pending objects, results and deletion records.

Each is a JSON object in which every name is always present; a name without a value has null. The
names and their meanings are the contract: docs/result.schema.json has those of results. This module
only writes and reads JSON: the caller has read the card already.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from shared import RELEASE
from shared.card import CARD_TYPES, CardType, Check, Item
from shared.jobs import JOB_ID, Job, RefusalClass
from shared.times import is_rfc3339

PENDING_SCHEMA = "card-ocr.pending.v1"
RESULT_SCHEMA = "card-ocr.result.v1"
DELETED_SCHEMA = "card-ocr.deleted.v1"
# A document is made here and written at once: nothing in it can contain itself.
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)

Outcome = Literal["recognised", "nothing_found", "failed", "rejected"]
State = Literal["claimed", "submitted", "waiting", "unknown"]
Trigger = Literal["upload", "reconcile", "backfill", "rerun"]
Deliverer = Literal["callback", "sweep", "submit"]
EvidenceFormat = Literal["json", "xml", "api"]
Stage = Literal["source", "submit", "job"]


class Source(NamedTuple):
    """The member `source`: a photo as HEAD saw it before the claim.

    `size` is in bytes, `last_modified` RFC 3339. `version_id` is None unless the input bucket has
    versioning.
    """

    bucket: str
    region: str
    key: str
    etag: str
    size: int | None
    last_modified: str | None
    version_id: str | None


class AttemptError(NamedTuple):
    """Why an attempt waits, is unknown, or has no usable job. `at` is RFC 3339.

    `refusal` is None if nobody refused: an unknown attempt, a job without a result, a claim that
    gives the card up.
    """

    code: str
    message: str | None
    refusal: RefusalClass | None
    at: str

    def document(self) -> dict[str, object]:
        """Return the member `error` of a pending object."""
        return {"code": self.code, "message": self.message, "class": self.refusal, "at": self.at}


class PastAttempt(NamedTuple):
    """One entry of `attempts`: an attempt with a job that it had, or may have had."""

    attempt: int
    claimed_at: str | None
    job_id: str | None
    state: str
    code: str | None


class Attempt(NamedTuple):
    """The body of a pending object: one attempt, and what became of it.

    `attempts` are those before this one, and further jobs that CI made of this one's POST.
    `first_sent_at` is the time of a claim: that of the first attempt that was sent.
    """

    source: Source
    card_type: CardType | None
    version: str
    attempt: int
    owner: str
    state: State
    trigger: Trigger
    job_id: str | None = None
    first_claimed_at: str | None = None
    claimed_at: str | None = None
    updated_at: str | None = None
    first_sent_at: str | None = None
    refusals: int = 0
    error: AttemptError | None = None
    attempts: tuple[PastAttempt, ...] = ()

    @property
    def may_have_job(self) -> bool:
        """Return whether the attempt has a job, or CI may have made one for it."""
        return self.state != "waiting"

    def past(self, job: Job | None = None) -> PastAttempt:
        """Return this attempt as an entry of `attempts`. `job` is its job as CI showed it last."""
        if job is None:
            return PastAttempt(self.attempt, self.claimed_at, self.job_id, "unknown", None)
        state = job.state or "unknown"
        return PastAttempt(self.attempt, self.claimed_at, job.job_id, state, job.code)

    def dated(self, at: str) -> Attempt:
        """Return the attempt with `at` (RFC 3339) as the time of its claim, if it has none.

        The body of a `claimed` object lacks that time. Until the object is rewritten, its
        Last-Modified is that time.
        """
        claimed_at = self.claimed_at or at
        first_claimed_at = self.first_claimed_at or claimed_at
        return self._replace(claimed_at=claimed_at, first_claimed_at=first_claimed_at)

    def body(self) -> bytes:
        """Return the object as it is stored."""
        return encode(
            {
                "schema": PENDING_SCHEMA,
                **self._asdict(),
                "source": self.source._asdict(),
                "error": self.error.document() if self.error else None,
                "attempts": [past._asdict() for past in self.attempts],
            }
        )


def object_in(body: bytes | None) -> dict[str, Any]:
    """Return the JSON object in a body; an empty object if the body is None or anything else."""
    try:
        document = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def read_attempt(body: bytes) -> Attempt | None:
    """Read a pending object's body. Return None if it isn't one of ours."""
    try:
        document = json.loads(body)
        if document.pop("schema") != PENDING_SCHEMA:
            return None
        error = document.pop("error")
        source = Source(**document.pop("source"))
        past = tuple(PastAttempt(**entry) for entry in document.pop("attempts"))
        if error is not None:
            error = AttemptError(error["code"], error["message"], error["class"], error["at"])
        attempt = Attempt(source=source, error=error, attempts=past, **document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return attempt if _is_whole(attempt) else None


def _is_whole(attempt: Attempt) -> bool:
    """Return whether every value has its form: sweep copies most of the values into a result."""
    source, error, past = attempt.source, attempt.error, attempt.attempts
    texts = (
        *(source.bucket, source.region, source.key, source.etag, attempt.version, attempt.owner),
        *(entry.state for entry in past),
    )
    texts_or_none = (
        *(source.last_modified, source.version_id, error and error.message),
        *(entry.code for entry in past),
    )
    job_ids = (attempt.job_id, *(entry.job_id for entry in past))
    times = (
        *(attempt.first_claimed_at, attempt.claimed_at, attempt.updated_at, attempt.first_sent_at),
        *(entry.claimed_at for entry in past),
    )
    counts = (attempt.attempt, *(entry.attempt for entry in past))
    size = 0 if source.size is None else source.size
    return (
        all(type(count) is int and count > 0 for count in counts)
        and all(type(number) is int and number >= 0 for number in (attempt.refusals, size))
        and attempt.state in get_args(State)
        and attempt.trigger in get_args(Trigger)
        and attempt.card_type in (*CARD_TYPES, None)
        and all(isinstance(text, str) for text in texts)
        and all(isinstance(text, str | None) for text in texts_or_none)
        and all(map(_is_job_id, job_ids))
        and all(at is None or is_rfc3339(at) for at in times)
        and (error is None or _is_whole_error(error))
    )


def _is_whole_error(error: AttemptError) -> bool:
    is_class = error.refusal in (*get_args(RefusalClass), None)
    return isinstance(error.code, str) and is_class and is_rfc3339(error.at)


def _is_job_id(value: object) -> bool:
    return value is None or (isinstance(value, str) and JOB_ID.fullmatch(value) is not None)


class Evidence(NamedTuple):
    """Who delivered the outcome, in which form, and whether CI or COS confirmed it."""

    delivered_by: Deliverer
    format: EvidenceFormat
    verified: bool
    received_at: str


class ResultError(NamedTuple):
    """Why a card has no fields: CI's Code and Message, or ours, and the stage at which it ended."""

    code: str
    message: str | None
    stage: Stage


class Result(NamedTuple):
    """The outcome of a version of a card. It comes from `job`, the job of attempt `attempt`.

    `written_at` is RFC 3339. `fields` has every field of the card type, {} if that is None.
    """

    source: Source
    version: str
    attempt: int
    outcome: Outcome
    card_type: CardType | None
    trigger: Trigger
    evidence: Evidence
    written_at: str
    fields: Mapping[str, str | None]
    items: tuple[Item, ...] = ()
    checks: tuple[Check, ...] = ()
    needs_review: bool = False
    job: Job | None = None
    attempts: tuple[PastAttempt, ...] = ()
    error: ResultError | None = None

    def body(self) -> bytes:
        """Return the object as it is stored."""
        return encode(
            {
                "schema": RESULT_SCHEMA,
                "outcome": self.outcome,
                "card_type": self.card_type,
                "source": self.source._asdict(),
                "fields": dict(self.fields),
                "items": [
                    {
                        "label": label,
                        "field": field,
                        "text": text,
                        "score": score,
                        "polygon": polygon,
                    }
                    for (label, text, score, polygon, _), field in self.items
                ],
                "checks": [
                    {"name": name, "passed": passed, "detail": detail}
                    for name, passed, detail in self.checks
                ],
                "needs_review": self.needs_review,
                "job": _job(self.job, self.attempt) if self.job else None,
                "attempts": [past._asdict() for past in self.attempts],
                "trigger": self.trigger,
                "error": self.error._asdict() if self.error else None,
                "evidence": self.evidence._asdict(),
                "release": RELEASE,
                "written_at": self.written_at,
            }
        )


class DeletionRecord(NamedTuple):
    """Who deleted which objects, when (RFC 3339) and why."""

    by: str
    why: str
    at: str
    objects: tuple[tuple[str, str], ...]
    """The SHA-256 of each object's name, and its kind: "pending", "result", "review" or "photo"."""
    attempts: tuple[PastAttempt, ...]

    def body(self) -> bytes:
        """Return the object as it is stored."""
        kinds = [kind for _, kind in self.objects]
        return encode(
            {
                "schema": DELETED_SCHEMA,
                "by": self.by,
                "why": self.why,
                "at": self.at,
                "objects": [{"name_sha256": name, "kind": kind} for name, kind in self.objects],
                "counts": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
                "attempts": [past._asdict() for past in self.attempts],
            }
        )


def encode(document: dict[str, object]) -> bytes:
    """Return a document as one line of JSON in UTF-8, with Chinese text as it is."""
    return _JSON.encode(document).encode("utf-8", "replace")


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
