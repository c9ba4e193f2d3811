"""Checks the buckets: each in the functions' region, and the output bucket without object lock.

SCF takes events only from its own region.
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
        BucketOutOfReach: a bucket isn't there, or COS doesn't say.
        ConfigurationError: the output bucket has object lock.
        StorageFault: COS couldn't be asked about the lock.
    """
    cloud = Cloud(access.region, access.credentials, open_session(access.local_cloud))
    environment = service.environment
    names = [environment.get(name) for name in ("INPUT_BUCKET", "OUTPUT_BUCKET")]
    buckets = list(dict.fromkeys(filter(None, names)))
    for bucket in buckets:
        check_bucket(cloud, bucket)
    check_unlocked(cloud.idempotent, buckets[-1])


def check_bucket(cloud: Cloud, bucket: str) -> None:
    """Check that a bucket is in the region of `cloud`; raises BucketOutOfReach."""
    try:
        cloud.idempotent.head_bucket(Bucket=bucket)
    except CosServiceError as error:
        raise BucketOutOfReach(bucket, _problem(error.get_status_code(), cloud.region)) from None
    except CosClientError as error:
        raise BucketOutOfReach(
            bucket, f"could not be checked: no answer from COS; {ADVICE[kind_of(error)]}"
        ) from None


def _problem(status: int, region: str) -> str:
    if status == _NOT_FOUND:
        return (
            f"is not in {region}: bucket and functions must be in one region, so set "
            "TENCENTCLOUD_REGION to the bucket's, or create the bucket there"
        )
    if status == _FORBIDDEN:
        return "belongs to another account, or the API key's owner lacks cos:HeadBucket on it"
    return f"could not be checked: COS answered HTTP {status}; {AGAIN}"
