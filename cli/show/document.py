"""A card's history as JSON."""

from __future__ import annotations

from cli.masking import Document, Masking
from cli.show.history import History, ShownAttempt, ShownResult
from shared.store.layout import name_of_key


def document_of(history: History, run: ShownResult | None, masking: Masking) -> Document:
    """What `--json` prints: names as in a result; `run` is the one whose card is shown."""
    source = history.photo
    return {
        "key": masking.key(history.key),
        "log_key": masking.digest(history.key),
        "photo": source
        and {"etag": source.etag, "size": source.size, "last_modified": source.last_modified},
        "version": run.version if run else None,
        "card": masking.result(run.document) if run and run.document else None,
        "versions": [_version(history, one, masking) for one in history.runs],
        "pending": [_attempt(history, one, masking) for one in history.attempts],
    }


def _version(history: History, run: ShownResult, masking: Masking) -> Document:
    document = run.document or {}
    error = document.get("error") or {}
    return {
        "version": run.version,
        "current": history.lies_there(run.version),
        "outcome": document.get("outcome"),
        "needs_review": document.get("needs_review"),
        "error": error.get("code"),
        "written_at": document.get("written_at"),
        "object": masking.name(run.name, name_of_key(history.key)),
    }


def _attempt(history: History, attempt: ShownAttempt, masking: Masking) -> Document:
    pending = attempt.pending
    error = pending.error if pending else None
    return {
        "version": attempt.version,
        "attempt": attempt.number,
        "state": pending.state if pending else None,
        "trigger": pending.trigger if pending else None,
        "job_id": pending.job_id if pending else None,
        "age_seconds": round(attempt.age),
        "first_claimed_at": pending.first_claimed_at if pending else None,
        "error": error and {**error.document(), "message": masking.message(error.message)},
        "object": masking.name(attempt.name, name_of_key(history.key)),
    }
