"""One permit, one POST.

Whoever sends a job, rejects a card or gives one up has just created, create-once, the pending
object of that attempt, and has then seen that no result exists. A result is always written before
its pending objects are deleted, so a permit that comes too late always sees it. The POST goes out
once, while the permit is young; whatever CI answers, this attempt is never sent again.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

from shared import callback_token
from shared.card import CardType
from shared.documents import Pending, PendingError, Result, ResultError
from shared.errors import ConfigurationError, StorageFault
from shared.jobs import Accepted, Job, RefusedForGood, Submission, Unknown, Waiting
from shared.jobs.request import job_request
from shared.pipeline import Pipeline
from shared.pipeline.finish import write_result
from shared.pipeline.turn import Turn
from shared.store.layout import pending_name, result_name
from shared.times import from_rfc3339, rfc3339

SECONDS = 60
# CI refuses a signature that has ended. A POST held up on its way must not make a job so late that
# sweep has already taken its absence for proven, so the signature ends with the permit: by COS's
# clock, whatever this machine's says.
SIGNED_SECONDS = 70


class Permit(NamedTuple):
    """The right to send one job: `pending` as it stands, and when it was asked for."""

    pending: Pending
    name: str
    asked_at: float


class Sent(NamedTuple):
    """A job was asked for; `pending` is what is pending now, None where CI's answer was final."""

    pending: Pending | None


class NoPermit(Enum):
    """Why there is no permit."""

    TAKEN = "somebody else has it"
    DONE = "a result exists"
    FAULT = "COS didn't say when it is from, or whether a result exists"


def open_permit(pipeline: Pipeline, pending: Pending) -> Permit | NoPermit:
    """Take the permit of this attempt, if it is free and no result exists.

    Raises:
        StorageFault: COS didn't say whether the permit is ours; nothing may be sent.
        ConfigurationError: the bucket has versioning, where a permit permits nothing.
    """
    key, version = pending.source.key, pending.version
    name = pending_name(pipeline.settings.output_prefix, key, version, pending.attempt)
    asked_at = pipeline.now()
    created = pipeline.store.create_once(name, pending.body())
    if created is None:
        _log(pipeline, pending, "permit_taken")
        return NoPermit.TAKEN
    permit_at = created.at or rfc3339(asked_at)
    first_permit_at = pending.first_permit_at or permit_at
    pending = pending._replace(permit_at=permit_at, first_permit_at=first_permit_at)
    permit = Permit(pending, name, asked_at)
    if created.versioned:
        raise _versioned_bucket(pipeline, permit)
    if created.at is None:  # CI's list is compared with COS's clock, not with this machine's
        put_off(pipeline, permit, "NoDate")
        return NoPermit.FAULT
    return _unless_done(pipeline, permit)


def send(pipeline: Pipeline, permit: Permit, card_type: CardType, turn: Turn) -> Sent:
    """POST the job of this permit, once, when its turn comes, and write down what became of it.

    Where none comes, nothing is sent.
    """
    settings, pending = pipeline.settings, permit.pending
    if not turn.comes():
        return Sent(put_off(pipeline, permit, "SendingStopped"))
    token = callback_token.issue(
        settings.callback_secrets[0],
        bucket=settings.input_bucket,
        key=pending.source.key,
        version=pending.version,
        attempt=pending.attempt,
        now=pipeline.now(),
    )
    request = job_request(settings, pending.source.key, card_type, token)
    signed_until = from_rfc3339(pending.permit_at or "") + SIGNED_SECONDS
    submission = pipeline.jobs.submit(request, permit.asked_at + SECONDS, signed_until)
    turn.answered(submission)
    return Sent(_settle(pipeline, permit, submission))


def put_off(pipeline: Pipeline, permit: Permit, code: str) -> Pending | None:
    """Give a permit back of which we know that nothing was sent; returns what is pending now.

    One that was taken to give the card up says so already, and is used for nothing else.
    """
    if permit.pending.state == "waiting":
        return permit.pending
    return _settle(pipeline, permit, Waiting(code, "nothing was sent", "capacity"))


