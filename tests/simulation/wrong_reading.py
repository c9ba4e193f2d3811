"""In place of what reads photos, tokens, notes and refusals, in a deliberate bug."""

from __future__ import annotations

from typing import Any

from shared.documents import AttemptError, object_in
from shared.errors import PhotoUnreadable, StorageFault
from shared.jobs import Waiting
from shared.pipeline import claim as claims
from shared.pipeline import decide as decisions
from shared.pipeline.context import Context
from shared.pipeline.steps import Leave, WriteResult
from shared.store import Photo
from shared.store.layout import etag_of
from shared.times import from_rfc3339
from tests.simulation.wrong_claims import Make


def replacement_unseen(original: Any) -> Any:
    def decide(attempt: Any, photo: Any, *arguments: Any) -> Any:
        same = photo and photo._replace(etag=etag_of(attempt.version))
        return original(attempt, same, *arguments)

    return decide


def not_looked_at_again(original: Any) -> Any:
    def decide(attempt: Any, step: Any, photo: Any, **named: Any) -> Any:
        if photo is not None and photo.etag != attempt.source.etag:
            same = {"etag": attempt.source.etag, "last_modified": attempt.source.last_modified}
            photo = photo._replace(**same)
        return original(attempt, step, photo, **named)

    return decide


def written_again_unseen(original: Any) -> Any:
    def compared(attempt: Any, photo: Any) -> Any:
        if photo is None:
            return original(attempt, photo)
        return original(attempt, photo._replace(last_modified=attempt.source.last_modified))

    return compared


def gone_unmarked(original: Any) -> Any:
    def compared(attempt: Any, photo: Any) -> Any:
        found = original(attempt, photo)
        return found._replace(passed=True, detail=None) if photo is None else found

    return compared


def any_signature(original: Any) -> Any:
    def signer(encoded: str, signature: str, secrets: Any) -> Any:
        return original(encoded, signature, secrets) or secrets[0]

    return signer


def passing_always(original: Any) -> Any:
    def outcome(job: Any) -> Any:
        return Leave("InternalError") if job.state == "Failed" else original(job)

    return outcome


def denied_once(_original: Any) -> Any:
    def denied(card: Any, limits: Any, result: Any) -> Any:
        past = (*card.attempt.attempts, card.attempt.past())
        return decisions._next_attempt(card, limits, result, past)  # noqa: SLF001

    return denied


def closed_unheeded(_original: Any) -> Any:
    def wait(slot: Any) -> None:
        slot._gate.rate.wait()  # noqa: SLF001
        slot.is_used = True

    return wait


def attempts_without_limit(original: Any) -> Any:
    def next_attempt(card: Any, limits: Any, *arguments: Any) -> Any:
        return original(card, limits._replace(max_attempts=10**6), *arguments)

    return next_attempt


def not_heeded(*codes: str) -> Make:
    def make(original: Any) -> Any:
        def ask(holds: Any, context: Context) -> Any:
            closed = original(holds, context)
            return None if closed and closed.code in codes else closed

        return ask

    return make


def unreadable_is_gone(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        try:
            photo: Photo | None = original(context, key)
        except PhotoUnreadable:
            return None
        return None if photo and photo.problem in {"denied", "unreadable"} else photo

    return head


def denied_for_good(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        photo: Photo | None = original(context, key)
        is_denied = photo is not None and photo.problem == "denied"
        return photo._replace(problem="unreadable") if photo and is_denied else photo

    return head


def as_it_is(_original: Any) -> Any:
    return lambda data, errors: data.decode(errors=errors)


def note_needed(_original: Any) -> Any:
    def load(context: Context, name: str) -> dict[str, object]:
        path = f"{context.settings.output_prefix}state/{name}"
        return object_in(context.store.read(path))

    return load


def archived_sent(original: Any) -> Any:
    def claimed(attempt: Any, photo: Any, *arguments: Any) -> Any:
        return original(attempt, photo and photo._replace(problem=None), *arguments)

    return claimed


def output_is_input(original: Any) -> Any:
    def submit_upload(context: Context, gate: Any, upload: Any) -> None:
        settings = context.settings._replace(input_prefix="")
        original(context._replace(settings=settings), gate, upload)

    return submit_upload


def fault_is_gone(original: Any) -> Any:
    def head(context: Context, key: str) -> Photo | None:
        try:
            photo: Photo | None = original(context, key)
        except StorageFault:
            return None
        return photo

    return head


def not_asked_whether_pending(original: Any) -> Any:
    def claimed(context: Context, token: Any, key: str) -> Any:
        found = original(context, token, key)
        if found is not None:
            return found
        empty = context._replace(store=Emptied(context.store))
        return original(empty, token, key)

    return claimed


class Emptied:
    """A store in which every object is there and holds nothing of ours."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def read(self, _name: str) -> bytes:
        return b""


def refusals_uncounted(original: Any) -> Any:
    def decide(attempt: Any, submission: Any, at: str) -> Any:
        step = original(attempt, submission, at)
        if isinstance(submission, Waiting) and not isinstance(step, WriteResult):
            return step._replace(attempt=step.attempt._replace(refusals=0))
        return step

    return decide


def by_first_claim(_original: Any) -> Any:
    return property(lambda card: card.attempt.first_claimed_at)


def history_lost(original: Any) -> Any:
    return lambda card, _past: original(card, card.attempt.attempts)


def signed_by_machine(_original: Any) -> Any:
    return lambda claim: claim.asked_at + claims.SIGNED_SECONDS


def signed_by_first(_original: Any) -> Any:
    return lambda claim: from_rfc3339(claim.attempt.first_claimed_at) + claims.SIGNED_SECONDS


def expired_accepted(original: Any) -> Any:
    return lambda text, secrets, _now: original(text, secrets, 0)


def body_believed(_original: Any) -> Any:
    return lambda _context, _token, reported, _reread: (reported, False)


def stale_source(_original: Any) -> Any:
    return lambda _performer, attempt, _photo: attempt


def never_noted(original: Any) -> Any:
    def is_given_up(card: Any, limits: Any, code: str) -> bool:
        error = AttemptError(code, None, None, "1970-01-02T00:00:00Z")
        return bool(
            original(card._replace(attempt=card.attempt._replace(error=error)), limits, code)
        )

    return is_given_up
