"""What the bucket holds of one card, and the same as JSON."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from cli.bucket.documents import Document, attempt_in, document_in, result_named
from cli.bucket.listing import pending_of, results_of
from cli.bucket.refusals import ObjectRefused
from cli.bucket.reviews import awaits_review, review_in, reviews_of
from cli.terminal.masking import Masking
from shared.pipeline.context import Context
from shared.store import Photo
from shared.store.layout import etag_of, name_of_key, run_of


class ShownObject(NamedTuple):
    """A result, a review or a pending object of a card; `document` is None if it can't be read.

    `number` is a review's or an attempt's, and `age` a pending object's, in seconds.
    """

    name: str
    version: str
    document: Document | None
    number: int = 0
    age: float = 0.0


class History(NamedTuple):
    """A card: `photo` is the object at its key now; `runs` are in the order they were written.

    `attempts` are those still pending, and `reviews` those of all runs, in the order of their
    names.
    """

    key: str
    photo: Photo | None
    runs: tuple[ShownObject, ...]
    attempts: tuple[ShownObject, ...]
    reviews: tuple[ShownObject, ...] = ()

    def is_empty(self) -> bool:
        """Return whether the bucket holds nothing of this card, not even its photo."""
        return not (self.photo or self.runs or self.attempts or self.reviews)

    def current(self) -> ShownObject | None:
        """Return the highest run of the present photo; if none, of the photo that was read last."""
        there = [run for run in self.runs if self.is_there(run.version)]
        etags = list(dict.fromkeys(etag_of(run.version) for run in self.runs))
        last = [run for run in self.runs if etag_of(run.version) == etags[-1]]
        return max(there or last, key=lambda run: run_of(run.version), default=None)

    def run(self, version: str) -> ShownObject | None:
        """Return the result of a version."""
        return next((run for run in self.runs if run.version == version), None)

    def reviews_of(self, version: str) -> list[ShownObject]:
        """Return the reviews of a version's result, the last one first: that one counts."""
        reviews = [one for one in self.reviews if one.version == version]
        return sorted(reviews, key=lambda one: one.number, reverse=True)

    def is_there(self, version: str) -> bool:
        """Return whether the content of a version is the photo that is there now."""
        return self.photo is not None and self.photo.etag == etag_of(version)


def history_of(context: Context, key: str) -> History:
    """Read everything that is there of a card.

    Raises:
        StorageFault: COS refused a listing or couldn't be reached.
    """
    store, prefix, name = context.store, context.settings.output_prefix, name_of_key(key)
    reviews = [
        ShownObject(of.key, version, review_in(store.read(of.key)), number)
        for version, number, of in reviews_of(store, prefix, name)
    ]
    results = sorted(
        results_of(store, prefix, name), key=lambda one: (one.listed.last_modified, one.version)
    )
    runs = [
        ShownObject(of.key, version, result_named(context, of.key, store.read(of.key)))
        for version, _, of, _ in results
    ]
    attempts = []
    for version, number, of, at in pending_of(store, prefix, name):
        if (body := store.read(of.key)) is not None:
            pending = document_in(body) if attempt_in(body) else None
            age = at - of.last_modified
            attempts.append(ShownObject(of.key, version, pending, number, age))
    photo = None
    with suppress(ObjectRefused):  # which `Refusals` knows
        photo = store.head_photo(key)
    return History(key, photo, tuple(runs), tuple(attempts), tuple(reviews))


def document_of(history: History, run: ShownObject | None, masking: Masking) -> Document:
    """Return what `--json` prints, with a result's names; `run` is the one that is shown whole."""
    source = history.photo
    return {
        "key": masking.key(history.key),
        "log_key": masking.digest(history.key),
        "photo": source
        and {"etag": source.etag, "size": source.size, "last_modified": source.last_modified},
        "version": run.version if run else None,
        "card": masking.result(run.document) if run and run.document else None,
        "reviews": [_review(history, one, masking) for one in history.reviews_of(run.version)]
        if run
        else [],
        "versions": [_version(history, one, masking) for one in history.runs],
        "pending": [_attempt(history, one, masking) for one in history.attempts],
    }


def _version(history: History, run: ShownObject, masking: Masking) -> Document:
    document = run.document or {}
    error = document.get("error") or {}
    reviews = history.reviews_of(run.version)
    outcome, needs_review = document.get("outcome"), document.get("needs_review")
    return {
        "version": run.version,
        "current": history.is_there(run.version),
        "outcome": outcome,
        "needs_review": needs_review,
        "reviews": len(reviews),
        "awaits_review": not reviews
        and outcome is not None
        and awaits_review(outcome, needs_review=needs_review is True),
        "error": error.get("code"),
        "written_at": document.get("written_at"),
        "object": masking.name(run.name, name_of_key(history.key)),
    }


def _review(history: History, review: ShownObject, masking: Masking) -> Document:
    document = masking.review(review.document) if review.document else {}
    names = ("decision", "reviewer", "reviewed_at", "note", "changed", "fields", "result_etag")
    return {
        "number": review.number,
        **{name: document.get(name) for name in names},
        "object": masking.name(review.name, name_of_key(history.key)),
    }


def _attempt(history: History, attempt: ShownObject, masking: Masking) -> Document:
    pending = attempt.document or {}
    error = pending.get("error")
    return {
        "version": attempt.version,
        "attempt": attempt.number,
        **{name: pending.get(name) for name in ("state", "trigger", "job_id")},
        "age_seconds": round(attempt.age),
        "first_claimed_at": pending.get("first_claimed_at"),
        "error": error and {**error, "message": masking.message(error["message"])},
        "object": masking.name(attempt.name, name_of_key(history.key)),
    }
