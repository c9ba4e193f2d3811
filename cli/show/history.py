"""What the bucket holds of one card, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from cli.bucket.documents import Document, attempt_in, result_named
from cli.bucket.listing import pending_of, results_of
from cli.bucket.refusals import ObjectRefused
from cli.bucket.reviews import awaits_review, review_in, reviews_of
from cli.terminal.masking import Masking
from shared.documents import Attempt
from shared.pipeline.context import Context
from shared.store import Photo
from shared.store.layout import etag_of, name_of_key, run_of


class ShownResult(NamedTuple):
    """A result of a card; `document` is None if it can't be read as one."""

    name: str
    version: str
    document: Document | None


class ShownReview(NamedTuple):
    """A review of a result; `document` is None if it can't be read as one."""

    name: str
    version: str
    number: int
    document: Document | None


class ShownAttempt(NamedTuple):
    """A pending object; `age` is in seconds, `pending` None if it can't be read as one."""

    name: str
    version: str
    number: int
    age: float
    pending: Attempt | None


class History(NamedTuple):
    """A card: `photo` is the object at its key now; `runs` are in the order they were written.

    `attempts` are those still pending, and `reviews` those of all runs, in the order of their
    names.
    """

    key: str
    photo: Photo | None
    runs: tuple[ShownResult, ...]
    attempts: tuple[ShownAttempt, ...]
    reviews: tuple[ShownReview, ...] = ()

    def is_empty(self) -> bool:
        """Return whether the bucket holds nothing of this card, not even its photo."""
        return not (self.photo or self.runs or self.attempts or self.reviews)

    def current(self) -> ShownResult | None:
        """Return the highest run of the present photo; if none, of the photo that was read last."""
        there = [run for run in self.runs if self.is_there(run.version)]
        etags = list(dict.fromkeys(etag_of(run.version) for run in self.runs))
        last = [run for run in self.runs if etag_of(run.version) == etags[-1]]
        return max(there or last, key=lambda run: run_of(run.version), default=None)

    def run(self, version: str) -> ShownResult | None:
        """Return the result of a version."""
        return next((run for run in self.runs if run.version == version), None)

    def reviews_of(self, version: str) -> list[ShownReview]:
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
    reviews = tuple(_reviews(context, key))
    runs, attempts = tuple(_runs(context, key)), tuple(_attempts(context, key))
    photo = None
    with suppress(ObjectRefused):  # which `Refusals` knows
        photo = context.store.head_photo(key)
    return History(key, photo, runs, attempts, reviews)


def _runs(context: Context, key: str) -> Iterator[ShownResult]:
    found = results_of(context.store, context.settings.output_prefix, name_of_key(key))
    for one in sorted(found, key=lambda one: (one.listed.last_modified, one.version)):
        name = one.listed.key
        document = result_named(context, name, context.store.read(name))
        yield ShownResult(name, one.version, document)


def _reviews(context: Context, key: str) -> Iterator[ShownReview]:
    store = context.store
    for one in reviews_of(store, context.settings.output_prefix, name_of_key(key)):
        document = review_in(store.read(one.listed.key))
        yield ShownReview(one.listed.key, one.version, one.number, document)


def _attempts(context: Context, key: str) -> Iterator[ShownAttempt]:
    store = context.store
    for one in pending_of(store, context.settings.output_prefix, name_of_key(key)):
        body = store.read(one.listed.key)
        if body is not None:
            age = one.at - one.listed.last_modified
            yield ShownAttempt(one.listed.key, one.version, one.attempt, age, attempt_in(body))


def document_of(history: History, run: ShownResult | None, masking: Masking) -> Document:
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


def _version(history: History, run: ShownResult, masking: Masking) -> Document:
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


def _review(history: History, review: ShownReview, masking: Masking) -> Document:
    document = masking.review(review.document) if review.document else {}
    names = ("decision", "reviewer", "reviewed_at", "note", "changed", "fields", "result_etag")
    return {
        "number": review.number,
        **{name: document.get(name) for name in names},
        "object": masking.name(review.name, name_of_key(history.key)),
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
