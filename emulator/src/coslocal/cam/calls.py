"""Which action on which resource each request is, for COS and for CI.

Sources: the actions of COS (436/31923; English 436/30580), of CI (460/41741 and the page of each
API), and how their resources are written. Assumed, since no page says it: GET Bucket is authorised
against its prefix, as in the example of 436/35265, and CI's requests against the whole bucket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple


class Call(NamedTuple):
    """An action on a resource, as CAM names them."""

    action: str
    resource: str


GET_BUCKET: Final = "cos:GetBucket"  # 436/7734
CI_ROLE: Final = "CI_QCSRole"
"""The role that CI reads objects with."""

_OBJECT_ACTIONS: Final = {
    "HEAD": "cos:HeadObject",  # 436/7745
    "GET": "cos:GetObject",  # 436/7753
    "PUT": "cos:PutObject",  # 436/7749
    "POST": "cos:PostObject",  # 436/14690
    "DELETE": "cos:DeleteObject",  # 436/7743
}
_LISTING: Final = {
    "prefix",
    "marker",
    "max-keys",
    "delimiter",
    "encoding-type",
    # S3's second listing
    "list-type",
    "continuation-token",
    "start-after",
    "fetch-owner",
}
_BUCKET_ACTIONS: Final = {
    ("GET", "versioning"): "cos:GetBucketVersioning",  # 436/19888
    ("PUT", "versioning"): "cos:PutBucketVersioning",  # 436/19889
    ("GET", "lifecycle"): "cos:GetBucketLifecycle",  # 436/8278
    ("GET", "object-lock"): "cos:GetBucketObjectLock",  # 598/57092
    ("GET", "policy"): "cos:GetBucketPolicy",  # 436/8276
    ("GET", "acl"): "cos:GetBucketACL",  # 436/7733
    ("HEAD", None): "cos:HeadBucket",  # 436/7735
    ("PUT", None): "cos:PutBucket",  # 436/7738
}
_CI_ACTIONS: Final = (
    ("POST", "/jobs", "ci:CreateMediaJobs"),  # the page of ImageLicenseRec
    ("GET", "/jobs", "ci:DescribeMediaJobs"),  # 460/84766
    ("GET", "/jobs/[^/]+", "ci:DescribeMediaJob"),  # 436/85084
    ("PUT", "/jobs/[^/]+", "ci:CancelMediaJob"),  # 436/85082
    ("GET", "/", "ci:DescribeCIBuckets"),  # 460/97481
    ("PUT", "/", "ci:CreateCIBucket"),  # 1045/33701
    ("POST", "/ai_bucket", "ci:CreateAiProcessBucket"),  # 1045/72920
    ("GET", "/ai_bucket", "ci:DescribeAiProcessBucket"),  # 460/79594
    ("GET", "/ai_queue", "ci:DescribeAiProcessQueues"),  # 460/79394
    ("PUT", "/ai_queue/[^/]+", "ci:UpdateAiProcessQueue"),  # 1045/72924
)
_OF_NO_BUCKET: Final = {"ci:DescribeCIBuckets", "ci:DescribeAiProcessBucket"}
_OTHER: Final = "Other"
"""What is no row of these tables: nothing but a `*` allows it."""


def cos_call(
    region: str,
    bucket: str | None,
    method: str,
    key: str | None,
    parameters: Sequence[tuple[str, str]],
) -> Call:
    """Return what a request to COS asks for; `key` is None for the bucket itself."""
    if bucket is None:
        return Call("cos:GetService", "*")  # 436/8291
    given = dict(parameters)
    if key is not None:
        action = f"cos:{_OTHER}" if given else _OBJECT_ACTIONS.get(method, f"cos:{_OTHER}")
        return Call(action, object_resource(region, bucket, key))
    if method == "GET" and given.keys() <= _LISTING:
        return Call(GET_BUCKET, object_resource(region, bucket, given.get("prefix", "")))
    subject = next(iter(given), None)
    action = _BUCKET_ACTIONS.get((method, subject), f"cos:{_OTHER}")
    return Call(action, object_resource(region, bucket, ""))


def ci_calls(
    region: str, bucket: str | None, account: str, method: str, path: str
) -> Iterator[Call]:
    """Yield what a request to CI asks for; a job is run in a role that the caller passes on."""
    action = next(
        (
            action
            for known, pattern, action in _CI_ACTIONS
            if known == method and re.fullmatch(pattern, path)
        ),
        f"ci:{_OTHER}",
    )
    if bucket is None or action in _OF_NO_BUCKET:
        yield Call(action, "*")
        return
    yield Call(action, f"qcs::ci:{region}:uid/{_appid(bucket)}:bucket/{bucket}/*")
    if action == "ci:CreateMediaJobs":
        yield Call("cam:PassRole", f"qcs::cam::uin/{account}:roleName/{CI_ROLE}")


def object_resource(region: str, bucket: str, key: str) -> str:
    """Return the name of an object, or of what begins with `key`, in six parts."""
    return f"qcs::cos:{region}:uid/{_appid(bucket)}:{bucket}/{key}"


def _appid(bucket: str) -> str:
    return bucket.rpartition("-")[2]
