"""What the bucket holds of one card, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cli.bucket.cards import ListedCard, card_now
from cli.bucket.documents import Document, attempt_in, document_in, result_named
from cli.bucket.listing import CardObject
from cli.bucket.reviews import ReviewObject, awaits_review, review_in
from cli.terminal.masking import Masking
from shared.pipeline.context import Context
from shared.times import rfc3339


class History(NamedTuple):
    """A card, its results in the order they were written.

    `bodies` are those of its objects, by their names; None if it can't be read as one of ours.
    """

    key: str
    card: ListedCard
    bodies: Mapping[str, Document | None]

    def is_empty(self) -> bool:
        """Return whether the bucket holds nothing of this card, not even its photo."""
        return not (self.card.photo or self.bodies)

    def body(self, one: CardObject | ReviewObject | None) -> Document | None:
        """Return the body of an object; None without one to show."""
        return None if one is None else self.bodies[one.listed.key]

    def run(self, version: str) -> CardObject | None:
        """Return the result of a version."""
        return next((run for run in self.card.results if run.version == version), None)

    def reviews_of(self, version: str) -> list[ReviewObject]:
        """Return the reviews of a version's result, the last one first: that one counts."""
        reviews = [one for one in self.card.reviews if one.version == version]
        return sorted(reviews, key=lambda one: one.number, reverse=True)


def history_of(context: Context, key: str) -> History:
    """Read everything that is there of a card.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    card, read = card_now(context, key), context.store.read
    card.results.sort(key=lambda one: (one.listed.last_modified, one.version))
    bodies: dict[str, Document | None] = {}
    for name in (one.listed.key for one in card.reviews):
        bodies[name] = review_in(read(name))
    for name in (one.listed.key for one in card.results):
        bodies[name] = result_named(context, name, read(name))
    for name in (one.listed.key for one in card.pending):
        if (body := read(name)) is not None:
            bodies[name] = document_in(body) if attempt_in(body) else None
    card.pending = [one for one in card.pending if one.listed.key in bodies]
    return History(key, card, bodies)


def document_of(history: History, run: CardObject | None, masking: Masking) -> Document:
    """Return what `--json` prints, with a result's names; `run` is the one that is shown whole."""
    photo, document = history.card.photo, history.body(run)
    reviews = history.reviews_of(run.version) if run else []
    return {
        "key": masking.key(history.key),
        "log_key": masking.digest(history.key),
        "photo": photo
        and {
            "etag": photo.etag,
            "size": photo.size,
            "last_modified": rfc3339(photo.last_modified) if photo.last_modified else None,
        },
        "version": run.version if run else None,
        "card": masking.result(document) if document else None,
        "reviews": [_review(history, one, masking) for one in reviews],
        "versions": [_version(history, one, masking) for one in history.card.results],
        "pending": [_attempt(history, one, masking) for one in history.card.pending],
    }


def _version(history: History, run: CardObject, masking: Masking) -> Document:
    document = history.body(run) or {}
    error = document.get("error") or {}
    reviews = history.reviews_of(run.version)
    outcome, needs_review = document.get("outcome"), document.get("needs_review")
    return {
        "version": run.version,
        "current": history.card.is_there(run.version),
        "outcome": outcome,
        "needs_review": needs_review,
        "reviews": len(reviews),
        "awaits_review": not reviews
        and outcome is not None
        and awaits_review(outcome, needs_review=needs_review is True),
        "error": error.get("code"),
        "written_at": document.get("written_at"),
        "object": masking.name(run.listed.key, history.card.name),
    }


def _review(history: History, review: ReviewObject, masking: Masking) -> Document:
    body = history.body(review)
    document = masking.review(body) if body else {}
    names = ("decision", "reviewer", "reviewed_at", "note", "changed", "fields", "result_etag")
    return {
        "number": review.number,
        **{name: document.get(name) for name in names},
        "object": masking.name(review.listed.key, history.card.name),
    }


def _attempt(history: History, attempt: CardObject, masking: Masking) -> Document:
    pending = history.body(attempt) or {}
    error = pending.get("error")
    return {
        "version": attempt.version,
        "attempt": attempt.attempt,
        **{name: pending.get(name) for name in ("state", "trigger", "job_id")},
        "age_seconds": round(attempt.at - attempt.listed.last_modified),
        "first_claimed_at": pending.get("first_claimed_at"),
        "error": error
        and {
            **{name: error[name] for name in ("code", "class", "at")},
            "message": masking.message(error["message"]),
        },
        "object": masking.name(attempt.listed.key, history.card.name),
    }
