"""What each function's role allows. Tests compare this with every call that the functions make.

No role may read a photo's content; CI reads it, in a role of its own. Action names: COS 436/31923,
CI 460/41741. `name/cos:GetBucket` allows listing. Without it, S3 answers 403 instead of 404 for an
absent object. No page of COS says whether COS does too; a 403 would stop every function. Its
resource is the folder, as in COS's own example (436/35265).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deploy.roles.scope import Place

HEAD, GET, PUT, DELETE, LIST = (
    f"name/cos:{name}"
    for name in ("HeadObject", "GetObject", "PutObject", "DeleteObject", "GetBucket")
)
CREATE_JOB = "ci:CreateMediaJobs"
DESCRIBE_JOB = "ci:DescribeMediaJob"  # GET /jobs/<id>: in the singular
LIST_JOBS = "ci:DescribeMediaJobs"
PASS_ROLE = "cam:PassRole"  # noqa: S105 — an action, no password


class Grant(NamedTuple):
    """Actions on one place, and what the function needs them for."""

    place: Place
    actions: tuple[str, ...]
    why: str


_SEES_PHOTOS = Grant(
    Place.PHOTOS,
    (HEAD, LIST),
    "reads ETag, size and metadata, or that the photo is gone; never its content",
)
_WRITES_RESULTS = Grant(
    Place.RESULTS,
    (HEAD, LIST, PUT),
    "checks for a result; writes it create-once",
)
_LETS_CI_READ = Grant(
    Place.CI_ROLE, (PASS_ROLE,), "lets CI read the photo for a job, in CI's own role"
)

GRANTS: Mapping[str, tuple[Grant, ...]] = {
    "submit": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (PUT, GET, DELETE, LIST),
            "claims: creates once, reads back if a reply was lost, releases",
        ),
        _WRITES_RESULTS,
        Grant(Place.HOLDS, (LIST,), "checks whether sending is held"),
        Grant(
            Place.SINCE,
            (GET, LIST),
            "checks whether a photo whose key came encoded was uploaded since the deployment",
        ),
        Grant(Place.JOBS, (CREATE_JOB,), "makes one job for each claim"),
        _LETS_CI_READ,
    ),
    "callback": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (GET, LIST, DELETE),
            "reads the pending object; deletes it when the result is written",
        ),
        Grant(Place.RESULTS, (HEAD, PUT), "checks for a result; writes it create-once"),
        Grant(Place.JOBS, (DESCRIBE_JOB,), "asks CI itself about the job"),
    ),
    "sweep": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (HEAD, LIST, PUT, GET, DELETE),
            "finds pending objects, claims the next attempt, clears up",
        ),
        _WRITES_RESULTS,
        Grant(
            Place.RESULTS,
            (GET,),
            "reads which jobs a result names, before it deletes a pending object",
        ),
        Grant(Place.DELETED, (PUT,), "records the jobs that no result names"),
        Grant(
            Place.STATE,
            (LIST, PUT, GET, DELETE),
            "keeps its canary, cursors, counts, status and holds",
        ),
        Grant(
            Place.JOBS,
            (CREATE_JOB, DESCRIBE_JOB, LIST_JOBS),
            "makes jobs, reads them, and looks for lost ones",
        ),
        _LETS_CI_READ,
    ),
}
