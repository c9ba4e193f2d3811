"""In place of what claims, sends, finds jobs again and writes results, in a deliberate bug."""

# ruff: noqa: SLF001

from __future__ import annotations

from typing import Any

from shared.callback_token import claimed_payload
from shared.errors import StorageFault
from shared.jobs import Unknown, Waiting
from shared.pipeline import claim as claims
from shared.pipeline.attempt import decide_claimed
from shared.pipeline.claim import Claim, ClaimRefused, NoClaim
from shared.pipeline.context import Context
from shared.pipeline.decide import Silence
from shared.pipeline.perform import first_attempt
from shared.pipeline.steps import GiveUp, Post, WriteResult
from shared.store.layout import pending_name, result_name
from tests.simulation.planted import Bugs, Change

BUGS = Bugs()

_ACQUIRE = "shared.pipeline.claim:acquire_claim"
_UNLESS_DONE = "shared.pipeline.claim:_unless_done"
_BEGIN = "shared.pipeline.perform:Performer.begin"
_WRITE_RESULT = "shared.pipeline.perform:write_result"
_ANSWER = "shared.pipeline.job_lookup:JobLookup.answer"
_SEE = "shared.pipeline.job_lookup:JobLookup._see"


def _unclaimed(context: Context, attempt: Any) -> Claim:
    """A claim that nobody made."""
    named = attempt._replace(owner="nobody")
    name = claims.name_of(context, named)
    return Claim(named.dated(context.at()), name, context.now())


@BUGS.instead("no claim", _ACQUIRE)
def _without_first_claim(original: Any, context: Context, attempt: Any) -> Any:
    return original(context, attempt) if attempt.attempt > 1 else _unclaimed(context, attempt)


@BUGS.instead("two sweeps without the next claim", _ACQUIRE)
def _without_next_claim(original: Any, context: Context, attempt: Any) -> Any:
    is_next = attempt.attempt > 1 and attempt.state == "claimed"
    return _unclaimed(context, attempt) if is_next else original(context, attempt)


@BUGS.instead("give-up without a claim", _ACQUIRE)
def _without_claim_to_give_up(original: Any, context: Context, attempt: Any) -> Any:
    gives_up = attempt.attempt > 1 and attempt.state == "waiting"
    return _unclaimed(context, attempt) if gives_up else original(context, attempt)


@BUGS.instead("claim after POST", _BEGIN)
def _claimed_after_post(original: Any, performer: Any, photo: Any, trigger: Any) -> Any:
    context = performer._context
    attempt = first_attempt(context, photo, trigger)
    claim = _unclaimed(context, attempt)
    step = decide_claimed(claim.attempt, photo, context.settings)
    if not isinstance(step, Post):
        return original(performer, photo, trigger)
    with performer._gate.slot() as slot:
        performer._post(claim, step, context.monotonic(), slot)
    claims.acquire_claim(context, attempt)
    return None


@BUGS.instead("a taken claim is used all the same", _ACQUIRE)
def _taken_is_used(original: Any, context: Context, attempt: Any) -> Any:
    claim = original(context, attempt)
    if isinstance(claim, ClaimRefused) and claim.reason is NoClaim.TAKEN:
        return _unclaimed(context, attempt)
    return claim


@BUGS.instead("result not checked at all", _UNLESS_DONE)
def _done_or_not(_original: Any, _context: Context, claim: Claim) -> Claim:
    return claim


@BUGS.instead("result checked before the claim", _ACQUIRE, Change(_UNLESS_DONE, _done_or_not))
def _result_before_claim(original: Any, context: Context, attempt: Any) -> Any:
    if claims.has_result(context, attempt):
        return ClaimRefused(NoClaim.DONE, attempt)
    return original(context, attempt)


@BUGS.instead("sent although nobody knows of a result", _UNLESS_DONE)
def _unknown_result_is_none(original: Any, context: Context, claim: Claim) -> Any:
    try:
        claims.has_result(context, claim.attempt)
    except StorageFault:
        return claim
    return original(context, claim)


class _AskedTwice:
    """A job service that sends once more after a lost reply."""

    def __init__(self, below: Any) -> None:
        self._below = below

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def submit(self, *arguments: Any) -> Any:
        submission = self._below.submit(*arguments)
        again = isinstance(submission, Unknown)
        return self._below.submit(*arguments) if again else submission


@BUGS.instead("retry under POST", "shared.pipeline.perform:Performer._post")
def _retried_post(original: Any, performer: Any, *arguments: Any) -> Any:
    context = performer._context
    performer._context = context._replace(jobs=_AskedTwice(context.jobs))
    try:
        return original(performer, *arguments)
    finally:
        performer._context = context


