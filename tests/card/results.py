"""A result of each outcome, as docs/result.schema.json has it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from shared.card import NO_FIELDS

Result = dict[str, Any]

SOURCE = {
    "bucket": "cards-1250000000",
    "region": "ap-guangzhou",
    "key": "uploads/样本 1.jpg",
    "etag": "9a0364b9e99bb480dd25e1f0284c8555",
    "size": 12345,
    "last_modified": "2026-01-02T03:04:05Z",
    "version_id": None,
}
JOB = {
    "id": "ac7c990a00bf211ed946af9e0691f2b7a",
    "queue_id": "pcd463e1467964d39ad2d3f66aacd8199",
    "state": "Success",
    "created_at": "2026-01-02T03:04:06Z",
    "started_at": "2026-01-02T03:04:06Z",
    "ended_at": None,
    "attempt": 1,
}
PAST_ATTEMPT = {
    "attempt": 1,
    "claimed_at": "2026-01-02T03:04:05Z",
    "job_id": JOB["id"],
    "state": "Success",
    "code": None,
}
EVIDENCE = {
    "delivered_by": "callback",
    "format": "json",
    "verified": True,
    "received_at": "2026-01-02T03:04:08.250Z",
}
ERROR = {"code": "SourceReplaced", "message": "the photo was replaced", "stage": "source"}
NAME = {"label": "姓名", "field": "name", "text": "样本甲", "score": 99, "polygon": [[1, 2.5]] * 4}
FAILED_CHECK = {"name": "source.unchanged", "passed": False, "detail": "written again since"}


def result(outcome: str, **changes: object) -> Result:
    empty: Result = {
        "schema": "card-ocr.result.v1",
        "outcome": outcome,
        "card_type": "IDCard",
        "source": SOURCE,
        "fields": NO_FIELDS["IDCard"],
        "items": [],
        "checks": [],
        "needs_review": False,
        "job": JOB,
        "attempts": [PAST_ATTEMPT],
        "trigger": "upload",
        "error": None,
        "evidence": EVIDENCE,
        "release": "0.1.0",
        "written_at": "2026-01-02T03:04:09Z",
    }
    return deepcopy({**empty, **changes})


RECOGNISED = result(
    "recognised",
    fields={**NO_FIELDS["IDCard"], "name": "样本甲", "birth_date": "1974-12-01"},
    items=[NAME, {"label": "?", "field": None, "text": "", "score": None, "polygon": []}],
    checks=[{"name": "source.unchanged", "passed": True, "detail": None}],
)
LICENCE = result(
    "recognised",
    card_type="DriverLicense",
    fields={**NO_FIELDS["DriverLicense"], "valid_from": "2015-01-01", "valid_until": "长期"},
    items=[{**NAME, "field": "valid_from"}],
    checks=[{"name": "valid_until.format", "passed": False, "detail": "no date"}],
    needs_review=True,
)
NOTHING_FOUND = result(
    "nothing_found",
    items=[{**NAME, "text": ""}],
    checks=[{"name": "status.agrees", "passed": True, "detail": None}],
)
FAILED = result("failed", error=ERROR)
FAILED_AT_SUBMISSION = result(
    "failed",
    job=None,
    error={**ERROR, "stage": "submit"},
    evidence={**EVIDENCE, "delivered_by": "submit", "format": "api"},
)
REJECTED = result(
    "rejected",
    job=None,
    error={"code": "TooLarge", "message": None, "stage": "submit"},
    evidence={**EVIDENCE, "delivered_by": "sweep", "format": "api"},
)
REJECTED_FOR_ITS_TYPE = {**REJECTED, "card_type": None, "fields": {}}
VALID = {
    "recognised": RECOGNISED,
    "licence": LICENCE,
    "nothing_found": NOTHING_FOUND,
    "failed": FAILED,
    "failed_at_submission": FAILED_AT_SUBMISSION,
    "rejected": REJECTED,
    "rejected_for_its_type": REJECTED_FOR_ITS_TYPE,
}
