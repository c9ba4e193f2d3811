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
from tests.simulation.planted import Bugs, Change

BUGS = Bugs()

_P = "shared.pipeline"
_HEAD = f"{_P}.perform:head_photo"
_HOLDS = f"{_P}.gate:Holds.ask"


@BUGS.instead("photo not looked at before the next attempt", f"{_P}.attempt:decide_claimed")
def _replacement_unseen(original: Any, attempt: Any, photo: Any, *arguments: Any) -> Any:
    same = photo and photo._replace(etag=etag_of(attempt.version))
    return original(attempt, same, *arguments)


@BUGS.instead("an archived photo is sent", f"{_P}.attempt:decide_claimed", told_by="archived")
def _archived_sent(original: Any, attempt: Any, photo: Any, *arguments: Any) -> Any:
    return original(attempt, photo and photo._replace(problem=None), *arguments)


@BUGS.instead("photo not looked at again", f"{_P}.attempt:decide_result")
def _not_looked_at_again(original: Any, attempt: Any, step: Any, photo: Any, **named: Any) -> Any:
    if photo is not None and photo.etag != attempt.source.etag:
        same = {"etag": attempt.source.etag, "last_modified": attempt.source.last_modified}
        photo = photo._replace(**same)
    return original(attempt, step, photo, **named)


@BUGS.instead("a photo written again goes unnoticed", f"{_P}.attempt:_compared", told_by="replaced")
def _written_again_unseen(original: Any, attempt: Any, photo: Any) -> Any:
    if photo is None:
        return original(attempt, photo)
    return original(attempt, photo._replace(last_modified=attempt.source.last_modified))


@BUGS.instead("a photo that is gone goes unmarked", f"{_P}.attempt:_compared")
def _gone_unmarked(original: Any, attempt: Any, photo: Any) -> Any:
    found = original(attempt, photo)
    return found._replace(passed=True, detail=None) if photo is None else found


@BUGS.instead("a wrong signature accepted", "shared.callback_token:_signer")
def _any_signature(original: Any, encoded: str, signature: str, secrets: Any) -> Any:
    return original(encoded, signature, secrets) or secrets[0]


@BUGS.instead("an old token accepted", "shared.callback_token:verify")
def _expired_accepted(original: Any, text: str, secrets: Any, _now: float) -> Any:
    return original(text, secrets, 0)


@BUGS.instead("the body believed", f"{_P}.callback:_believed")
def _body_believed(_original: Any, _context: Any, _token: Any, reported: Any, _reread: Any) -> Any:
    return reported, False


@BUGS.instead("a final failure made passing", f"{_P}.attempt:job_outcome")
def _passing_always(original: Any, job: Any) -> Any:
    return Leave("InternalError") if job.state == "Failed" else original(job)


@BUGS.instead("a job denied once taken for lost", f"{_P}.decide:_decide_denied")
def _denied_once(_original: Any, card: Any, limits: Any, result: Any) -> Any:
    past = (*card.attempt.attempts, card.attempt.past())
    return decisions._next_attempt(card, limits, result, past)  # noqa: SLF001


@BUGS.instead("attempts without a limit", f"{_P}.decide:_next_attempt")
def _attempts_without_limit(original: Any, card: Any, limits: Any, *arguments: Any) -> Any:
    return original(card, limits._replace(max_attempts=10**6), *arguments)


@BUGS.instead("attempts before forgotten", f"{_P}.decide:_following")
def _history_lost(original: Any, card: Any, _past: Any) -> Any:
    return original(card, card.attempt.attempts)


def _never_noted(original: Any) -> Any:
    def is_given_up(card: Any, limits: Any, code: str) -> bool:
        error = AttemptError(code, None, None, "1970-01-02T00:00:00Z")
        noted = card._replace(attempt=card.attempt._replace(error=error))
        return bool(original(noted, limits, code))

    return is_given_up


@BUGS.instead(
    "nothing is too young to give up",
    f"{_P}.decide:_was_sent_long_ago",
    Change(f"{_P}.decide:_is_given_up", _never_noted),
)
def _sent_long_ago(*_arguments: Any) -> bool:
    return True


