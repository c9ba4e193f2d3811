"""Classifies CI's answer to POST /jobs by status and body alone.

Source: CI's common error codes (1045/49353). Some are refusals for now, some for good, and some
leave open whether CI made a job.
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
_CAPACITY = frozenset(
    {"QueueSaturated", "QueuePaused", "NoConnection", "TooManyRequests", "SlowDown", "HTTP429"}
)
_CONFIGURATION = frozenset(
    {
        *("AccessDenied", "ResourceAccessDenied", "CIRoleNotExist", "QueueNotFound"),
        *("Unauthorized", "HTTP401", "PermanentRedirect", "TemporaryRedirect"),
        *(f"HTTP{status}" for status in range(300, 400)),
    }
)
# It goes into a log line: one that could hold anything else is none.
_REQUEST_ID = re.compile("[A-Za-z0-9+/=_-]{1,128}")


def meaning(status: int, body: bytes, request_id: str | None = None) -> Submission:
    """Return what became of the job, by the reply's HTTP status, body and x-ci-request-id."""
    request_id = request_id if _REQUEST_ID.fullmatch(request_id or "") else None
    if status < 300:  # noqa: PLR2004 — HTTP's classes of status
        return _accepted(body, request_id)
    if status >= 500:  # noqa: PLR2004
        return Unknown(error_in(body)[0] or f"HTTP{status}", request_id)
    code, message = _code_of(status, *error_in(body))
    if code in FOR_GOOD:
        return RefusedForGood(code, message)
    return Waiting(code, message, refusal_class(code), request_id)


def refusal_class(code: str) -> RefusalClass:
    """Return why CI refused, by the Code alone: it is full, we are not set up right, or neither."""
    if code in _CAPACITY:
        return "capacity"
    is_unset = code in _CONFIGURATION or code.endswith("UnBinded")
    return "configuration" if is_unset else "other"


def _code_of(status: int, code: str | None, message: str | None) -> tuple[str, str | None]:
    """Return the Code to record, and the message.

    A 3xx, 401 or 429 says more than a Code that nobody knows: it takes the Code's place.
    """
    by_status = f"HTTP{status}"
    if code is None:
        return by_status, message
    if code in FOR_GOOD or refusal_class(code) != "other" or refusal_class(by_status) == "other":
        return code, message
    return by_status, ": ".join(text for text in (code, message) if text)


def _accepted(body: bytes, request_id: str | None) -> Submission:
    try:
        jobs = jobs_in_xml(body)
    except ValueError:
        return Unknown(UNREADABLE, request_id)
    job_id = jobs[0].job_id if jobs else None
    return Accepted(job_id) if job_id else Unknown("NoJobId", request_id)
