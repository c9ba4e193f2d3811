"""What each function's role allows. Tests hold this against every call the functions make.

No role may read a photo's content: CI reads it, in a role of its own. Action names: COS
436/31923, CI 460/41741. `name/cos:GetBucket` lists, and is what makes an absent object read as 404
and not as 403: no page of COS says so, S3 does it, and a 403 would stop every function. Its
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
    "ETag, size and metadata, or that it is gone; never its content",
)
_WRITES_RESULTS = Grant(
    Place.RESULTS,
    (HEAD, LIST, PUT),
    "whether there is a result; create-once",
)
_LETS_CI_READ = Grant(
    Place.CI_ROLE, (PASS_ROLE,), "lets CI read the photo in its own role, for a job"
)

GRANTS: Mapping[str, tuple[Grant, ...]] = {
    "submit": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (PUT, GET, DELETE, LIST),
            "the claim: create-once, read back if a reply was lost, released",
        ),
        _WRITES_RESULTS,
        Grant(Place.HOLDS, (LIST,), "whether sending is held"),
        Grant(Place.SINCE, (GET, LIST), "whether a photo whose key came encoded is of our time"),
        Grant(Place.JOBS, (CREATE_JOB,), "one job for each claim"),
        _LETS_CI_READ,
    ),
    "callback": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (GET, LIST, DELETE),
            "whether the card is pending, and what its claim saw; what is no longer pending",
        ),
        Grant(Place.RESULTS, (HEAD, PUT), "create-once; whether there is a result"),
        Grant(Place.JOBS, (DESCRIBE_JOB,), "CI's own word on the job"),
    ),
    "sweep": (
        _SEES_PHOTOS,
        Grant(
            Place.PENDING,
            (HEAD, LIST, PUT, GET, DELETE),
            "finds what is pending, claims the next attempt, clears up",
        ),
        _WRITES_RESULTS,
        Grant(Place.RESULTS, (GET,), "which jobs a result names, before what is pending goes"),
        Grant(Place.DELETED, (PUT,), "a record of the jobs that no result names"),
        Grant(
            Place.STATE,
            (LIST, PUT, GET, DELETE),
            "its canary, cursors, counts, status and holds",
        ),
        Grant(
            Place.JOBS,
            (CREATE_JOB, DESCRIBE_JOB, LIST_JOBS),
            "sends, looks at and looks for jobs",
        ),
        _LETS_CI_READ,
    ),
}
