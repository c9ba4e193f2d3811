"""Decides what becomes of one attempt: by the photo, by CI's answer, by how its job ended.

rejection         why no job may be sent for a photo
decide_claimed    an attempt that was just claimed, and the photo
decide_answer     CI's answer to the POST
job_outcome       how a job ended
decide_result     a job that ended, and the photo
result_of         the result that a step asks for

Everything here is pure: no request, no clock, no log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.card import CARD_TYPES, NO_FIELDS, CardType, Check, Item
from shared.documents import (
    Attempt,
    AttemptError,
    Evidence,
    PastAttempt,
    Result,
    ResultError,
)
from shared.jobs import Accepted, Job, RefusedForGood, Submission, Unknown, Waiting
from shared.pipeline import steps
from shared.pipeline.steps import Wait, WriteResult
from shared.settings.load import Settings
from shared.store import Photo
from shared.store.layout import etag_of
from shared.times import from_rfc3339

EXHAUSTED = "AttemptsExhausted"
LONGEST_CLOCK_WAIT_SECONDS = 5
# CI failed for a reason that may be gone soon: the next attempt may succeed.
PASSING = frozenset({"InternalError", "ServiceUnavailable", "ResourceDownloadFailed"})
NO_RESULT = "NoResultInJob"
NO_JOB = "NoSuchJob"
SOURCE_UNREADABLE = "SourceUnreadable"
SOURCE_ARCHIVED = "SourceArchived"
DENIED_TEXT = "COS denies the photo (403); look at the bucket's policy and at KMS"
_PROBLEMS = {
    SOURCE_UNREADABLE: "COS won't show the photo (400), not to CI either: it is encrypted with the "
    "uploader's own key (SSE-C); upload it without that key",
    SOURCE_ARCHIVED: "the photo is archived, so CI can't read it; restore it, then call "
    "`card-ocr rerun`",
}
LOST = frozenset({"Failed", "unknown"})
"""States of a past job that gave no result: it failed, or nobody knows how it ended."""
AFTER_A_JOB = frozenset({EXHAUSTED, NO_RESULT})
NOT_AN_IMAGE = "NotAnImage"
_NO_IMAGE_TYPES = (
    *("video/", "audio/", "font/"),
    *("application/pdf", "application/json", "application/xml", "application/zip"),
)
_IMAGE_EXTENSIONS = frozenset(
    {"jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp", "tif", "tiff", "heic", "heif"}
)
# Documents, archives, media, fonts, scripts, and what file systems and downloads leave behind.
_NO_IMAGE_EXTENSIONS = frozenset(
    {
        *("json", "txt", "csv", "tsv", "xml", "html", "htm", "md", "log", "yml", "yaml", "ini"),
        *("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "odt", "ods", "ofd", "wps"),
        *("zip", "gz", "tgz", "bz2", "xz", "zst", "tar", "rar", "7z", "iso", "dmg", "jar", "apk"),
        *("mp4", "mov", "avi", "mkv", "webm", "m4v", "mp3", "wav", "m4a", "flac", "ogg", "amr"),
        *("ttf", "otf", "woff", "woff2", "eot"),
        *("js", "mjs", "ts", "css", "py", "sh", "bat", "ps1", "php", "exe", "dll", "so", "sql"),
        *("wmv", "flv", "mpg", "mpeg", "3gp", "eml", "msg", "db", "sqlite"),
        *("lnk", "url", "torrent", "filepart", "opdownload", "xltd", "td", "icloud", "gitkeep"),
        *("aae", "xmp", "part", "partial", "crdownload", "download", "tmp", "temp", "bak", "swp"),
    }
)
_NO_IMAGE_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db", ".localized"})
_NO_IMAGE_STARTS = ("._", "~$", ".~lock.", ".nfs")
# Characters that XML 1.0 can't carry unchanged: control characters except tab and line feed (a
# carriage return arrives as a line feed), lone surrogates, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def job_outcome(job: Job) -> steps.Finish | steps.Leave:  # noqa: PLR0911 — one way to end each
    """Return how a job ended, or why there is nothing to write yet."""
    if job.state == "Cancel":
        return steps.Finish(job, "failed", ResultError("Cancelled", job.message, "job"))
    if job.state == "Failed":
        code = job.code or "JobFailed"
        if code in PASSING:
            return steps.Leave(code)
        return steps.Finish(job, "failed", ResultError(code, job.message, "job"))
    if job.state != "Success":
        return steps.Leave("NotFinished")
    container = job.container
    if container is None:
        return steps.Leave(NO_RESULT)
    if container.state == "Failed":
        code = container.code or "RecognitionFailed"
        return steps.Finish(job, "failed", ResultError(code, container.message, "job"))
    has_text = any(info.text.strip() for info in container.id_infos)
    return steps.Finish(job, "recognised" if has_text else "nothing_found", None)


def rejection(settings: Settings, photo: Photo) -> ResultError | None:
    """Return why no job may be sent for the photo, None if one may."""
    if photo.size == 0:
        return ResultError("EmptyObject", "the object has no content", "source")
    if photo.size > (most := settings.max_object_bytes):
        text = f"{photo.size} bytes are more than MAX_OBJECT_BYTES, {most}"
        return ResultError("ObjectTooLarge", text, "source")
    if not fits_xml(photo.key):
        text = "the key has characters that XML can't carry to CI"
        return ResultError("KeyNotXml", text, "source")
    problem = _why_no_image(photo)
    return ResultError(NOT_AN_IMAGE, problem, "source") if problem else None


def _why_no_image(photo: Photo) -> str | None:
    content_type = photo.content_type.strip().lower()
    name = photo.key.rpartition("/")[2].lower().strip()
    _, dot, extension = name.rpartition(".")
    is_text = content_type.startswith("text/") and extension not in _IMAGE_EXTENSIONS
    if is_text or content_type.startswith(_NO_IMAGE_TYPES):
        return "the Content-Type is that of something else"
    if content_type.startswith("image/"):
        return None
    if name in _NO_IMAGE_NAMES or name.startswith(_NO_IMAGE_STARTS) or name.endswith("~"):
        return "the name is that of a file that a system or an editor leaves behind"
    if dot and extension in _NO_IMAGE_EXTENSIONS:
        return f"the extension .{extension} is that of something else"
    return None


def fits_xml(key: str) -> bool:
    """Return whether XML carries an object key to CI unchanged."""
    return not _NOT_XML.search(key)


def decide_claimed(  # noqa: PLR0911 — one step each
    attempt: Attempt, photo: Photo | None, settings: Settings, ended: WriteResult | None = None
) -> steps.Post | Wait | WriteResult:
    """Decide what becomes of an attempt that was just claimed.

    `photo` is what HEAD saw before the claim, None if it is gone. `ended` is the result of a card
    that is given up.
    """
    if photo is None:
        return WriteResult("failed", ResultError("SourceGone", "the photo is gone", "source"))
    if photo.etag != etag_of(attempt.version):
        text = "the key has other content now"
        return WriteResult("failed", ResultError("SourceReplaced", text, "source"))
    if ended is not None:
        return ended
    if photo.problem == "denied":
        return Wait(SOURCE_UNREADABLE, DENIED_TEXT, "configuration")
    if photo.problem is not None:
        code = SOURCE_ARCHIVED if photo.problem == "archived" else SOURCE_UNREADABLE
        return WriteResult("rejected", ResultError(code, _PROBLEMS[code], "source"))
    if attempt.card_type is None:
        text = f"x-cos-meta-card-type can be {' or '.join(CARD_TYPES)}"
        return WriteResult("rejected", ResultError("UnknownCardType", text, "source"))
    reason = rejection(settings, photo)
    if reason is not None:
        return WriteResult("rejected", reason)
    if photo.last_modified is not None and photo.seen_at is None:
        return Wait("ClockBehind", "COS's reply to the HEAD had no Date")
    delay = clock_wait(photo)
    if delay > LONGEST_CLOCK_WAIT_SECONDS:
        return Wait("ClockBehind", "COS's clock is behind the photo's Last-Modified")
    return steps.Post(delay, attempt.card_type)


def clock_wait(photo: Photo) -> float:
    """Return the seconds from the HEAD to the end of the Last-Modified second, by COS's clock.

    An object that replaces the photo after that has a later Last-Modified.
    """
    if photo.last_modified is None or photo.seen_at is None:
        return 0
    return max(0, from_rfc3339(photo.last_modified) + 1 - photo.seen_at)


def decide_answer(attempt: Attempt, submission: Submission, at: str) -> steps.Record | WriteResult:
    """Decide what CI's answer to the POST means. `at` is the time, RFC 3339."""
    sent = attempt._replace(first_sent_at=attempt.first_sent_at or attempt.claimed_at)
    match submission:
        case Accepted(job_id):
            return steps.Record(sent._replace(state="submitted", job_id=job_id))
        case Unknown(code, request_id):
            error = AttemptError(code, None, None, at)
            return steps.Record(sent._replace(state="unknown", error=error), request_id)
        case RefusedForGood(code, message):
            return WriteResult("failed", ResultError(code, message, "submit"))
        case Waiting(code, message, refusal, request_id):
            was_sent = refusal != "held" and code != "NoConnection"
            waiting = (sent if was_sent else attempt)._replace(
                state="waiting",
                refusals=attempt.refusals + int(refusal != "held"),
                error=AttemptError(code, message, refusal, at),
            )
            return steps.Record(waiting, request_id)


