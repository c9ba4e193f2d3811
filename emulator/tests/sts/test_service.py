from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import time
from typing import Any, Final
from urllib.parse import quote

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from coslocal import Emulator, Settings
from coslocal.credentials import Credential
from tests.cos import form
from tests.cos.sdk import BUCKET, REGION

HOST: Final = "sts.tencentcloudapi.com"
ROLE: Final = "qcs::cam::uin/100000000001:roleName/reader"
SESSION: Final[dict[str, object]] = {"RoleArn": ROLE, "RoleSessionName": "test"}


def policy(*actions: str, below: str = "*") -> dict[str, Any]:
    resource = f"qcs::cos:{REGION}:uid/1250000000:{BUCKET}/{below}"
    named = [f"name/cos:{action}" for action in actions]
    return {
        "version": "2.0",
        "statement": [{"effect": "allow", "action": named, "resource": [resource]}],
    }


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(Settings(bucket=BUCKET, region=REGION, roles={"reader": policy("GetObject")}))


def ask(
    emulator: Emulator, action: str, asked: dict[str, object], key: Credential | None = None
) -> dict[str, Any]:
    """What API 3.0 answers to a request signed as TC3-HMAC-SHA256."""
    key = key or emulator.uploader
    stamp = int(time.time())
    date = time.strftime("%Y-%m-%d", time.gmtime(stamp))
    body = json.dumps(asked).encode()
    canonical = (
        f"POST\n/\n\ncontent-type:application/json\nhost:{HOST}\n\ncontent-type;host\n"
        + hashlib.sha256(body).hexdigest()
    )
    scope = f"{date}/sts/tc3_request"
    signing = f"TC3{key.secret_key}".encode()
    for part in scope.split("/"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
    signature = hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-TC-Action": action,
        "X-TC-Version": "2018-08-13",
        "X-TC-Timestamp": str(stamp),
        **({"X-TC-Token": key.token} if key.token else {}),
        "Authorization": f"TC3-HMAC-SHA256 Credential={key.secret_id}/{scope}, "
        f"SignedHeaders=content-type;host, Signature={signature}",
    }
    with emulator.client_session() as session:
        answer = session.post(f"https://{HOST}/", data=body, headers=headers)
    found: dict[str, Any] = answer.json()["Response"]
    assert found["RequestId"]
    return found


def key_of(answer: dict[str, Any]) -> Credential:
    made = answer["Credentials"]
    return Credential(made["TmpSecretId"], made["TmpSecretKey"], made["Token"])


def client(emulator: Emulator, key: Credential) -> CosS3Client:
    configuration = CosConfig(
        Region=REGION, SecretId=key.secret_id, SecretKey=key.secret_key, Token=key.token
    )
    return CosS3Client(configuration, retry=0, session=emulator.client_session())


def federated(emulator: Emulator, document: dict[str, Any], **more: object) -> Credential:
    asked: dict[str, object] = {"Name": "tester", "Policy": quote(json.dumps(document)), **more}
    return key_of(ask(emulator, "GetFederationToken", asked))


def is_refused(call: Any) -> bool:
    with contextlib.suppress(CosServiceError):
        call()
        return False
    return True


def test_a_federated_key_may_do_what_its_policy_allows(emulator: Emulator) -> None:
    cos = client(emulator, federated(emulator, policy("PutObject", below="mine/*")))
    cos.put_object(BUCKET, b"x", "mine/a")
    assert is_refused(lambda: cos.put_object(BUCKET, b"x", "others/a"))
    assert is_refused(lambda: cos.get_object(BUCKET, "mine/a"))


def test_a_federated_key_of_a_federated_key_may_do_what_both_allow(emulator: Emulator) -> None:
    first = federated(emulator, policy("PutObject"))
    asked: dict[str, object] = {
        "Name": "a",
        "Policy": json.dumps(policy("PutObject", "GetObject")),
    }
    second = key_of(ask(emulator, "GetFederationToken", asked, first))
    cos = client(emulator, second)
    cos.put_object(BUCKET, b"x", "a")
    assert is_refused(lambda: cos.get_object(BUCKET, "a"))