@BUGS.instead("sent on after a refusal of another card at work", f"{_P}.gate:Slot.wait")
def _closed_unheeded(_original: Any, slot: Any) -> None:
    slot._gate.rate.wait()  # noqa: SLF001
    slot.is_used = True


@BUGS.instead("a hold not heeded", _HOLDS)
def _hold_not_heeded(original: Any, holds: Any, context: Context) -> Any:
    closed = original(holds, context)
    return None if closed and closed.code in {"Held", "OverBudget"} else closed


@BUGS.instead(
    "sent although nobody knows of holds",
    _HOLDS,
    Change(f"{_P}.gate:Gate.is_up_to_date", lambda _original: lambda _gate: True),
)
def _unknown_holds_not_heeded(original: Any, holds: Any, context: Context) -> Any:
    closed = original(holds, context)
    return None if closed and closed.code == "GateUnknown" else closed


@BUGS.instead("a photo that COS won't show taken for gone", _HEAD, told_by="refused")
def _unreadable_is_gone(original: Any, context: Context, key: str) -> Photo | None:
    try:
        photo: Photo | None = original(context, key)
    except PhotoUnreadable:
        return None
    return None if photo and photo.problem in {"denied", "unreadable"} else photo


@BUGS.instead("a denied photo rejected", _HEAD, told_by="refused")
def _denied_for_good(original: Any, context: Context, key: str) -> Photo | None:
    photo: Photo | None = original(context, key)
    is_denied = photo is not None and photo.problem == "denied"
    return photo._replace(problem="unreadable") if photo and is_denied else photo


@BUGS.instead("an event with a fault not asked for again", _HEAD)
def _fault_is_gone(original: Any, context: Context, key: str) -> Photo | None:
    try:
        photo: Photo | None = original(context, key)
    except StorageFault:
        return None
    return photo


@BUGS.instead("a byte order mark is no reply", "shared.jobs.reply:_decoded")
def _as_it_is(_original: Any, data: bytes, errors: str) -> str:
    return data.decode(errors=errors)


@BUGS.instead("an archived note stops the sweep", f"{_P}.state:load", told_by="archived")
def _note_needed(_original: Any, context: Context, name: str) -> dict[str, object]:
    return object_in(context.store.read(f"{context.settings.output_prefix}state/{name}"))


@BUGS.instead("output taken for input", f"{_P}.submit:submit_upload")
def _output_is_input(original: Any, context: Context, gate: Any, upload: Any) -> None:
    settings = context.settings._replace(input_prefix="")
    original(context._replace(settings=settings), gate, upload)


class _Emptied:
    """A store in which every object is there and holds nothing of ours."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def read(self, _name: str) -> bytes:
        return b""


@BUGS.instead(
    "a callback for a card that is not pending", f"{_P}.callback:_claimed", told_by="forgotten"
)
def _not_asked_whether_pending(original: Any, context: Context, token: Any, key: str) -> Any:
    found = original(context, token, key)
    if found is not None:
        return found
    return original(context._replace(store=_Emptied(context.store)), token, key)


@BUGS.instead("refusals not counted", f"{_P}.attempt:decide_answer")
def _refusals_uncounted(original: Any, attempt: Any, submission: Any, at: str) -> Any:
    step = original(attempt, submission, at)
    if isinstance(submission, Waiting) and not isinstance(step, WriteResult):
        return step._replace(attempt=step.attempt._replace(refusals=0))
    return step


@BUGS.instead("a signature by this machine's clock", f"{_P}.claim:signed_until")
def _signed_by_machine(_original: Any, claim: Any) -> float:
    return float(claim.asked_at + claims.SIGNED_SECONDS)


@BUGS.instead("a signature by the first claim's time", f"{_P}.claim:signed_until")
def _signed_by_first(_original: Any, claim: Any) -> float:
    return from_rfc3339(claim.attempt.first_claimed_at) + claims.SIGNED_SECONDS


@BUGS.instead("what HEAD saw is not in the claim", f"{_P}.perform:Performer._as_seen")
def _stale_source(_original: Any, _performer: Any, attempt: Any, _photo: Any) -> Any:
    return attempt
