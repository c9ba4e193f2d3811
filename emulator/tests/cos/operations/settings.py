"""Settings of a bucket: each as the official SDK makes, reads and deletes it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import requests
from qcloud_cos import CosS3Client

from tests.cos.sdk import (
    BUCKET,
    GRANTEE,
    KEY,
    OWNER,
    REGION,
    SOURCE,
    Operation,
    content,
    keys,
    put,
    refused,
    session_of,
)


def bucket_acl(client: CosS3Client, _: Path) -> None:
    client.put_bucket_acl(BUCKET, ACL="public-read")
    assert client.get_bucket_acl(BUCKET)["AccessControlList"]["Grant"][1]["Permission"] == "READ"


def bucket_lifecycle(client: CosS3Client, _: Path) -> None:
    scope = {"And": {"Prefix": "x", "PrefixNotEquals": "xy", "Tag": [{"Key": "a", "Value": "b"}]}}
    archived = [{"Days": "7", "StorageClass": "ARCHIVE"}]
    rules = [
        {"ID": "a", "Status": "Enabled", "Filter": scope, "Expiration": {"Days": "9"}},
        {"ID": "b", "Status": "Disabled", "Filter": {"Prefix": "y"}, "Transition": archived},
    ]
    client.put_bucket_lifecycle(BUCKET, {"Rule": rules})
    first, second = client.get_bucket_lifecycle(BUCKET)["Rule"]
    assert (first["Filter"]["And"]["PrefixNotEquals"], first["Expiration"]) == ("xy", {"Days": "9"})
    assert (second["Status"], second["Transition"]) == ("Disabled", archived)
    client.delete_bucket_lifecycle(BUCKET)
    refused(404, "NoSuchLifecycleConfiguration", lambda: client.get_bucket_lifecycle(BUCKET))


def bucket_cors(client: CosS3Client, _: Path) -> None:
    rule = {"ID": "1", "AllowedMethod": ["GET"], "AllowedOrigin": ["*"], "MaxAgeSeconds": "9"}
    client.put_bucket_cors(BUCKET, {"CORSRule": [rule]})
    assert client.get_bucket_cors(BUCKET)["CORSRule"][0]["AllowedMethod"] == ["GET"]
    client.delete_bucket_cors(BUCKET)


def preflight_of_a_browser(client: CosS3Client, _: Path) -> None:
    rule = {"AllowedMethod": ["PUT"], "AllowedOrigin": ["https://example.com"]}
    client.put_bucket_cors(BUCKET, {"CORSRule": [rule]})
    url = client.get_object_url(BUCKET, KEY)
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "PUT"}
    allowed = session_of(client).options(url, headers=asked)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://example.com"
    assert allowed.headers["Access-Control-Allow-Methods"] == "PUT"
    for other in (
        {**asked, "Origin": "https://other.com"},
        {**asked, "Access-Control-Request-Method": "DELETE"},
        {**asked, "Access-Control-Request-Headers": "x-cos-acl"},
        {},
    ):
        assert session_of(client).options(url, headers=other).status_code == 403
    client.delete_bucket_cors(BUCKET)
    assert session_of(client).options(url, headers=asked).status_code == 403


def bucket_tagging(client: CosS3Client, _: Path) -> None:
    tags = {"TagSet": {"Tag": [{"Key": "a", "Value": "1"}]}}
    client.put_bucket_tagging(BUCKET, tags)
    assert client.get_bucket_tagging(BUCKET) == tags
    client.delete_bucket_tagging(BUCKET)


def bucket_website(client: CosS3Client, _: Path) -> None:
    website = {"IndexDocument": {"Suffix": "index.html"}}
    client.put_bucket_website(BUCKET, website)
    assert client.get_bucket_website(BUCKET) == website
    client.delete_bucket_website(BUCKET)


def bucket_encryption(client: CosS3Client, _: Path) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    client.put_bucket_encryption(BUCKET, {"Rule": [rule]})
    (kept,) = client.get_bucket_encryption(BUCKET)["Rule"]
    assert kept["ApplyServerSideEncryptionByDefault"] == rule["ApplyServerSideEncryptionByDefault"]
    assert put(client)["x-cos-server-side-encryption"] == "AES256"
    client.delete_bucket_encryption(BUCKET)


def bucket_grants(client: CosS3Client, _: Path) -> None:
    client.put_bucket_acl(BUCKET, GrantRead=f'id="{GRANTEE}"')
    _, granted = client.get_bucket_acl(BUCKET)["AccessControlList"]["Grant"]
    assert (granted["Grantee"]["ID"], granted["Permission"]) == (GRANTEE, "READ")


def bucket_access_policy(client: CosS3Client, _: Path) -> None:
    grant = {"Grantee": {"@xsi:type": "CanonicalUser", "ID": GRANTEE}, "Permission": "WRITE"}
    client.put_bucket_acl(BUCKET, {"Owner": {"ID": OWNER}, "AccessControlList": {"Grant": [grant]}})
    _, granted = client.get_bucket_acl(BUCKET)["AccessControlList"]["Grant"]
    assert (granted["Grantee"]["ID"], granted["Permission"]) == (GRANTEE, "WRITE")


def bucket_owner(client: CosS3Client, _: Path) -> None:
    assert client.get_bucket_acl(BUCKET)["Owner"]["ID"] == OWNER
    assert client.list_buckets()["Owner"]["ID"] == OWNER


def bucket_policy(client: CosS3Client, _: Path) -> None:
    policy = {
        "version": "2.0",
        "Statement": [
            {
                "Principal": {"qcs": [GRANTEE]},
                "Effect": "allow",
                "Action": ["name/cos:GetObject"],
                "Resource": [f"qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/*"],
            }
        ],
    }
    client.put_bucket_policy(BUCKET, policy)
    assert json.loads(client.get_bucket_policy(BUCKET)["Policy"]) == policy
    client.delete_bucket_policy(BUCKET)
    refused(404, "NoSuchBucketPolicy", lambda: client.get_bucket_policy(BUCKET))
    refused(400, "MalformedPolicy", lambda: client.put_bucket_policy(BUCKET, "{"))


def bucket_logging(client: CosS3Client, _: Path) -> None:
    status = {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "log/"}}
    client.put_bucket_logging(BUCKET, status)
    assert client.get_bucket_logging(BUCKET) == status
    client.put_bucket_logging(BUCKET)
    assert client.get_bucket_logging(BUCKET) == {"BucketLoggingStatus": None}


def bucket_referer(client: CosS3Client, _: Path) -> None:
    rules = {
        "Status": "Enabled",
        "RefererType": "White-List",
        "DomainList": {"Domain": ["*.example.com", "example.org"]},
        "EmptyReferConfiguration": "Allow",
    }
    client.put_bucket_referer(BUCKET, rules)
    assert client.get_bucket_referer(BUCKET) == rules
    client.delete_bucket_referer(BUCKET)


def bucket_domain(client: CosS3Client, _: Path) -> None:
    rule = {"Name": "docs.example.com", "Type": "REST", "Status": "ENABLED"}
    client.put_bucket_domain(BUCKET, {"DomainRule": [rule]})
    assert client.get_bucket_domain(BUCKET)["DomainRule"] == [rule]
    client.delete_bucket_domain(BUCKET)
    refused(404, "DomainConfigNotFoundError", lambda: client.get_bucket_domain(BUCKET))


def bucket_origin(client: CosS3Client, _: Path) -> None:
    rule = {"OriginType": "Mirror", "OriginInfo": {"HostInfo": {"HostName": "example.com"}}}
    client.put_bucket_origin(BUCKET, {"OriginRule": [rule]})
    assert client.get_bucket_origin(BUCKET)["OriginRule"] == [rule]
    client.delete_bucket_origin(BUCKET)
    refused(404, "OriginConfigurationNotFoundError", lambda: client.get_bucket_origin(BUCKET))


def bucket_replication(client: CosS3Client, _: Path) -> None:
    there = {"Bucket": "qcs::cos:ap-beijing::other-1250000000"}
    rule = {"ID": "1", "Status": "Enabled", "Prefix": "a", "Destination": there}
    client.put_bucket_replication(BUCKET, {"Role": OWNER, "Rule": [rule]})
    assert client.get_bucket_replication(BUCKET)["Rule"] == [rule]
    client.delete_bucket_replication(BUCKET)
    code = "ReplicationConfigurationNotFoundError"
    refused(404, code, lambda: client.get_bucket_replication(BUCKET))


def bucket_inventory(client: CosS3Client, _: Path) -> None:
    for name in ("one", "two"):
        inventory = {"IsEnabled": "true", "OptionalFields": {"Field": ["Size", "ETag"]}}
        client.put_bucket_inventory(BUCKET, name, inventory)
    assert client.get_bucket_inventory(BUCKET, "one")["OptionalFields"]["Field"] == ["Size", "ETag"]
    listed = client.list_bucket_inventory_configurations(BUCKET)["InventoryConfiguration"]
    assert [one["Id"] for one in listed] == ["one", "two"]
    client.delete_bucket_inventory(BUCKET, "one")
    code = "InventoryConfigurationNotFoundError"
    refused(404, code, lambda: client.get_bucket_inventory(BUCKET, "one"))


def bucket_inventories_in_pages(client: CosS3Client, _: Path) -> None:
    for number in range(102):
        client.put_bucket_inventory(BUCKET, f"{number:03}", {"IsEnabled": "true"})
    page = client.list_bucket_inventory_configurations(BUCKET)
    assert [one["Id"] for one in page["InventoryConfiguration"]][-1] == "099"
    assert page["IsTruncated"] == "true"
    rest = client.list_bucket_inventory_configurations(BUCKET, page["NextContinuationToken"])
    assert [one["Id"] for one in rest["InventoryConfiguration"]] == ["100", "101"]
    assert rest["IsTruncated"] == "false"


def bucket_object_lock(client: CosS3Client, _: Path) -> None:
    code = "NoSuchObjectLockConfiguration"
    refused(404, code, lambda: client.get_bucket_object_lock(BUCKET))
    client.put_bucket_object_lock(BUCKET, {"ObjectLockEnabled": "Enabled"})
    assert client.get_bucket_object_lock(BUCKET) == {"ObjectLockEnabled": "Enabled"}
    put(client)
    put(client, b"again")  # a lock without a period keeps nothing


def retention(client: CosS3Client, _: Path) -> None:
    put(client, key="older")
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": "1"}}
    client.put_bucket_object_lock(BUCKET, {"ObjectLockEnabled": "Enabled", "Rule": rule})
    put(client)
    refused(403, "AccessDenied", lambda: put(client, b"again"))
    refused(
        403, "AccessDenied", lambda: client.copy_object(BUCKET, KEY, {**SOURCE, "Key": "older"})
    )
    refused(403, "AccessDenied", lambda: client.delete_object(BUCKET, KEY))
    listed = {"Object": [{"Key": KEY}, {"Key": "older"}]}
    refused(403, "AccessDenied", lambda: client.delete_objects(BUCKET, listed))
    client.delete_object(BUCKET, "older")
    assert keys(client) == [KEY]
    assert content(client) == b"0123456789"


def retention_of_an_object(client: CosS3Client, _: Path) -> None:
    """The SDK has no method for it."""

    def asked(key: str) -> requests.Response:
        signature = client.get_auth("GET", BUCKET, key, Params={"retention": ""})
        url = client.get_object_url(BUCKET, key) + "?retention"
        return session_of(client).get(url, headers={"Authorization": signature})

    put(client, key="older")
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": "1"}}
    client.put_bucket_object_lock(BUCKET, {"ObjectLockEnabled": "Enabled", "Rule": rule})
    put(client)
    until = re.fullmatch(
        "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>(.*)</RetainUntilDate></Retention>",
        asked(KEY).text,
    )
    assert until is not None
    left = datetime.fromisoformat(until[1].replace("Z", "+00:00")) - datetime.now(timezone.utc)
    assert timedelta(hours=23) < left <= timedelta(days=1)
    assert (asked("older").status_code, asked("nothing").status_code) == (404, 404)


def domain_certificates(client: CosS3Client, _: Path) -> None:
    name = "docs.example.com"
    info = {"CertType": "CustomCert", "CustomCert": {"Cert": "invented", "PrivateKey": "secret"}}
    certificate = {"CertificateInfo": info, "DomainList": {"DomainName": name}}
    refused(400, "MalformedXML", lambda: client.put_bucket_domain_certificate(BUCKET, {}))
    client.put_bucket_domain_certificate(BUCKET, certificate)
    assert client.get_bucket_domain_certificate(BUCKET, name) == {"Status": "ENABLED"}
    client.delete_bucket_domain_certificate(BUCKET, name)
    refused(
        404,
        "DomainCertificateNotFoundError",
        lambda: client.get_bucket_domain_certificate(BUCKET, name),
    )


def bucket_tiering(client: CosS3Client, _: Path) -> None:
    tiering = {"Status": "Enabled", "Transition": {"Days": "30", "RequestFrequent": "1"}}
    assert "Status" not in client.get_bucket_intelligenttiering(BUCKET)
    client.put_bucket_intelligenttiering(BUCKET, tiering)
    assert client.get_bucket_intelligenttiering(BUCKET) == tiering


def bucket_tiering_by_id(client: CosS3Client, _: Path) -> None:
    tiering = {"Id": "one", "Status": "Enabled", "Tiering": {"Days": "30"}}
    client.put_bucket_intelligenttiering_v2(BUCKET, tiering, "one")
    assert client.get_bucket_intelligenttiering_v2(BUCKET, "one") == tiering
    listed = client.list_bucket_intelligenttiering_configurations(BUCKET)
    assert listed["IntelligentTieringConfiguration"] == tiering


def bucket_response_control(client: CosS3Client, _: Path) -> None:
    control = {"ControlParamList": {"Param": ["response-expires"]}}
    client.put_bucket_response_control(BUCKET, control)
    assert client.get_bucket_response_control(BUCKET) == control
    client.delete_bucket_response_control(BUCKET)
    assert "ControlParamList" not in client.get_bucket_response_control(BUCKET)


def bucket_acceleration(client: CosS3Client, _: Path) -> None:
    """The SDK has no method for it."""
    url = f"https://{BUCKET}.cos.{REGION}.myqcloud.com/?accelerate"

    def send(method: str, document: str = "") -> str:
        signed = {"Authorization": client.get_auth(method, BUCKET, "/", Params={"accelerate": ""})}
        answer = session_of(client).request(method, url, data=document, headers=signed)
        assert answer.status_code == 200
        return answer.text

    document = "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>"
    assert send("GET") == "<AccelerateConfiguration/>"
    send("PUT", document)
    assert send("GET") == document


OPERATIONS: list[Operation] = [
    bucket_acl,
    bucket_lifecycle,
    bucket_cors,
    preflight_of_a_browser,
    bucket_tagging,
    bucket_website,
    bucket_encryption,
    bucket_grants,
    bucket_access_policy,
    bucket_owner,
    bucket_policy,
    bucket_logging,
    bucket_referer,
    bucket_domain,
    bucket_origin,
    bucket_replication,
    bucket_inventory,
    bucket_inventories_in_pages,
    bucket_object_lock,
    retention,
    retention_of_an_object,
    domain_certificates,
    bucket_tiering,
    bucket_tiering_by_id,
    bucket_response_control,
    bucket_acceleration,
]

WITHOUT_EFFECT: Final = {
    bucket_lifecycle,
    bucket_website,
    bucket_grants,
    bucket_access_policy,
    bucket_policy,
    bucket_logging,
    bucket_referer,
    bucket_domain,
    domain_certificates,
    bucket_origin,
    bucket_replication,
    bucket_inventory,
    bucket_inventories_in_pages,
    bucket_tiering,
    bucket_tiering_by_id,
    bucket_response_control,
    bucket_acceleration,
}
"""What is kept and given back, and nothing more."""