def test_a_federated_keys_policy_holds_under_its_conditions(emulator: Emulator) -> None:
    document = policy("PutObject", "GetBucket", "GetObject")
    (statement,) = document["statement"]
    statement["principal"] = {"qcs": "*"}
    statement["condition"] = {
        "ip_equal": {"qcs:ip": "127.0.0.1/32"},
        "string_like_if_exist": {"cos:content-type": "image/*"},
        "string_equal_if_exist": {"cos:prefix": "mine/"},
        "numeric_less_than_if_exist": {"cos:content-length": 5},
    }
    cos = client(emulator, federated(emulator, document))
    cos.put_object(BUCKET, b"x", "mine/a", ContentType="image/png")
    cos.get_object(BUCKET, "mine/a")
    cos.list_objects(BUCKET, Prefix="mine/")
    for refused in (
        lambda: cos.put_object(BUCKET, b"x", "mine/a", ContentType="text/plain"),
        lambda: cos.put_object(BUCKET, b"12345", "mine/a", ContentType="image/png"),
        lambda: cos.list_objects(BUCKET, Prefix="others/"),
    ):
        assert is_refused(refused)
    statement["condition"]["ip_equal"] = {"qcs:ip": "10.0.0.0/8"}
    elsewhere = client(emulator, federated(emulator, document))
    assert is_refused(lambda: elsewhere.get_object(BUCKET, "mine/a"))


def test_a_federated_key_reads_the_version_that_its_policy_names(emulator: Emulator) -> None:
    own = client(emulator, emulator.uploader)
    own.put_bucket_versioning(BUCKET, "Enabled")
    named, other = (own.put_object(BUCKET, b"x", "a")["x-cos-version-id"] for _ in range(2))
    document = policy("GetObject", "HeadObject", "DeleteObject")
    document["statement"][0]["condition"] = {"string_equal": {"cos:versionid": named}}
    cos = client(emulator, federated(emulator, document))
    for call in (cos.get_object, cos.head_object, cos.delete_object):
        assert is_refused(lambda: call(BUCKET, "a", VersionId=other))  # noqa: B023
        assert is_refused(lambda: call(BUCKET, "a"))  # noqa: B023
        call(BUCKET, "a", VersionId=named)


def test_a_condition_that_is_not_evaluated_makes_no_key(emulator: Emulator) -> None:
    document = policy("GetObject")
    document["statement"][0]["condition"] = {"string_equal": {"qcs:vpc": "vpc-1"}}
    asked: dict[str, object] = {"Name": "tester", "Policy": json.dumps(document)}
    error = ask(emulator, "GetFederationToken", asked)["Error"]
    assert error["Code"] == "InvalidParameter.StrategyFormatError"
    assert "a condition on qcs:vpc is not evaluated here" in error["Message"]


ANYTHING: Final = '"effect": "allow", "action": "*", "resource": "*"'
TWICE: Final = '{"string_equal": {"cos:prefix": "a"}, "string_equal": {"cos:x-cos-acl": "b"}}'


@pytest.mark.parametrize(
    "text",
    [
        '{"version": "2.0", "statement": [], "statement": []}',
        f'{{"version": "2.0", "statement": [{{"effect": "deny", {ANYTHING}}}]}}',
        f'{{"version": "2.0", "statement": [{{{ANYTHING}, "condition": {TWICE}}}]}}',
    ],
)
def test_a_policy_that_says_a_member_twice_makes_no_key(emulator: Emulator, text: str) -> None:
    error = ask(emulator, "GetFederationToken", {"Name": "tester", "Policy": text})["Error"]
    assert error["Code"] == "InvalidParameter.StrategyFormatError"
    assert "is given twice" in error["Message"]


def test_a_federated_key_ends(emulator: Emulator) -> None:
    key = federated(emulator, policy("PutObject"), DurationSeconds=900)
    emulator.credentials.expire(key.secret_id, time.time() - 1)
    assert is_refused(lambda: client(emulator, key).put_object(BUCKET, b"x", "a"))


def test_a_browser_uploads_with_a_temporary_key(emulator: Emulator) -> None:
    key = federated(emulator, policy("PostObject", below="photos/*"))
    with emulator.client_session() as session:
        for name, status in (("photos/a.jpg", 204), ("others/a.jpg", 403)):
            fields = form.signed(key, {"key": name})
            assert form.send(session, fields).status_code == status


