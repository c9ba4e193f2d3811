"""Reads a bucket's settings from COS, and checks the buckets of a deployment.

Each must be in the functions' region, since SCF takes events only from its own. The output bucket
must have no object lock, which keeps its objects from changes.
"""

from __future__ import annotations

from typing import Literal
from xml.etree import ElementTree as ET  # COS's own reply; expat refuses entity bombs

from qcloud_cos import CosClientError, CosS3Auth, CosS3Client, CosServiceError

from deploy.api.connection import ADVICE, kind_of
from deploy.configuration.environment import Access
from deploy.configuration.service import Service
from deploy.errors import AGAIN, AccountUnfit
from shared.cloud import Cloud, open_session
from shared.errors import ConfigurationError, StorageFault
from shared.store.cos import asked

Subresource = Literal["acl", "lifecycle", "object-lock", "policy", "versioning"]

_FORBIDDEN, _NOT_FOUND, _SERVERS = 403, 404, 500
LOCKED = (
    "so COS may refuse to overwrite and delete pending objects; nobody can remove a lock, so set "
    "OUTPUT_BUCKET to a bucket without one"
)


def read_setting(client: CosS3Client, bucket: str, name: Subresource) -> bytes | None:
    """Return the document of a setting (436/8278, 436/55291, 436/8276, 436/7733).

    Return None if it was never set. The SDK's own methods evaluate a reply as Python; this one
    reads bytes.

    Raises:
        StorageFault: COS refused or couldn't be asked.
    """
    configuration, params = client.get_conf(), {name: ""}

    def ask() -> bytes:
        reply = client.send_request(
            method="GET",
            url=configuration.uri(bucket=bucket),
            bucket=bucket,
            params=params,
            headers={},
            auth=CosS3Auth(configuration, params=params),
        )
        return bytes(reply.content)

    try:
        return asked(f"GET of the {name}", ask)
    except StorageFault as fault:
        if fault.status == _NOT_FOUND and fault.code != "NoSuchBucket":
            return None
        raise


def read_xml(client: CosS3Client, bucket: str, name: Subresource) -> ET.Element | None:
    """Return a setting whose document is XML.

    Raises:
        StorageFault: as above, or the reply can't be read.
    """
    body = read_setting(client, bucket, name)
    if body is None:
        return None
    try:
        return ET.fromstring(body.removeprefix(b"\xef\xbb\xbf").lstrip())  # noqa: S314 — see above
    except ET.ParseError:
        raise StorageFault(f"GET of the {name}", "UnreadableReply") from None


def object_lock(client: CosS3Client, bucket: str) -> str | None:
    """Return how a bucket's objects are locked, in words. Return None if there is no object lock.

    A lock without a period counts too: somebody may set a period at any time, and nobody can remove
    the lock.

    Raises:
        StorageFault: COS refused or couldn't be asked.
    """
    found = read_xml(client, bucket, "object-lock")
    if found is None or found.findtext("{*}ObjectLockEnabled") != "Enabled":
        return None
    days = found.findtext("{*}Rule/{*}DefaultRetention/{*}Days")
    return f"has object lock, {days} days for every object" if days else "has object lock"


def check_unlocked(client: CosS3Client, bucket: str) -> None:
    """Check that the output bucket has no object lock. Skip the check if the keys may not see it.

    Raises:
        ConfigurationError: it has.
        StorageFault: COS couldn't be asked.
    """
    try:
        lock = object_lock(client, bucket)
    except StorageFault as fault:
        if fault.status is None or fault.status >= _SERVERS:
            raise
        return  # `card-ocr doctor` says that the keys may not see it
    if lock is not None:
        raise ConfigurationError("OUTPUT_BUCKET", f"{bucket} {lock}, {LOCKED}")


def check_buckets(access: Access, service: Service) -> None:
    """Check that every bucket of the service is in its region, and the output bucket not locked.

    Raises:
        AccountUnfit: a bucket isn't there, or COS doesn't say.
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
    """Check that a bucket is in the region of `cloud`; raises AccountUnfit."""
    try:
        cloud.idempotent.head_bucket(Bucket=bucket)
    except CosServiceError as error:
        problem = _problem(error.get_status_code(), cloud.region)
    except CosClientError as error:
        problem = f"could not be checked: no answer from COS; {ADVICE[kind_of(error)]}"
    else:
        return
    raise AccountUnfit(f"the bucket {bucket} {problem}")


def _problem(status: int, region: str) -> str:
    if status == _NOT_FOUND:
        return (
            f"is not in {region}: bucket and functions must be in one region, so set "
            "TENCENTCLOUD_REGION to the bucket's, or create the bucket there"
        )
    if status == _FORBIDDEN:
        return "belongs to another account, or the API key's owner lacks cos:HeadBucket on it"
    return f"could not be checked: COS answered HTTP {status}; {AGAIN}"
