"""One claim, one POST.

Before a sender sends a job, rejects a card or gives one up, it creates the pending object of that
attempt, create-once, and then looks for a result: there must be none. A result is always written
before its pending objects are deleted, so a sender whose claim succeeds late always sees it. The
POST goes out once, within CLAIM_SECONDS. This attempt is never sent again, whatever CI answers.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from shared.documents import Attempt, AttemptError, Source, read_attempt
from shared.errors import ConfigurationError, StorageFault
from shared.pipeline.context import Context
from shared.pipeline.steps import Wait
from shared.settings.load import Settings
from shared.store.layout import etag_of, pending_name, result_name
from shared.times import from_rfc3339, rfc3339

CLAIM_SECONDS = 60
# CI refuses a signature that has ended. A POST that arrives late must not make a job after sweep
# has concluded that there is none. So the signature ends soon after the claim, by COS's clock.
SIGNED_SECONDS = 70


class Claim(NamedTuple):
    """The right to POST one job. `name` is the pending object's, `asked_at` is Unix seconds."""

    attempt: Attempt
    name: str
    asked_at: float


class NoClaim(Enum):
    """Why there is no claim."""

    TAKEN = auto()  # somebody else has claimed the attempt
    DONE = auto()  # the card has a result
    RELEASED = auto()  # COS failed after the claim, so it was released


class ClaimRefused(NamedTuple):
    """No claim. `attempt` is the stored one if the claim was released, else the one asked for."""

    reason: NoClaim
    attempt: Attempt


def acquire_claim(context: Context, attempt: Attempt) -> Claim | ClaimRefused:
    """Create the pending object of an attempt; then look for a result.

    Raises:
        StorageFault: COS didn't say whether the claim is ours; nothing may be sent.
        ConfigurationError: the bucket has versioning, so create-once is not enforced.
    """
    attempt = attempt._replace(owner=context.new_owner(), updated_at=context.at())
    name = name_of(context, attempt)
    asked_at, body = context.now(), attempt.body()
    store = context.store
    # The SDK asks once more after a lost reply, and then meets the object that it created itself.
    created = store.create_once(name, body) or store.find_own(name, body)
    if created is None:
        log_attempt(context, attempt, "claim_taken")
        return ClaimRefused(NoClaim.TAKEN, attempt)
    claim = Claim(attempt.dated(created.at or rfc3339(asked_at)), name, asked_at)
    if created.versioned:
        raise _versioned_bucket(context, claim)
    if created.at is None:  # CI's list is compared with COS's clock, not with this machine's
        fault = Wait("StoreFault", "COS's reply to the claim had no Date")
        return ClaimRefused(NoClaim.RELEASED, release(context, claim, fault))
    return _unless_done(context, claim)


def signed_until(claim: Claim) -> float:
    """Return when the signature of the claim's POST ends, in Unix seconds of COS's clock."""
    return from_rfc3339(claim.attempt.claimed_at or "") + SIGNED_SECONDS


def unread_attempt(settings: Settings, key: str, version: str, number: int) -> Attempt:
    """Return an attempt whose object can't be read, as far as the object's name tells.

    Nobody knows what the claim saw of the photo, so `source.unchanged` will fail. The attempt has
    no owner.
    """
    source = Source(settings.input_bucket, settings.region, key, etag_of(version), None, None, None)
    return Attempt(source, None, version, number, "", "unknown", "upload")


def read_stored(context: Context, name: str) -> Attempt | None:
    """GET an earlier attempt. Return None if it is gone, unreadable or not ours."""
    try:
        attempt = read_attempt(context.store.read(name) or b"")
    except StorageFault as fault:
        if not fault.is_of_one_object:
            raise
        return None
    return attempt if attempt and is_ours(context, attempt, name) else None


def is_ours(context: Context, attempt: Attempt, name: str) -> bool:
    """Return whether the attempt is of this bucket, and of the card that `name` says.

    Otherwise a step could be done to another card.
    """
    is_of_bucket = attempt.source.bucket == context.settings.input_bucket
    return is_of_bucket and name_of(context, attempt) == name


def has_result(context: Context, attempt: Attempt) -> bool:
    """HEAD the result of a card. Only HEAD decides whether it exists."""
    prefix = context.settings.output_prefix
    return context.store.exists(result_name(prefix, attempt.source.key, attempt.version))


def release(context: Context, claim: Claim, step: Wait) -> Attempt:
    """Release a claim under which nothing was sent. Return the attempt as it is now stored.

    A claim that was made to give the card up already holds its reason, and is not rewritten.
    """
    if claim.attempt.state == "waiting":
        return claim.attempt
    error = AttemptError(step.code, step.why, step.refusal, context.at())
    refusals = claim.attempt.refusals + int(step.refusal != "held")
    attempt = claim.attempt._replace(state="waiting", error=error, refusals=refusals)
    return save(context, claim.name, attempt)


def save(context: Context, name: str, attempt: Attempt, request_id: str | None = None) -> Attempt:
    """Rewrite a pending object. If COS fails, log it: sweep finds out what was sent."""
    log_attempt(context, attempt, "attempt", request_id)
    attempt = attempt._replace(updated_at=context.at())
    try:
        context.store.replace(name, attempt.body())
    except StorageFault as fault:
        left_to_sweep(context, attempt, fault)
    return attempt


def name_of(context: Context, attempt: Attempt) -> str:
    """Return the name of an attempt's object."""
    prefix, key = context.settings.output_prefix, attempt.source.key
    return pending_name(prefix, key, attempt.version, attempt.attempt)


def left_to_sweep(context: Context, attempt: Attempt, fault: Exception) -> None:
    """Log that COS failed in a step that sweep will do again."""
    key = context.log.key(attempt.source.key)
    context.log.warning("left_to_sweep", key=key, problem=str(fault))


def log_attempt(
    context: Context, attempt: Attempt, event: str, request_id: str | None = None
) -> None:
    """Log the state of an attempt."""
    context.log.info(
        event,
        key=context.log.key(attempt.source.key),
        version=attempt.version,
        attempt=attempt.attempt,
        state=attempt.state,
        job_id=attempt.job_id,
        trigger=attempt.trigger,
        code=attempt.error.code if attempt.error else None,
        ci_request_id=request_id,
    )


def _unless_done(context: Context, claim: Claim) -> Claim | ClaimRefused:
    try:
        is_done = has_result(context, claim.attempt)
    except StorageFault as fault:
        step = Wait("StoreFault", f"the result could not be looked for: {fault.code}")
        return ClaimRefused(NoClaim.RELEASED, release(context, claim, step))
    if not is_done:
        return claim
    log_attempt(context, claim.attempt, "result_exists")
    try:
        context.store.delete(claim.name)
    except StorageFault as fault:
        left_to_sweep(context, claim.attempt, fault)
    return ClaimRefused(NoClaim.DONE, claim.attempt)


def _versioned_bucket(context: Context, claim: Claim) -> ConfigurationError:
    """Note why nothing is sent. The object stays `claimed`: it may have replaced another one."""
    error = AttemptError("BucketVersioned", None, "configuration", context.at())
    save(context, claim.name, claim.attempt._replace(error=error))
    return ConfigurationError(
        "OUTPUT_BUCKET",
        "has versioning, enabled or suspended, so nothing is create-once in it and no job is "
        "sent; set a bucket that never had versioning",
    )
