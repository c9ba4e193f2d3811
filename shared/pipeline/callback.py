"""An authenticated callback becomes the result of a finished job.

The token says which card the call is about. CI says what it read, in reply to a request that we
sign, unless CALLBACK_VERIFY lets the body say it. The body names the job, and doesn't decide which
object is written. Only a pending card is processed: if a call comes again, it takes one request to
COS and changes nothing.
"""

from __future__ import annotations

import hmac

from shared.callback_token import CallbackToken
from shared.documents import Attempt, EvidenceFormat, read_attempt
from shared.errors import ARCHIVED, CallbackRefused, StorageFault
from shared.jobs import Job
from shared.pipeline.attempt import decide_result, job_outcome, result_of
from shared.pipeline.claim import name_of, unread_attempt
from shared.pipeline.context import Context
from shared.pipeline.perform import photo_after_job, with_source, write_result
from shared.pipeline.steps import Leave
from shared.store.layout import pending_name


def deliver(context: Context, token: CallbackToken, reported: Job, form: EvidenceFormat) -> None:
    """Write the result of the job that was reported, if the card is pending and the job ended.

    CALLBACK_VERIFY says how much of the call's body is believed.

    Raises:
        CallbackRefused: the job isn't the token's.
        CloudFault: CI or COS couldn't be asked; nothing is lost.
    """
    bucket, reread = context.settings.input_bucket, None
    key = reported.key
    if key is None or not token.is_for(bucket, key):
        if context.settings.callback_verify == "off":
            raise CallbackRefused("the job is another card's")
        reread = _reread(context, token, reported)
        key = reread.key or ""
    attempt = _claimed(context, token, key)
    if attempt is None:
        context.log.debug("not_pending", key=context.log.key(key), version=token.version)
        return
    job, is_verified = _believed(context, token, reported, reread)
    outcome = job_outcome(job)
    if job.user_data is None and context.settings.callback_verify != "off":
        outcome = Leave("NoUserData")
    if isinstance(outcome, Leave):
        shown = context.log.key(key)
        context.log.info("left_to_sweep", key=shown, job_id=job.job_id, problem=outcome.why)
        return
    photo = photo_after_job(context, key)
    step = decide_result(attempt, outcome, photo)
    attempt = with_source(context, attempt, photo)
    evidence = context.evidence(form, verified=is_verified)
    result = result_of(context.settings, attempt, step, evidence, context.at())
    if write_result(context, result) and not _has_another_job(context, token, attempt, job):
        context.store.delete(name_of(context, attempt))


def _has_another_job(context: Context, token: CallbackToken, attempt: Attempt, job: Job) -> bool:
    """Return whether sweep wrote another job into an unanswered attempt since it was read.

    If so, leave the pending object to sweep, which records the jobs that the result doesn't name.
    """
    if attempt.job_id is not None or not attempt.owner:
        return False
    now = _claimed(context, token, attempt.source.key)
    return now is not None and now.job_id not in {None, job.job_id}


def _claimed(context: Context, token: CallbackToken, key: str) -> Attempt | None:
    """GET the pending object of the token's attempt. Return None if it isn't there.

    If it is there and can't be read, return what its name says.
    """
    settings = context.settings
    name = pending_name(settings.output_prefix, key, token.version, token.attempt)
    try:
        body = context.store.read(name)
    except StorageFault as fault:
        if fault.code != ARCHIVED:
            raise
        body = b""
    if body is None:
        return None
    attempt = read_attempt(body)
    about = (key, token.version, token.attempt)
    if attempt is not None and (attempt.source.key, attempt.version, attempt.attempt) == about:
        return attempt
    return unread_attempt(settings, key, token.version, token.attempt)


def _believed(
    context: Context, token: CallbackToken, reported: Job, reread: Job | None
) -> tuple[Job, bool]:
    """Return the job to trust, and whether CI's own reply confirmed what it read."""
    verify = context.settings.callback_verify
    if verify == "off":
        return _of_token(context, token, reported), False
    job = reread or _reread(context, token, reported)
    is_unread = job.state == "Success" and job.container is None
    if verify == "prefer" and is_unread and reported.container is not None:
        return job._replace(container=reported.container), False
    return job, True


def _reread(context: Context, token: CallbackToken, reported: Job) -> Job:
    """Return the job as CI shows it in reply to a request that we sign."""
    for job in context.jobs.describe([reported.job_id or ""]).jobs:
        if job.job_id == reported.job_id:
            return _of_token(context, token, job)
    raise CallbackRefused("CI doesn't know the job")


def _of_token(context: Context, token: CallbackToken, job: Job) -> Job:
    """Return the job, if it is the one that the token was issued for."""
    if job.key is None or not token.is_for(context.settings.input_bucket, job.key):
        raise CallbackRefused("the job is another card's")
    if job.user_data is not None and not _is_same(job.user_data, token.text):
        raise CallbackRefused("the job is another attempt's")
    return job


def _is_same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode())