def test_a_temporary_key_uploads_in_parts(emulator: Emulator) -> None:
    actions = ("InitiateMultipartUpload", "UploadPart", "ListParts", "CompleteMultipartUpload")
    cos = client(emulator, federated(emulator, policy(*actions, below="mine/*")))
    assert is_refused(lambda: cos.create_multipart_upload(BUCKET, "others/a"))
    upload = cos.create_multipart_upload(BUCKET, "mine/a")["UploadId"]
    part = cos.upload_part(BUCKET, "mine/a", b"x", 1, upload)
    assert len(cos.list_parts(BUCKET, "mine/a", upload)["Part"]) == 1
    assert is_refused(lambda: cos.abort_multipart_upload(BUCKET, "mine/a", upload))
    parts = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    cos.complete_multipart_upload(BUCKET, "mine/a", upload, parts)
    assert is_refused(lambda: cos.put_object(BUCKET, b"x", "mine/a"))


def test_a_role_is_assumed(emulator: Emulator) -> None:
    client(emulator, emulator.uploader).put_object(BUCKET, b"x", "a")
    answer = ask(emulator, "AssumeRole", SESSION)
    assert answer["ExpiredTime"] == pytest.approx(time.time() + 7200, abs=60)
    cos = client(emulator, key_of(answer))
    assert cos.get_object(BUCKET, "a")["Content-Length"] == "1"
    assert is_refused(lambda: cos.put_object(BUCKET, b"x", "a"))


def test_a_role_is_assumed_with_less(emulator: Emulator) -> None:
    client(emulator, emulator.uploader).put_object(BUCKET, b"x", "a")
    less = json.dumps(policy("GetObject", "PutObject", below="b*"))
    answer = ask(emulator, "AssumeRole", {**SESSION, "Policy": less})
    cos = client(emulator, key_of(answer))
    assert is_refused(lambda: cos.get_object(BUCKET, "a"))
    assert is_refused(lambda: cos.put_object(BUCKET, b"x", "b"))


@pytest.mark.parametrize(
    ("action", "asked", "code"),
    [
        ("AssumeRole", {"RoleArn": ROLE}, "MissingParameter"),
        (
            "AssumeRole",
            {"RoleArn": ROLE.replace("reader", "nobody"), "RoleSessionName": "a"},
            "ResourceNotFound.RoleNotFound",
        ),
        ("GetFederationToken", {"Name": "a"}, "MissingParameter"),
        ("GetFederationToken", {"Policy": "{}"}, "MissingParameter"),
        (
            "GetFederationToken",
            {"Name": "a", "Policy": "{"},
            "InvalidParameter.StrategyFormatError",
        ),
        (
            "GetFederationToken",
            {"Name": "a", "Policy": json.dumps(policy("GetObject")), "DurationSeconds": 7201},
            "InvalidParameter",
        ),
        ("GetSessionToken", {}, "InvalidAction"),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    emulator: Emulator, action: str, asked: dict[str, object], code: str
) -> None:
    assert ask(emulator, action, asked)["Error"]["Code"] == code


def test_a_key_that_may_do_less_assumes_no_role(emulator: Emulator) -> None:
    key = federated(emulator, policy("GetObject"))
    answer = ask(emulator, "AssumeRole", SESSION, key)
    assert answer["Error"]["Code"] == "UnauthorizedOperation"


@pytest.mark.parametrize(("method", "digest"), [("HmacSHA1", "sha1"), ("HmacSHA256", "sha256")])
def test_older_clients_sign_in_a_parameter(emulator: Emulator, method: str, digest: str) -> None:
    asked = {
        "Action": "GetFederationToken",
        "Name": "tester",
        "Policy": quote(json.dumps(policy("PutObject"))),
        "Nonce": "1",
        "Region": REGION,
        "SecretId": emulator.uploader.secret_id,
        "SignatureMethod": method,
        "Timestamp": str(int(time.time())),
        "Version": "2018-08-13",
    }
    pairs = "&".join(f"{name}={asked[name]}" for name in sorted(asked))
    key = emulator.uploader.secret_key.encode()
    signature = hmac.new(key, f"POST{HOST}/?{pairs}".encode(), digest).digest()

    def send(given: bytes) -> dict[str, Any]:
        data = {**asked, "Signature": base64.b64encode(given).decode()}
        session: requests.Session = emulator.client_session()
        found: dict[str, Any] = session.post(f"https://{HOST}/", data=data).json()["Response"]
        return found

    client(emulator, key_of(send(signature))).put_object(BUCKET, b"x", "a")
    assert send(b"other")["Error"]["Code"] == "AuthFailure.SignatureFailure"
