"""What each function's role allows, and where. Tests compare this with the functions' every call.

No role may read a photo's content; CI reads it, in a role of its own. Action names: COS 436/31923,
CI 460/41741. `name/cos:GetBucket` allows listing. Without it, S3 answers 403 instead of 404 for an
absent object. No page of COS says whether COS does too; a 403 would stop every function. Its
resource is the folder, as in COS's own example (436/35265).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from deploy.api.advice import CI_ROLE
from shared.errors import ConfigurationError
from shared.settings.load import Settings


class Place(Enum):
    """The objects or jobs that a grant is about."""

    PHOTOS = "INPUT_PREFIX"
    PENDING = "pending/"
    RESULTS = "results/"
    STATE = "state/"
    HOLDS = "state/holds/"
    SINCE = "state/since.json"
    DELETED = "deleted/"
    JOBS = "the jobs of the input bucket"
    CI_ROLE = CI_ROLE.name


class Scope(NamedTuple):
    """One deployment. `account` is the number (UIN) of the account that owns it, not its APPID."""

    region: str
    account: str
    input_bucket: str
    input_prefix: str
    output_bucket: str
    output_prefix: str

    @classmethod
    def of(cls, settings: Settings, account: str) -> Scope:
        """Return the scope of the deployment that has these settings.

        Raises:
            ConfigurationError: a prefix holds `*`, which means any characters in a policy.
        """
        prefixes = {"INPUT_PREFIX": settings.input_prefix, "OUTPUT_PREFIX": settings.output_prefix}
        for name, prefix in prefixes.items():
            if "*" in prefix:
                raise ConfigurationError(
                    name, f"is {prefix!r}; choose one without *, since * widens the roles' policies"
                )
        return cls(
            region=settings.region,
            account=account,
            input_bucket=settings.input_bucket,
            input_prefix=settings.input_prefix,
            output_bucket=settings.output_bucket,
            output_prefix=settings.output_prefix,
        )

    def resource(self, place: Place) -> str:
        """Return the resource of a place, in CAM's six parts.

        COS: 436/31923. CI: 460/41741; CI's newest pages leave the region of some actions empty.
        PassRole: with the account's UIN, in the form that Tencent's own products print.
        """
        match place:
            case Place.CI_ROLE:
                return f"qcs::cam::uin/{self.account}:roleName/{CI_ROLE.name}"
            case Place.JOBS:
                appid = _appid(self.input_bucket)
                return f"qcs::ci:{self.region}:uid/{appid}:bucket/{self.input_bucket}/*"
            case Place.PHOTOS:
                return self._objects(self.input_bucket, self.input_prefix)
            case _:
                return self._objects(self.output_bucket, f"{self.output_prefix}{place.value}")

    def _objects(self, bucket: str, prefix: str) -> str:
        return f"qcs::cos:{self.region}:uid/{_appid(bucket)}:{bucket}/{prefix}*"


def _appid(bucket: str) -> str:
    return bucket.rpartition("-")[2]


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
