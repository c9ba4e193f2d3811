"""Whether the buckets can serve: in the functions' region, and what lies in them can be changed.

SCF takes events from its own region alone.
"""

from __future__ import annotations

from qcloud_cos import CosClientError, CosServiceError

from deploy.api.connection import ADVICE, kind_of
from deploy.bucket.settings import check_unlocked
from deploy.configuration.access import Access
from deploy.configuration.service import Service
from deploy.errors import AGAIN, BucketOutOfReach
from shared.cloud import Cloud, open_session

_NOT_FOUND, _FORBIDDEN = 404, 403


def check_buckets(access: Access, service: Service) -> None:
    """Check that every bucket of the service is in its region, and the output bucket not locked.

    Raises:
        BucketOutOfReach: one isn't there, or COS doesn't say.
        ConfigurationError: the output bucket has object lock.
        StorageFault: COS couldn't be asked for it.
    """
    cloud = Cloud(access.region, access.credentials, open_session(access.local_cloud))
    environment = service.environment
    names = [environment.get(name) for name in ("INPUT_BUCKET", "OUTPUT_BUCKET")]
    buckets = list(dict.fromkeys(filter(None, names)))
    for bucket in buckets:
        check_bucket(cloud, bucket)
    check_unlocked(cloud.idempotent, buckets[-1])


def check_bucket(cloud: Cloud, bucket: str) -> None:
    """Whether a bucket is in the region of `cloud`; raises as above."""
    try:
        cloud.idempotent.head_bucket(Bucket=bucket)
    except CosServiceError as error:
        raise BucketOutOfReach(bucket, _problem(error.get_status_code(), cloud.region)) from None
    except CosClientError as error:
        raise BucketOutOfReach(
            bucket, f"could not be asked for: no answer from COS; {ADVICE[kind_of(error)]}"
        ) from None


def _problem(status: int, region: str) -> str:
    if status == _NOT_FOUND:
        return (
            f"is not in {region}: bucket and functions must be in one region, so set "
            "TENCENTCLOUD_REGION to the bucket's, or create the bucket there"
        )
    if status == _FORBIDDEN:
        return "is another account's, or the API key's owner lacks cos:HeadBucket on it"
    return f"could not be asked for: COS answered HTTP {status}; {AGAIN}"