def decide_result(attempt: Attempt, step: steps.Finish, photo: Photo | None) -> WriteResult:
    """Decide the result of a job that ended, from what HEAD shows of the photo now.

    CI reads by key when the job runs. If the key has other content now, the text may be another
    person's: the result says `SourceReplaced` and holds no field.
    """
    if photo is not None and photo.etag != etag_of(attempt.version):
        text = "the key has other content now; CI may have read that"
        error = ResultError("SourceReplaced", text, "source")
        return WriteResult("failed", error, step.job, _unchanged(text))
    check = _compared(attempt, photo)
    if step.outcome == "failed" and check.passed:
        return WriteResult("failed", step.error, step.job)
    return WriteResult(step.outcome, step.error, step.job, check)


def _compared(attempt: Attempt, photo: Photo | None) -> Check:
    """Compare what HEAD shows now with what the claim saw."""
    seen = attempt.source
    if photo is None:
        return _unchanged("the photo is gone")
    if seen.last_modified is None and seen.version_id is None:
        return _unchanged("what the claim saw is not known")
    if _names_a_version(seen.version_id) or _names_a_version(photo.version_id):
        is_same = seen.version_id == photo.version_id
    else:
        is_same = seen.last_modified == photo.last_modified
    return _unchanged(None if is_same else "the photo was written again after the claim")


