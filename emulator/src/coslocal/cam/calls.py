"""Which action on which resource each request is, for COS and for CI.

Sources: the actions of COS (436/31923; English 436/30580), of CI (460/41741 and the page of each
API), and how their resources are written. Assumed, since no page says it: GET Bucket is authorised
against its prefix, as in the example of 436/35265, and CI's requests against the whole bucket.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple


class Call(NamedTuple):
    """An action on a resource, as CAM names them."""

    action: str
    resource: str


GET_BUCKET: Final = "cos:GetBucket"  # 436/7734
GET_OBJECT: Final = "cos:GetObject"  # 436/7753
DELETE_OBJECT: Final = "cos:DeleteObject"  # 436/7743
CI_ROLE: Final = "CI_QCSRole"
"""The role that CI reads objects with."""

_OBJECT_ACTIONS: Final = {
    "HEAD": "cos:HeadObject",  # 436/7745
    "GET": GET_OBJECT,
    "PUT": "cos:PutObject",  # 436/7749
    "POST": "cos:PostObject",  # 436/14690
    "DELETE": DELETE_OBJECT,
}
_ABOUT_OBJECTS: Final = {
    ("GET", "acl"): "cos:GetObjectACL",  # 436/7744
    ("PUT", "acl"): "cos:PutObjectACL",  # 436/7748
    ("GET", "tagging"): "cos:GetObjectTagging",  # 436/35710
    ("PUT", "tagging"): "cos:PutObjectTagging",  # 436/35709
    ("DELETE", "tagging"): "cos:DeleteObjectTagging",  # 436/35711
    ("POST", "uploads"): "cos:InitiateMultipartUpload",  # 436/7746
    ("PUT", "partNumber"): "cos:UploadPart",  # 436/7750
    ("POST", "uploadId"): "cos:CompleteMultipartUpload",  # 436/7742
    ("DELETE", "uploadId"): "cos:AbortMultipartUpload",  # 436/7740
    ("GET", "uploadId"): "cos:ListParts",  # 436/7747
    ("POST", "append"): "cos:AppendObject",  # 436/7741
    ("POST", "restore"): "cos:PostObjectRestore",  # 436/12633
    ("GET", "retention"): "cos:GetObjectRetention",  # 598/57092
    ("PUT", "symlink"): "cos:PutSymlink",  # 436/111863
    ("GET", "symlink"): "cos:GetSymlink",  # 436/111863
}
# A setting is read, made and deleted by actions that end with its name (598/57092).
_BUCKET_SETTINGS: Final = {
    "accelerate": "Accelerate",
    "cors": "CORS",
    "domain": "Domain",
    "domaincertificate": "DomainCertificate",
    "encryption": "Encryption",
    "intelligent-tiering": "IntelligentTiering",
    "intelligenttiering": "IntelligentTiering",
    "inventory": "Inventory",
    "lifecycle": "Lifecycle",
    "logging": "Logging",
    "object-lock": "ObjectLock",
    "origin": "Origin",
    "policy": "Policy",
    "referer": "Referer",
    "replication": "Replication",
    "tagging": "Tagging",
    "website": "Website",
}
_BUCKET_ACTIONS: Final[Mapping[tuple[str, str | None], str]] = {
    ("GET", None): GET_BUCKET,
    ("GET", "versioning"): "cos:GetBucketVersioning",  # 436/19888
    ("PUT", "versioning"): "cos:PutBucketVersioning",  # 436/19889
    ("GET", "acl"): "cos:GetBucketACL",  # 436/7733
    ("PUT", "acl"): "cos:PutBucketACL",  # 436/7737
    ("GET", "location"): "cos:GetBucketLocation",
    ("GET", "uploads"): "cos:ListMultipartUploads",  # 436/7736
    ("GET", "versions"): "cos:GetBucketObjectVersions",  # 436/31551
    ("POST", "delete"): "cos:DeleteMultipleObjects",  # 436/8289
    ("DELETE", None): "cos:DeleteBucket",  # 436/7732
    ("HEAD", None): "cos:HeadBucket",  # 436/7735
    ("PUT", None): "cos:PutBucket",  # 436/7738
    **{
        (method, setting): f"cos:{method.title()}Bucket{name}"
        for setting, name in _BUCKET_SETTINGS.items()
        for method in ("GET", "PUT", "DELETE")
    },
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
_GET_SERVICE: Final = "cos:GetService"  # 436/8291
_PASSED_ON: Final = "cam:PassRole"
_OTHER: Final = "Other"
"""What is no row of these tables, as no page names its action: nothing but a `*` allows it."""
ACTIONS: Final = frozenset(
    [
        *_OBJECT_ACTIONS.values(),
        *_ABOUT_OBJECTS.values(),
        *_BUCKET_ACTIONS.values(),
        *(action for _, _, action in _CI_ACTIONS),
        _GET_SERVICE,
        _PASSED_ON,
    ]
)
"""What requests are authorised as; job types may have more of CI's."""


def cos_call(
    region: str,
    bucket: str | None,
    method: str,
    key: str | None,
    about: Collection[str],
    prefix: str,
) -> Call:
    """Return what a request to COS asks for.

    Args:
        region: The bucket's.
        bucket: <name>-<appid>, None for the service.
        method: As sent; POST for a browser's form.
        key: The object's, None for the bucket itself.
        about: The sub-resource that the query names: none, one, or the two of a part.
        prefix: What a listing is of.
    """
    if bucket is None:
        return Call(_GET_SERVICE, "*")
    if key is not None:
        plain = _OBJECT_ACTIONS.get(method)
        action = _action(_ABOUT_OBJECTS, method, about) if about else plain
    else:
        action = _action(_BUCKET_ACTIONS, method, about or (None,))
        key = prefix if action == GET_BUCKET else ""
    return Call(action or f"cos:{_OTHER}", object_resource(region, bucket, key))


def _action(
    actions: Mapping[tuple[str, Any], str], method: str, about: Collection[str | None]
) -> str | None:
    named = (action for name in about if (action := actions.get((method, name))))
    return next(named, None)


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
    yield Call(action, bucket_resource(region, bucket))
    if action == "ci:CreateMediaJobs":
        yield Call(_PASSED_ON, f"qcs::cam::uin/{account}:roleName/{CI_ROLE}")


def bucket_resource(region: str, bucket: str) -> str:
    """Return the name of a bucket as CI's calls have it."""
    return f"qcs::ci:{region}:uid/{_appid(bucket)}:bucket/{bucket}/*"


def object_resource(region: str, bucket: str, key: str) -> str:
    """Return the name of an object, or of what begins with `key`, in six parts."""
    return f"qcs::cos:{region}:uid/{_appid(bucket)}:{bucket}/{key}"


def _appid(bucket: str) -> str:
    return bucket.rpartition("-")[2]
