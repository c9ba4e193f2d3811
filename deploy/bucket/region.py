"""Whether the buckets are in the functions' region: SCF takes events from there alone."""

from __future__ import annotations

from qcloud_cos import CosClientError, CosServiceError

from deploy.api.connection import ADVICE, kind_of
from deploy.configuration.access import Access
from deploy.configuration.service import Service
from deploy.errors import AGAIN, BucketOutOfReach
from shared.cloud import Cloud, open_session

_NOT_FOUND, _FORBIDDEN = 404, 403


def check_buckets(access: Access, service: Service) -> None:
    """Whether every bucket of the service is in its region.

    Raises:
        BucketOutOfReach: one isn't, or COS doesn't say.
    """
    cloud = Cloud(access.region, access.credentials, open_session(access.local_cloud))
    environment = service.environment
    names = [environment.get(name) for name in ("INPUT_BUCKET", "OUTPUT_BUCKET")]
    for bucket in dict.fromkeys(filter(None, names)):
        check_bucket(cloud, bucket)


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
