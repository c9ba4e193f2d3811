"""What S3's clients ask of COS: each operation as boto3 does it, on an empty bucket."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Final

import pytest
import requests
from botocore.exceptions import ClientError

from tests.cos.sdk import BUCKET, CUSTOMER_KEY, GRANTEE, KEY, OWNER, REGION

HERE: Final = {"Bucket": BUCKET}
OBJECT: Final = {"Bucket": BUCKET, "Key": KEY}
S3Operation = Callable[[Any], None]


def put(s3: Any, body: bytes = b"0123456789", **how: Any) -> Any:
    return s3.put_object(**{**OBJECT, "Body": body, **how})


def content(s3: Any, **how: Any) -> bytes:
    body: bytes = s3.get_object(**{**OBJECT, **how})["Body"].read()
    return body


def missing(code: str, call: Callable[..., object], **how: Any) -> None:
    with pytest.raises(ClientError, match=code):
        call(**{**HERE, **how})


def list_buckets(s3: Any) -> None:
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [BUCKET]


def buckets(s3: Any) -> None:
    other = {"Bucket": "other-1250000000"}
    s3.create_bucket(**other, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.head_bucket(**other)
    s3.delete_bucket(**other)
    missing("404", s3.head_bucket, **other)


def listing(s3: Any) -> None:
    for key in ("a/1", "a/2", "b"):
        put(s3, Key=key)
    found = s3.list_objects(**HERE, Delimiter="/", MaxKeys=1)
    assert (found["IsTruncated"], found["CommonPrefixes"]) == (True, [{"Prefix": "a/"}])
    assert s3.list_objects_v2(**HERE, StartAfter="a/1", Prefix="a/")["KeyCount"] == 1


def versions(s3: Any) -> None:
    s3.put_bucket_versioning(**HERE, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(**HERE)["Status"] == "Enabled"
    first = put(s3, b"1")["VersionId"]
    put(s3, b"2")
    assert content(s3, VersionId=first) == b"1"
    assert len(s3.list_object_versions(**HERE)["Versions"]) == 2


def bucket_acl(s3: Any) -> None:
    s3.put_bucket_acl(**HERE, ACL="public-read")
    assert s3.get_bucket_acl(**HERE)["Grants"][1]["Permission"] == "READ"
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": GRANTEE}, "Permission": "WRITE"}
    policy = {"Owner": {"ID": OWNER}, "Grants": [grant]}
    s3.put_bucket_acl(**HERE, AccessControlPolicy=policy)
    assert s3.get_bucket_acl(**HERE)["Grants"][1]["Grantee"]["ID"] == GRANTEE


def cors(s3: Any) -> None:
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://example.com"]}
    s3.put_bucket_cors(**HERE, CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(**HERE)["CORSRules"] == [rule]
    s3.delete_bucket_cors(**HERE)
    missing("NoSuchCORSConfiguration", s3.get_bucket_cors)


def lifecycle(s3: Any) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 9}}
    s3.put_bucket_lifecycle_configuration(**HERE, LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle_configuration(**HERE)["Rules"] == [rule]
    s3.delete_bucket_lifecycle(**HERE)
    missing("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration)


def policy(s3: Any) -> None:
    document = '{"version": "2.0", "Statement": []}'
    s3.put_bucket_policy(**HERE, Policy=document)
    assert s3.get_bucket_policy(**HERE)["Policy"] == document
    s3.delete_bucket_policy(**HERE)
    missing("NoSuchBucketPolicy", s3.get_bucket_policy)


def tagging(s3: Any) -> None:
    tags = [{"Key": "a", "Value": "1"}]
    s3.put_bucket_tagging(**HERE, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(**HERE)["TagSet"] == tags
    s3.delete_bucket_tagging(**HERE)
    missing("NoSuchTagSet", s3.get_bucket_tagging)


def website(s3: Any) -> None:
    configuration = {"IndexDocument": {"Suffix": "index.html"}}
    s3.put_bucket_website(**HERE, WebsiteConfiguration=configuration)
    assert s3.get_bucket_website(**HERE)["IndexDocument"] == configuration["IndexDocument"]
    s3.delete_bucket_website(**HERE)
    missing("NoSuchWebsiteConfiguration", s3.get_bucket_website)


def inventory(s3: Any) -> None:
    target = {"Bucket": "qcs::cos:ap-guangzhou::examples-1250000000", "Format": "CSV"}
    configuration = {
        "Id": "one",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": target},
    }
    s3.put_bucket_inventory_configuration(**HERE, Id="one", InventoryConfiguration=configuration)
    found = s3.get_bucket_inventory_configuration(**HERE, Id="one")["InventoryConfiguration"]
    assert found == configuration
    listed = s3.list_bucket_inventory_configurations(**HERE)["InventoryConfigurationList"]
    assert listed == [configuration]
    s3.delete_bucket_inventory_configuration(**HERE, Id="one")
    code = "InventoryConfigurationNotFoundError"
    missing(code, s3.get_bucket_inventory_configuration, Id="one")


def replication(s3: Any) -> None:
    rule = {
        "ID": "1",
        "Status": "Enabled",
        "Prefix": "a",
        "Destination": {"Bucket": "qcs::cos:ap-beijing::other-1250000000"},
    }
    configuration = {"Role": OWNER, "Rules": [rule]}
    s3.put_bucket_replication(**HERE, ReplicationConfiguration=configuration)
    assert s3.get_bucket_replication(**HERE)["ReplicationConfiguration"] == configuration
    s3.delete_bucket_replication(**HERE)
    missing("ReplicationConfigurationNotFoundError", s3.get_bucket_replication)


def logging(s3: Any) -> None:
    status = {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "log/"}}
    s3.put_bucket_logging(**HERE, BucketLoggingStatus=status)
    assert s3.get_bucket_logging(**HERE)["LoggingEnabled"] == status["LoggingEnabled"]


def accelerate(s3: Any) -> None:
    configuration = {"Status": "Enabled"}
    s3.put_bucket_accelerate_configuration(**HERE, AccelerateConfiguration=configuration)
    assert s3.get_bucket_accelerate_configuration(**HERE)["Status"] == "Enabled"


def encryption(s3: Any) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    configuration = {"Rules": [rule]}
    s3.put_bucket_encryption(**HERE, ServerSideEncryptionConfiguration=configuration)
    assert put(s3)["ServerSideEncryption"] == "AES256"
    (kept,) = s3.get_bucket_encryption(**HERE)["ServerSideEncryptionConfiguration"]["Rules"]
    assert kept["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    s3.delete_bucket_encryption(**HERE)


def object_lock(s3: Any) -> None:
    configuration = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
    }
    s3.put_object_lock_configuration(**HERE, ObjectLockConfiguration=configuration)
    assert s3.get_object_lock_configuration(**HERE)["ObjectLockConfiguration"] == configuration
    put(s3)
    kept = s3.get_object_retention(**HERE, Key=KEY)["Retention"]
    assert kept["Mode"] == "COMPLIANCE"
    assert kept["RetainUntilDate"] > datetime.now(timezone.utc)
    missing("AccessDenied", s3.delete_object, Key=KEY)


def objects(s3: Any) -> None:
    etag = put(s3, Metadata={"kind": "x"}, ContentType="image/png", StorageClass="STANDARD_IA")
    shown = s3.head_object(**OBJECT)
    assert (shown["ETag"], shown["Metadata"]) == (etag["ETag"], {"kind": "x"})
    assert (shown["ContentType"], shown["StorageClass"]) == ("image/png", "STANDARD_IA")
    assert content(s3, Range="bytes=2-4") == b"234"
    missing("304", s3.get_object, Key=KEY, IfNoneMatch=etag["ETag"])
    s3.put_object(**OBJECT, Body=io.BytesIO(b"streamed"))
    assert content(s3) == b"streamed"
    s3.delete_object(**OBJECT)
    missing("NoSuchKey", s3.get_object, Key=KEY)


def encrypted_by_the_customer(s3: Any) -> None:
    key: dict[str, Any] = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"0" * 32}
    digest = CUSTOMER_KEY["SSECustomerKeyMD5"]
    assert put(s3, **key)["SSECustomerKeyMD5"] == digest
    assert s3.get_object(**OBJECT, **key)["SSECustomerKeyMD5"] == digest
    assert s3.head_object(**OBJECT, **key)["SSECustomerAlgorithm"] == "AES256"
    missing("SsecDecryptHeaderInvalid", s3.get_object, Key=KEY)


def copies(s3: Any) -> None:
    put(s3, Metadata={"kind": "x"}, Key="a b/卡+&.txt")
    source = {"Bucket": BUCKET, "Key": "a b/卡+&.txt"}
    s3.copy_object(**OBJECT, CopySource=source)
    assert s3.head_object(**OBJECT)["Metadata"] == {"kind": "x"}
    how = {"MetadataDirective": "REPLACE", "Metadata": {"kind": "y"}}
    s3.copy_object(**OBJECT, CopySource=source, **how)
    assert s3.head_object(**OBJECT)["Metadata"] == {"kind": "y"}


def forms(s3: Any) -> None:
    form = s3.generate_presigned_post(BUCKET, KEY)
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"abc"}, timeout=10)
    assert (answer.status_code, content(s3)) == (204, b"abc")


def delete_many(s3: Any) -> None:
    put(s3)
    deleted = s3.delete_objects(**HERE, Delete={"Objects": [{"Key": KEY}, {"Key": "none"}]})
    assert len(deleted["Deleted"]) == 2
    missing("404", s3.head_object, Key=KEY)


def restore(s3: Any) -> None:
    put(s3, StorageClass="GLACIER")
    missing("InvalidObjectState", s3.get_object, Key=KEY)
    s3.restore_object(**OBJECT, RestoreRequest={"Days": 1})
    assert content(s3) == b"0123456789"


def select(s3: Any) -> None:
    put(s3, b"a,b\n1,2\n")
    found = s3.select_object_content(
        **OBJECT,
        Expression="SELECT s.b FROM S3Object s WHERE s.a = '1'",
        ExpressionType="SQL",
        InputSerialization={"CSV": {"FileHeaderInfo": "USE"}},
        OutputSerialization={"CSV": {}},
    )
    records = (one["Records"]["Payload"] for one in found["Payload"] if "Records" in one)
    assert b"".join(records) == b"2\n"


def object_acl(s3: Any) -> None:
    put(s3, GrantRead='uri="http://acs.amazonaws.com/groups/global/AllUsers"')
    _, granted = s3.get_object_acl(**OBJECT)["Grants"]
    assert granted["Grantee"]["URI"] == "http://acs.amazonaws.com/groups/global/AllUsers"
    s3.put_object_acl(**OBJECT, ACL="private")
    assert len(s3.get_object_acl(**OBJECT)["Grants"]) == 1


def object_tagging(s3: Any) -> None:
    put(s3, Tagging="a=1")
    assert s3.get_object_tagging(**OBJECT)["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3.put_object_tagging(**OBJECT, Tagging={"TagSet": [{"Key": "b", "Value": "2"}]})
    assert s3.get_object_tagging(**OBJECT)["TagSet"] == [{"Key": "b", "Value": "2"}]
    s3.delete_object_tagging(**OBJECT)
    assert s3.get_object_tagging(**OBJECT)["TagSet"] == []


def multipart(s3: Any) -> None:
    put(s3, Key="source")
    upload = {"UploadId": s3.create_multipart_upload(**OBJECT, ACL="public-read")["UploadId"]}
    assert [one["Key"] for one in s3.list_multipart_uploads(**HERE)["Uploads"]] == [KEY]
    first = s3.upload_part(**OBJECT, **upload, PartNumber=1, Body=b"x" * 1024 * 1024)
    whole = {"Bucket": BUCKET, "Key": "source"}
    second = s3.upload_part_copy(**OBJECT, **upload, PartNumber=2, CopySource=whole)
    etags = [first["ETag"], second["CopyPartResult"]["ETag"]]
    assert [one["ETag"] for one in s3.list_parts(**OBJECT, **upload)["Parts"]] == etags
    parts = [{"PartNumber": number + 1, "ETag": etag} for number, etag in enumerate(etags)]
    s3.complete_multipart_upload(**OBJECT, **upload, MultipartUpload={"Parts": parts})
    assert content(s3).endswith(b"x0123456789")
    assert len(s3.get_object_acl(**OBJECT)["Grants"]) == 2


def abort(s3: Any) -> None:
    upload = s3.create_multipart_upload(**OBJECT)["UploadId"]
    s3.abort_multipart_upload(**OBJECT, UploadId=upload)
    missing("NoSuchUpload", s3.list_parts, Key=KEY, UploadId=upload)


OPERATIONS: Final[Mapping[str, S3Operation]] = {
    one.__name__: one
    for one in (
        list_buckets,
        buckets,
        listing,
        versions,
        bucket_acl,
        cors,
        lifecycle,
        policy,
        tagging,
        website,
        inventory,
        replication,
        logging,
        accelerate,
        encryption,
        object_lock,
        objects,
        encrypted_by_the_customer,
        copies,
        forms,
        delete_many,
        restore,
        select,
        object_acl,
        object_tagging,
        multipart,
        abort,
    )
}