def _names_a_version(version_id: str | None) -> bool:
    """Return whether the id names one version. Under suspended versioning every id is `null`."""
    return version_id not in {None, "null"}


def _unchanged(problem: str | None) -> Check:
    return Check("source.unchanged", passed=problem is None, detail=problem)


def result_of(
    settings: Settings, attempt: Attempt, step: WriteResult, evidence: Evidence, written_at: str
) -> Result:
    """Make the result of a card. If CI read anything, get fields, items and checks from it.

    `written_at` is RFC 3339.
    """
    card_type = _card_type(settings, attempt, step)
    checks: tuple[Check, ...] = (step.check,) if step.check else ()
    fields: Mapping[str, str | None] = NO_FIELDS[card_type] if card_type else {}
    items: tuple[Item, ...] = ()
    job = step.job
    if card_type and job and job.container and step.error is None:
        from shared.card.reading import read_card  # noqa: PLC0415 — see shared/card

        card = read_card(
            card_type,
            job.container.id_infos,
            status=job.container.status,
            at=job.created_at or written_at,
            minimum_score=settings.minimum_score,
        )
        fields, items, checks = card.fields, card.items, checks + card.checks
    return Result(
        source=attempt.source,
        version=attempt.version,
        attempt=attempt.attempt - 1 if _is_of_last_attempt(step) else attempt.attempt,
        outcome=step.outcome,
        card_type=card_type,
        trigger=attempt.trigger,
        evidence=evidence,
        written_at=written_at,
        fields=fields,
        items=items,
        checks=checks,
        needs_review=not evidence.verified or bool([one for one in checks if not one.passed]),
        job=job,
        attempts=_history(attempt, step),
        error=step.error,
    )


def _is_of_last_attempt(step: WriteResult) -> bool:
    """Return whether the claim for the result is a later one than the claim for its job."""
    return step.job is not None and step.error is not None and step.error.code in AFTER_A_JOB


def _history(attempt: Attempt, step: WriteResult) -> tuple[PastAttempt, ...]:
    if step.job is None or _is_of_last_attempt(step):
        return attempt.attempts
    own = attempt.past(step.job)
    others = attempt.attempts
    if attempt.job_id not in {None, own.job_id}:  # CI made two jobs of one POST
        others = (*others, attempt.past())
    if not others:
        return (own,)
    name = (own.attempt, own.job_id)
    others = tuple([one for one in others if (one.attempt, one.job_id) != name])
    # If CI made several jobs of one POST, sweep took the oldest that is not lost.
    younger = [one for one in others if one.attempt == own.attempt and one.state not in LOST]
    return (*(one for one in others if one not in younger), own, *younger)


def _card_type(settings: Settings, attempt: Attempt, step: WriteResult) -> CardType | None:
    """Return the job's type; else the claim's; else the rules' (not for a rejection)."""
    named = step.job.card_type if step.job else None
    found = next((known for known in CARD_TYPES if known == named), attempt.card_type)
    if found is None and step.outcome != "rejected":
        return settings.card_type_of(attempt.source.key)
    return found
