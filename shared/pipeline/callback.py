"""An authenticated callback becomes a finished job.

The token says which card the call may speak of; CI, asked again with our own signature, says what
it read. The body names the job and decides nothing about where something is written.
"""

from __future__ import annotations

import hmac
from typing import NamedTuple

from shared.callback_token import CallbackToken
from shared.documents import EvidenceFormat
from shared.errors import CallbackRefused, MalformedCallback
from shared.events import http_body
from shared.jobs import Job
from shared.jobs.reply import jobs_in_callback
from shared.pipeline import Pipeline
from shared.pipeline.ending import Unfinished, ending
from shared.pipeline.finish import EndedJob, finish

MAX_BODY_BYTES = 1_000_000


class Reported(NamedTuple):
    """The job that a callback's body tells of; believed as far as CALLBACK_VERIFY says."""

    job: Job
    format: EvidenceFormat


def reported_job(event: object, token: CallbackToken) -> Reported:
    """The job in a callback's body.

    Raises:
        MalformedCallback: the body is too large, unreadable, or speaks of several other jobs.
    """
    jobs, form = jobs_in_callback(http_body(event, MAX_BODY_BYTES))
    if len(jobs) == 1:
        return Reported(jobs[0], form)
    for job in jobs:
        if job.user_data == token.text:
            return Reported(job, form)
    raise MalformedCallback("the body has several jobs and none of them is the token's")


def deliver(pipeline: Pipeline, token: CallbackToken, reported: Reported) -> None:
    """Write the result of the job that was reported, if it has one.

    Raises:
        CallbackRefused: the job isn't the token's.
        CloudFault: CI or COS couldn't be asked; nothing is lost.
    """
    job, verified = _believed(pipeline, token, reported)
    outcome = ending(job)
    if job.user_data is None and pipeline.settings.callback_verify != "off":
        outcome = Unfinished("NoUserData")
    if isinstance(outcome, Unfinished):
        key = pipeline.log.key(job.key or "")
        pipeline.log.info("left_to_sweep", key=key, job_id=job.job_id, problem=outcome.reason)
        return
    ended = EndedJob(job, outcome, job.key or "", token.version, token.attempt)
    finish(pipeline, ended, pipeline.evidence(reported.format, verified=verified))


def _believed(pipeline: Pipeline, token: CallbackToken, reported: Reported) -> tuple[Job, bool]:
    """The job as it is to be believed, and whether CI itself says so."""
    verify = pipeline.settings.callback_verify
    if verify == "off":
        return _of_token(pipeline, token, reported.job), False
    job = _of_token(pipeline, token, _read_again(pipeline, reported.job))
    unread = job.state == "Success" and job.container is None
    if verify == "prefer" and unread and reported.job.container is not None:
        return job._replace(container=reported.job.container), False
    return job, True


def _read_again(pipeline: Pipeline, reported: Job) -> Job:
    """The job as CI shows it to our own signature."""
    for job in pipeline.jobs.describe([reported.job_id or ""]).jobs:
        if job.job_id == reported.job_id:
            return job
    raise CallbackRefused("CI doesn't know the job")


def _of_token(pipeline: Pipeline, token: CallbackToken, job: Job) -> Job:
    """The job, if it is the one the token was issued for."""
    if job.key is None or not token.is_for(pipeline.settings.input_bucket, job.key):
        raise CallbackRefused("the job is another card's")
    if job.user_data is not None and not _same(job.user_data, token.text):
        raise CallbackRefused("the job is another attempt's")
    return job


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode())
