"""What can be wrong with a result at the moment it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shared.jobs.reply import FOR_GOOD
from shared.store.layout import etag_of, pending_name
from tests.simulation.ci import PASSING, CiJob
from tests.simulation.cos import text_of
from tests.simulation.scheduler import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

Wrong = tuple[str, str]
# CI gave no result for the job that the result names: only a claim allows it.
_AFTER_A_JOB = frozenset({"NoResultInJob", "AttemptsExhausted"})
_REJECTED = frozenset({"EmptyObject", "ObjectTooLarge", "KeyNotXml", "NotAnImage"})


def wrong_with(
    world: World, process: Process, document: dict[str, Any], version: str
) -> Iterator[Wrong]:
    """Every rule that a new result breaks."""
    key = document["source"]["key"]
    if document["source"]["etag"] != etag_of(version) or not _existed(world, key, version):
        yield "results are of versions that existed", version
    if document["job"] is None:
        yield from _without_a_result(world, process, document, version)
        return
    job = world.ci.jobs.get(document["job"]["id"])
    if job is None or (job.key, job.version) != (key, version):
        yield "a result is its own job's", f"{document['job']['id']} of {version}"
        return
    if job.attempt != document["job"]["attempt"]:
        yield "a result names its attempt", f"{document['job']['attempt']} for {job.attempt}"
    if document["error"] and document["error"]["code"] in _AFTER_A_JOB:
        yield from _without_a_result(world, process, document, version)
    else:
        yield from _of_a_job(world, process, document, job)


def _without_a_result(
    world: World, process: Process, document: dict[str, Any], version: str
) -> Iterator[Wrong]:
    key, error = document["source"]["key"], document["error"]
    claims = [p for p in world.oracle.claims.values() if (p.key, p.version) == (key, version)]
    if process.name not in {claim.process for claim in claims}:
        yield "no result without a job or a claim", f"{error['code']} by {process.name}"
    code, stage = error["code"], error["stage"]
    if not _is_due(world, process, key, version, code):
        yield "every end has its reason", f"{code} at stage {stage}"


def _is_due(  # noqa: PLR0911 — one reason each
    world: World, process: Process, key: str, version: str, code: str
) -> bool:
    etag, jobs = etag_of(version), world.ci.of(key, version)
    claims = [p for p in world.oracle.claims.values() if (p.key, p.version) == (key, version)]
    first = min((claim.at for claim in claims if claim.may_be_sent), default=world.now())
    given_up = world.now() - first >= world.settings.give_up_after_seconds - 120
    match code:
        case "SourceGone":
            return _was(world, key, None)
        case "SourceUnreadable":
            return key in world.ever_refused
        case "SourceArchived":
            return key in world.archived
        case "SourceReplaced":
            return any(
                change.key == key and change.stored and change.stored.etag != etag
                for change in world.cos.photos.past
            )
        case "AttemptsExhausted" | "SubmissionUnknown" if world.had_archived(key, version):
            return True
        case "AttemptsExhausted":
            had = sum(job.is_lost for job in jobs)
            return had >= world.settings.max_attempts
        case "NoResultInJob":
            return given_up and any(job.hidden for job in jobs)
        case _ if code in _REJECTED:
            return not _is_image(world, key, etag)
        case _ if code in FOR_GOOD:
            said = world.oracle.refused_for_good
            # Where COS wouldn't take the result, the card waits with CI's word until give-up.
            return said.get((process.name, key)) == code or (given_up and code in said.values())
    return given_up


def _of_a_job(  # noqa: C901 — one rule each
    world: World, process: Process, document: dict[str, Any], job: CiJob
) -> Iterator[Wrong]:
    texts = {item["text"] for item in document["items"]}
    texts |= {text for text in document["fields"].values() if text is not None}
    unchanged = all(c["passed"] for c in document["checks"] if c["name"] == "source.unchanged")
    if texts - {text_of(job.read or "")}:
        yield "4 a token can't change what is written", "a text that CI didn't read"
    if document["outcome"] in {"recognised", "nothing_found"}:
        if job.state != "Success":
            yield "every end has its reason", f"{document['outcome']} of a job in {job.state}"
        if unchanged and job.read != etag_of(job.version):
            yield "7 foreign content", f"{job.job_id} read {job.read}, filed as {job.version}"
        if (document["outcome"] == "nothing_found") != (job.blank and not texts):
            yield "every end has its reason", "nothing found where something was"
        if not unchanged and not document["needs_review"]:
            yield "7 foreign content", "shown unmarked"
        is_known = not world.had_archived(job.key, job.version)
        is_known = is_known and job.key not in world.ever_refused
        if not unchanged and is_known and _is_untouched(world, job):
            yield "7 no untouched photo is flagged", f"{job.job_id} of {job.version}"
        if unchanged and not _was_there(world, process, job):
            yield "7 foreign content", "the photo is gone, and nothing says so"
        is_shown = world.refused.get(job.key) != 400  # else it counts as gone
        if texts and is_shown and _was_replaced_throughout(world, process, job):
            yield "7 foreign content", "fields of a photo that had been replaced"
    elif texts:
        yield "7 foreign content", "a failed result holds text"
    else:
        yield from _failed(world, document, job)


def _failed(world: World, document: dict[str, Any], job: CiJob) -> Iterator[Wrong]:
    code = document["error"]["code"]
    if code == "SourceReplaced":
        etag = etag_of(job.version)
        past = world.cos.photos.past
        reason = any(c.key == job.key and c.stored and c.stored.etag != etag for c in past)
    elif code == "Cancelled":
        reason = job.state == "Cancel"
    else:
        reason = job.state == "Failed" and code == job.code and code not in PASSING
    if not reason:
        yield "every end has its reason", f"{code} of a job in {job.state} ({job.code})"


def _was_replaced_throughout(world: World, process: Process, job: CiJob) -> bool:
    """Whether another content lay there ever since the process began."""
    start, end = process.started_at, world.now()
    photos, etag = world.cos.photos, etag_of(job.version)
    if photos.held(job.key, etag, start, end):
        return False
    return not photos.held(job.key, None, start, end)


def _was_there(world: World, process: Process, job: CiJob) -> bool:
    """Whether what the job is about lay there at any moment since the process began."""
    etag = etag_of(job.version)
    return world.cos.photos.held(job.key, etag, process.started_at, world.now())


def _is_untouched(world: World, job: CiJob) -> bool:
    """Whether nothing happened to the photo since before its claim."""
    prefix = world.settings.output_prefix
    claim = world.oracle.claims.get(pending_name(prefix, job.key, job.version, job.attempt))
    return claim is not None and not world.cos.photos.changed(job.key, claim.started_at)


def _existed(world: World, key: str, version: str) -> bool:
    return _was(world, key, etag_of(version))


def _was(world: World, key: str, etag: str | None) -> bool:
    return any(
        change.key == key and (change.stored.etag if change.stored else None) == etag
        for change in world.cos.photos.past
    )


def _is_image(world: World, key: str, etag: str) -> bool:
    for change in world.cos.photos.past:
        stored = change.stored
        if change.key == key and stored is not None and stored.etag == etag:
            return bool(stored.body) and stored.content_type.startswith("image/")
    return False
