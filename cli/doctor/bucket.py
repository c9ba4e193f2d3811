"""The buckets: region, clock, versioning, object lock, and whether create-once works."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress

from qcloud_cos import CosClientError, CosServiceError

from cli.doctor.subject import Reach, Subject, each_bucket
from cli.doctor.verdict import Verdict, failed, ok, unchecked
from deploy.bucket.settings import LOCKED, check_bucket, object_lock, read_xml
from shared.errors import StorageFault
from shared.times import from_http_date, from_rfc3339

_SKEW_SECONDS = 60
_NEVER = "an output bucket must never have had versioning: set OUTPUT_BUCKET to another one"


def input_bucket(subject: Subject) -> Verdict:
    """Check that the input bucket is in the functions' region."""
    return _in_region(subject, subject.settings.input_bucket)


def output_bucket(subject: Subject) -> Verdict:
    """Check that the output bucket is in the functions' region."""
    return _in_region(subject, subject.settings.output_bucket)


def _in_region(subject: Subject, bucket: str) -> Verdict:
    region = subject.settings.region
    if subject.service is not None and subject.service.region != region:
        return failed(
            f"serverless.yml deploys to {subject.service.region} and TENCENTCLOUD_REGION is "
            f"{region}: make them the same"
        )
    check_bucket(subject.deployment.cloud, bucket)
    return ok(f"{bucket} is in {region}")


def clock(subject: Subject) -> Verdict:
    """Check that this machine's clock agrees with COS's, within a minute."""
    bucket = subject.settings.input_bucket
    try:
        headers = subject.deployment.cloud.idempotent.head_bucket(Bucket=bucket)
    except (CosServiceError, CosClientError):
        return failed("COS gave no time: look at the checks of the buckets first")
    at = from_http_date(headers.get("Date"))
    if at is None:
        return failed("COS gave no time that can be read: try again")
    seconds = subject.now() - from_rfc3339(at)
    if abs(seconds) > _SKEW_SECONDS:
        return failed(f"this clock differs from COS's by {seconds:.0f} s: set it, by NTP")
    return ok(f"this clock is COS's within {_SKEW_SECONDS} s")


def versioning(subject: Subject) -> Verdict:
    """Check that the output bucket never had versioning."""
    client, settings = subject.deployment.cloud.idempotent, subject.settings

    def look(reach: Reach) -> Verdict:
        bucket = reach.bucket
        if bucket != settings.output_bucket:
            return ok(f"that of {bucket} doesn't matter")
        found = read_xml(client, bucket, "versioning")
        status = None if found is None else found.findtext("{*}Status")
        if status:
            return failed(f"versioning of {bucket} is {status}; {_NEVER}")
        return ok(f"{bucket} never had versioning")

    return each_bucket(subject, "cos:GetBucketVersioning", look)


def retention(subject: Subject) -> Verdict:
    """Check that no object lock keeps the functions from deleting pending objects."""
    client, settings = subject.deployment.cloud.idempotent, subject.settings

    def look(reach: Reach) -> Verdict:
        lock = object_lock(client, reach.bucket)
        if lock is None:
            return ok(f"{reach.bucket} has no object lock")
        if reach.bucket == settings.output_bucket:
            return failed(f"{reach.bucket} {lock}, {LOCKED}")
        return ok(f"{reach.bucket} {lock}, so `card-ocr forget` may not delete a photo")

    return each_bucket(subject, "cos:GetBucketObjectLock", look)


def create_once(subject: Subject) -> Verdict:
    """Check that an object can't be created a second time, with one that is deleted again."""
    with suppress(StorageFault):
        if object_lock(subject.deployment.cloud.idempotent, subject.settings.output_bucket):
            return unchecked("not tried, since what is locked could not be deleted again")
    name = f"{subject.settings.output_prefix}state/doctor-{secrets.token_hex(8)}.json"
    bodies = [json.dumps({"probe": number}).encode() for number in range(2)]
    try:
        created = [subject.store.create_once(name, body) for body in bodies]
    finally:
        subject.store.delete(name)
    if created[0] is not None and created[1] is None and not created[0].versioned:
        return ok("an object that exists isn't created again")
    return failed(f"an object was created twice, so jobs could be, too; {_NEVER}")
