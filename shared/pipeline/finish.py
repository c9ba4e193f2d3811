"""An ended job becomes a result: the second half of `callback`, and of `sweep`."""

from __future__ import annotations

from typing import NamedTuple

from shared.card import CARD_TYPES, CardType, Check
from shared.documents import Evidence, Photograph, Result, ResultError, read_pending
from shared.jobs import Job
from shared.pipeline import Pipeline
from shared.pipeline.ending import Ending
from shared.store import Source
from shared.store.layout import etag_of, pending_name, result_name
from shared.times import from_rfc3339

_UNCHANGED = "source.unchanged"


class EndedJob(NamedTuple):
    """A job that ended, and the version of the card it was sent for.

    `card_type` and the photograph's `last_modified` are as its permit has them; None where that
    wasn't read.
    """

    job: Job
    ending: Ending
    key: str
    version: str
    attempt: int
    card_type: CardType | None = None
    last_modified: str | None = None


def finish(pipeline: Pipeline, ended: EndedJob, evidence: Evidence) -> None:
    """Look at the photograph once more, then write the result.

    CI reads by key when the job runs. If another content lies there now, the text may be another
    person's: the result says so and holds none of it.
    """
    source = pipeline.store.head_source(ended.key)
    if source is not None and source.etag != etag_of(ended.version):
        ended = _with_permit(pipeline, ended, None)
        write_result(pipeline, _replaced(pipeline, ended, evidence))
    else:
        ended = _with_permit(pipeline, ended, source)
        write_result(pipeline, _result(pipeline, ended, source, evidence))


def write_result(pipeline: Pipeline, result: Result) -> None:
    """Write a result, once, and only then delete its attempt's pending object.

    A result that is there already is success: it never changes.
    """
    settings, key = pipeline.settings, result.source.key
    name = result_name(settings.output_prefix, key, result.version)
    created = pipeline.store.create_once(name, result.body(settings.minimum_score))
    pending = pending_name(settings.output_prefix, key, result.version, result.attempt)
    pipeline.store.delete(pending)
    pipeline.log.info(
        "result" if created else "result_exists",
        key=pipeline.log.key(key),
        version=result.version,
        attempt=result.attempt,
        outcome=result.outcome,
        code=result.error.code if result.error else None,
        delivered_by=result.evidence.delivered_by,
        job_id=result.job.job_id if result.job else None,
    )


def _result(
    pipeline: Pipeline, ended: EndedJob, source: Source | None, evidence: Evidence
) -> Result:
    job = ended.job
    return Result(
        source=pipeline.photograph(source) if source else _gone(pipeline, ended),
        version=ended.version,
        attempt=ended.attempt,
        outcome=ended.ending.outcome,
        card_type=_card_type(pipeline, ended),
        evidence=evidence,
        written_at=pipeline.at(),
        id_infos=job.container.id_infos if job.container else (),
        checks=(_unchanged(source, job, ended.last_modified),),
        job=job,
        error=ended.ending.error,
    )


def _replaced(pipeline: Pipeline, ended: EndedJob, evidence: Evidence) -> Result:
    message = "another content lies at the key now; CI may have read that one"
    return Result(
        source=_gone(pipeline, ended),
        version=ended.version,
        attempt=ended.attempt,
        outcome="failed",
        card_type=_card_type(pipeline, ended),
        evidence=evidence,
        written_at=pipeline.at(),
        checks=(Check(_UNCHANGED, passed=False, detail=message),),
        job=ended.job,
        error=ResultError("SourceReplaced", message, "source"),
    )


def _with_permit(pipeline: Pipeline, ended: EndedJob, source: Source | None) -> EndedJob:
    """The job with what its permit says, which is read only where that can make a difference."""
    is_typed = ended.card_type is not None or ended.job.card_type in CARD_TYPES
    if is_typed and not _may_have_been_put_back(ended, source):
        return ended
    prefix = pipeline.settings.output_prefix
    body = pipeline.store.read(pending_name(prefix, ended.key, ended.version, ended.attempt))
    permit = read_pending(body) if body is not None else None
    if permit is None:
        return ended
    return ended._replace(card_type=permit.card_type, last_modified=permit.source.last_modified)


def _may_have_been_put_back(ended: EndedJob, source: Source | None) -> bool:
    """Whether the photograph's time alone can't tell that it wasn't replaced and put back.

    So it is within the second in which the job was created, or the one before, where clocks differ.
    """
    created_at = ended.job.created_at
    if ended.last_modified or source is None or not source.last_modified or not created_at:
        return False
    return 0 <= from_rfc3339(created_at) - from_rfc3339(source.last_modified) <= 1


def _unchanged(source: Source | None, job: Job, seen: str | None) -> Check:
    """Whether what CI read is surely this version: there, and not written again since.

    `seen` is the photograph's time by its permit, None where it isn't needed or known. RFC 3339
    times in UTC sort as text.
    """
    if source is None:
        return Check(_UNCHANGED, passed=False, detail="the photograph is gone")
    if source.last_modified is None or job.created_at is None:
        return Check(_UNCHANGED, passed=False, detail="when it was written can't be compared")
    if source.last_modified > job.created_at:
        detail = "the photograph was written again after the job was created"
        return Check(_UNCHANGED, passed=False, detail=detail)
    if seen not in {None, source.last_modified}:
        detail = "the photograph was written again after its permit"
        return Check(_UNCHANGED, passed=False, detail=detail)
    return Check(_UNCHANGED, passed=True, detail=None)


def _card_type(pipeline: Pipeline, ended: EndedJob) -> CardType:
    """The job's own; where CI doesn't repeat it, the permit's; where that is gone, the rules'."""
    for card_type in CARD_TYPES:
        if ended.job.card_type == card_type:
            return card_type
    return ended.card_type or pipeline.settings.card_type_of(ended.key)


def _gone(pipeline: Pipeline, ended: EndedJob) -> Photograph:
    settings = pipeline.settings
    etag = etag_of(ended.version)
    return Photograph(settings.input_bucket, settings.region, ended.key, etag, None, None)