class _Changed:
    """A store whose creations look otherwise."""

    def __init__(self, below: Any, **changes: Any) -> None:
        self._below = below
        self._changes = changes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def create_once(self, name: str, body: bytes) -> Any:
        created = self._below.create_once(name, body)
        if created is None:
            return None
        changes = {key: value() for key, value in self._changes.items()}
        changes = {"at": created.at or changes["at"]} if "at" in changes else changes
        return created._replace(**changes)


@BUGS.instead("a claim without a date used", _ACQUIRE)
def _undated_used(original: Any, context: Context, attempt: Any) -> Any:
    dated = _Changed(context.store, at=context.at)
    return original(context._replace(store=dated), attempt)


@BUGS.instead("versioning not noticed", _ACQUIRE)
def _versioning_unseen(original: Any, context: Context, attempt: Any) -> Any:
    unversioned = _Changed(context.store, versioned=lambda: False)
    return original(context._replace(store=unversioned), attempt)


@BUGS.instead("unknown taken for refused", "shared.pipeline.attempt:decide_answer")
def _unknown_is_refused(original: Any, attempt: Any, submission: Any, at: str) -> Any:
    if isinstance(submission, Unknown):
        submission = Waiting(submission.code, None, "capacity")
    return original(attempt, submission, at)


@BUGS.instead("unknown sent again at once", _ANSWER)
def _absent_at_once(original: Any, lookup: Any, card: Any) -> Any:
    found = original(lookup, card)
    return Silence.ABSENT if found is Silence.UNPROVEN else found


@BUGS.instead("absence believed from an empty listing", _ANSWER)
def _absent_at_the_end(original: Any, lookup: Any, card: Any) -> Any:
    found = original(lookup, card)
    return Silence.ABSENT if lookup._is_at_end and isinstance(found, Silence) else found


@BUGS.instead(
    "waiting sent again under its old claim", "shared.pipeline.perform:Performer._claim_next"
)
def _old_claim_used(original: Any, performer: Any, card: Any, attempt: Any, then: Any) -> Any:
    if isinstance(then, WriteResult):
        return original(performer, card, attempt, then)
    context = performer._context
    photo = context.store.head_photo(attempt.source.key)
    claim = Claim(card.attempt._replace(state="claimed"), card.names[-1], context.now())
    step = decide_claimed(claim.attempt, photo, context.settings)
    if isinstance(step, Post):
        return performer._post(claim, step, context.monotonic(), then)
    return performer._end(claim, step)


@BUGS.instead("rejection without a claim", _BEGIN)
def _rejected_unclaimed(original: Any, performer: Any, photo: Any, trigger: Any) -> Any:
    context = performer._context
    claim = _unclaimed(context, first_attempt(context, photo, trigger))
    step = decide_claimed(claim.attempt, photo, context.settings)
    if isinstance(step, WriteResult):
        return performer._end(claim, step)
    return original(performer, photo, trigger)


@BUGS.instead("a card given up in vain is sent again", "shared.pipeline.decide:_give_up")
def _given_up_is_sent(original: Any, *arguments: Any, **named: Any) -> Any:
    step = original(*arguments, **named)
    if isinstance(step, GiveUp):
        return step._replace(attempt=step.attempt._replace(state="claimed", error=None))
    return step


def _delete_pending(context: Context, result: Any) -> None:
    prefix, key = context.settings.output_prefix, result.source.key
    context.store.delete(pending_name(prefix, key, result.version, result.attempt))


@BUGS.instead("result overwritten", _WRITE_RESULT)
def _overwritten(_original: Any, context: Context, result: Any) -> bool:
    prefix = context.settings.output_prefix
    name = result_name(prefix, result.source.key, result.version)
    context.store.replace(name, result.body())
    return True


@BUGS.instead("pending deleted before the result is written", _WRITE_RESULT)
def _deleted_first(original: Any, context: Context, result: Any) -> bool:
    _delete_pending(context, result)
    return bool(original(context, result))


@BUGS.instead("a conflict's pending object deleted by callback", _WRITE_RESULT, told_by="denied")
def _deleted_on_conflict(original: Any, context: Context, result: Any) -> bool:
    is_written = bool(original(context, result))
    if not is_written and context.deliverer == "callback":
        _delete_pending(context, result)
    return is_written


@BUGS.instead("another version's job adopted", _SEE)
def _another_versions_job(original: Any, lookup: Any, job: Any) -> None:
    for identity in lookup._cards:
        if identity.key == job.key:
            lookup._found.setdefault(identity, (job,))
    original(lookup, job)


@BUGS.instead("another attempt's job adopted", _SEE)
def _any_attempts_job(original: Any, lookup: Any, job: Any) -> None:
    """A job is a card's by only its key and version."""
    original(lookup, job)
    claimed = claimed_payload(job.user_data or "")
    for identity in lookup._cards:
        if claimed and (identity.key, identity.version) == (job.key, claimed.version):
            lookup._found.setdefault(identity, (job,))