def conclude(
    pipeline: Pipeline,
    permit: Permit,
    outcome: Literal["rejected", "failed"],
    error: ResultError,
    job: Job | None = None,
) -> None:
    """Write the result of a card that CI gave none for, as this permit permits.

    `job` is the last one, of the attempt before, where there was one.
    """
    pending = permit.pending
    card_type = pending.card_type
    if outcome == "failed":  # not for its type: where that isn't known, it is what its key says
        card_type = card_type or pipeline.settings.card_type_of(pending.source.key)
    result = Result(
        source=pending.source,
        version=pending.version,
        attempt=pending.attempt if job is None else pending.attempt - 1,
        outcome=outcome,
        card_type=card_type,
        evidence=pipeline.evidence(),
        written_at=pipeline.at(),
        job=job,
        error=error,
    )
    write_result(pipeline, result)
    if job is not None:
        _let_go(pipeline, permit)


def _unless_done(pipeline: Pipeline, permit: Permit) -> Permit | NoPermit:
    """Look for a result; where there is one, or COS won't say, the permit is given back."""
    source, version = permit.pending.source, permit.pending.version
    try:
        found = pipeline.store.exists(
            result_name(pipeline.settings.output_prefix, source.key, version)
        )
    except StorageFault as fault:
        put_off(pipeline, permit, fault.code)
        return NoPermit.FAULT
    if not found:
        return permit
    _log(pipeline, permit.pending, "result_exists")
    _let_go(pipeline, permit)
    return NoPermit.DONE


def _let_go(pipeline: Pipeline, permit: Permit) -> None:
    try:
        pipeline.store.delete(permit.name)
    except StorageFault as fault:  # sweep deletes what is pending beside a result
        key = pipeline.log.key(permit.pending.source.key)
        pipeline.log.warning("left_to_sweep", key=key, problem=str(fault))


def _settle(pipeline: Pipeline, permit: Permit, submission: Submission) -> Pending | None:
    pending, at = permit.pending, pipeline.at()
    match submission:
        case Accepted(job_id):
            return _keep(pipeline, permit, pending._replace(state="submitted", job_id=job_id))
        case Waiting(code, message, refusal, request_id):
            error = PendingError(code, message, refusal, at)
            waiting = pending._replace(state="waiting", error=error)
            return _keep(pipeline, permit, waiting, request_id)
        case Unknown(code, request_id):
            error = PendingError(code, None, None, at)
            unknown = pending._replace(state="unknown", error=error)
            return _keep(pipeline, permit, unknown, request_id)
        case RefusedForGood(code, message):
            try:
                conclude(pipeline, permit, "failed", ResultError(code, message, "submit"))
            except StorageFault:  # no job was made: the next attempt is refused alike
                return _settle(pipeline, permit, Waiting(code, message, "other"))
            return None


def _keep(
    pipeline: Pipeline, permit: Permit, pending: Pending, request_id: str | None = None
) -> Pending:
    """Write down how the attempt stands; where COS won't, sweep finds out by itself."""
    _log(pipeline, pending, "attempt", ci_request_id=request_id)
    pending = pending._replace(updated_at=pipeline.at())
    try:
        pipeline.store.replace(permit.name, pending.body())
    except StorageFault as fault:
        key = pipeline.log.key(pending.source.key)
        pipeline.log.warning("left_to_sweep", key=key, problem=str(fault))
    return pending


def _versioned_bucket(pipeline: Pipeline, permit: Permit) -> ConfigurationError:
    """Say why nothing is sent. The object stays `claimed`: it may have replaced another's."""
    error = PendingError("BucketVersioned", None, "configuration", pipeline.at())
    _keep(pipeline, permit, permit.pending._replace(error=error))
    return ConfigurationError(
        "OUTPUT_BUCKET",
        "has versioning, enabled or suspended, so nothing is create-once in it and no job is "
        "sent; set a bucket that never had versioning",
    )


def _log(
    pipeline: Pipeline, pending: Pending, event: str, *, ci_request_id: str | None = None
) -> None:
    pipeline.log.info(
        event,
        key=pipeline.log.key(pending.source.key),
        version=pending.version,
        attempt=pending.attempt,
        state=pending.state,
        job_id=pending.job_id,
        trigger=pending.trigger,
        code=pending.error.code if pending.error else None,
        ci_request_id=ci_request_id,
    )
