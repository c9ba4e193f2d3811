"""What CI's answer to POST /jobs means, decided from status and body alone.

Source: CI's common error codes (1045/49353); which of them are refusals for now, which for good,
and which leave open whether a job was made.
"""

from __future__ import annotations

import re

from shared.jobs import (
    UNREADABLE,
    Accepted,
    RefusalClass,
    RefusedForGood,
    Submission,
    Unknown,
    Waiting,
)
from shared.jobs.reply import error_in, jobs_in_xml

FOR_GOOD = frozenset({"ResourceNotFound", "ResourceNotSupported", "UnavailableForLegalReasons"})
_CAPACITY = frozenset({"QueueSaturated", "QueuePaused"})
_CONFIGURATION = frozenset(
    {"AccessDenied", "ResourceAccessDenied", "CIRoleNotExist", "QueueNotFound"}
)
# It goes into a log line: one that could hold anything else is none.
_REQUEST_ID = re.compile("[A-Za-z0-9+/=_-]{1,128}")
_UNAUTHORISED = 401
_TOO_MANY_REQUESTS = 429


def meaning(status: int, body: bytes, request_id: str | None = None) -> Submission:
    """What became of the job, from the reply's HTTP status, body and x-ci-request-id."""
    request_id = request_id if _REQUEST_ID.fullmatch(request_id or "") else None
    if status < 300:  # noqa: PLR2004 — HTTP's classes of status
        return _accepted(body, request_id)
    if status >= 500:  # noqa: PLR2004
        return Unknown(error_in(body)[0] or f"HTTP{status}", request_id)
    code, message = error_in(body)
    code = code or f"HTTP{status}"
    if code in FOR_GOOD:
        return RefusedForGood(code, message)
    return Waiting(code, message, refusal_class(status, code), request_id)


def refusal_class(status: int, code: str) -> RefusalClass:
    """Why CI refused: it is full, we are not set up right, or something about this job."""
    if status == _TOO_MANY_REQUESTS or code in _CAPACITY:
        return "capacity"
    redirected = 300 <= status < 400  # noqa: PLR2004
    unset = code in _CONFIGURATION or code.endswith("UnBinded")
    if redirected or status == _UNAUTHORISED or unset:
        return "configuration"
    return "other"


def _accepted(body: bytes, request_id: str | None) -> Submission:
    try:
        jobs = jobs_in_xml(body)
    except ValueError:
        return Unknown(UNREADABLE, request_id)
    job_id = jobs[0].job_id if jobs else None
    return Accepted(job_id) if job_id else Unknown("NoJobId", request_id)
