"""What a request to COS is authorised for is what it does, however it is written."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import pytest
from requests import Response

from coslocal import Emulator, FunctionSettings, Settings
from coslocal.cam.calls import cos_call
from coslocal.cos.subresources import OF_BUCKETS, OF_OBJECTS
from coslocal.functions import in_this_process
from tests.cos.sdk import BUCKET, OTHER, REGION
from tests.cos.signing import native

HOST: Final = f"{BUCKET}.cos.{REGION}.myqcloud.com"
BELOW: Final = f"qcs::cos:{REGION}:uid/1250000000:{BUCKET}/"
SECRET: Final = {"x-cos-copy-source": f"{HOST}/secret/s"}
PUBLIC: Final = {"x-cos-acl": "public-read"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    function = FunctionSettings("reader", in_this_process(lambda _event, _context: None))
    cloud = Emulator(Settings(bucket=BUCKET, region=REGION, functions=[function]))
    send(cloud, "PUT", "secret/s", body=b"secret", role=None)
    yield cloud
    cloud.cos.reset()


def allow(*actions: str, below: str = "*", **more: Any) -> dict[str, Any]:
    named = [f"name/cos:{action}" for action in actions]
    return {"effect": "allow", "action": named, "resource": [BELOW + below], **more}


def deny(*actions: str, below: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(*actions, below=below, **more), "effect": "deny"}


def attach(emulator: Emulator, *statements: dict[str, Any]) -> None:
    emulator.access.attach("reader", {"version": "2.0", "statement": list(statements)})


def send(  # noqa: PLR0913 - the parts of a request
    emulator: Emulator,
    method: str,
    key: str = "",
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    *,
    role: str | None = "reader",
) -> Response:
    credential = emulator.uploader if role is None else emulator.credential_of_role(role)
    pairs = parse_qsl(query, keep_blank_values=True)
    token = {"x-cos-security-token": credential.token} if credential.token else {}
    signed = native(credential, method, f"/{key}", pairs, HOST)
    with emulator.client_session() as session:
        return session.request(
            method,
            f"https://{HOST}/{key}" + (f"?{query}" if query else ""),
            data=body,
            headers={"Host": HOST, **token, **signed, **(headers or {})},
        )


def status_and_code(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def delete_many(emulator: Emulator, document: str, role: str | None = "reader") -> Response:
    body = document.encode()
    digest = base64.b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324 - COS's own
    return send(emulator, "POST", "", "delete", {"Content-MD5": digest}, body, role=role)


def test_a_copy_needs_leave_to_read_its_source(emulator: Emulator) -> None:
    attach(emulator, allow("PutObject", "GetObject", below="mine/*"))
    assert status_and_code(send(emulator, "PUT", "mine/a", "", SECRET)) == (403, "AccessDenied")
    assert emulator.cos.read_object(BUCKET, "mine/a") is None
    attach(emulator, allow("PutObject", below="mine/*"), allow("GetObject", below="secret/*"))
    assert send(emulator, "PUT", "mine/a", "", SECRET).status_code == 200


def test_a_copy_of_a_version_is_authorised_as_reading_that_version(emulator: Emulator) -> None:
    other = {"string_equal": {"cos:versionid": "other"}}
    attach(emulator, allow("PutObject"), allow("GetObject", condition=other))
    assert status_and_code(send(emulator, "PUT", "mine/a", "", SECRET)) == (403, "AccessDenied")
    versioned = {"x-cos-copy-source": f"{HOST}/secret/s?versionId=other"}
    assert send(emulator, "PUT", "mine/a", "", versioned).status_code == 404


def test_a_copy_from_another_bucket_is_authorised_there(emulator: Emulator) -> None:
    emulator.cos.create_bucket(OTHER)
    attach(emulator, allow("PutObject", "GetObject", "GetBucket"))
    source = {"x-cos-copy-source": f"{OTHER}.cos.{REGION}.myqcloud.com/a"}
    assert status_and_code(send(emulator, "PUT", "a", "", source)) == (403, "AccessDenied")


def test_a_part_that_is_copied_needs_leave_to_read_its_source(emulator: Emulator) -> None:
    attach(emulator, allow("InitiateMultipartUpload", "UploadPart", below="mine/*"))
    begun = send(emulator, "POST", "mine/a", "uploads").text
    upload = begun.partition("<UploadId>")[2].partition("</UploadId>")[0]
    query = f"partNumber=1&uploadId={upload}"
    assert send(emulator, "PUT", "mine/a", query, body=b"x").status_code == 200
    assert status_and_code(send(emulator, "PUT", "mine/a", query, SECRET)) == (403, "AccessDenied")


def test_many_are_deleted_but_what_a_deny_keeps(emulator: Emulator) -> None:
    attach(emulator, allow("DeleteMultipleObjects"), deny("DeleteObject", below="secret/*"))
    document = "<Delete><Object><Key>a</Key></Object><Object><Key>{}</Key></Object></Delete>"
    for key in ("secret/s", "&#115;ecret/s", "<![CDATA[secret/s]]>"):
        answer = delete_many(emulator, document.format(key))
        assert status_and_code(answer) == (403, "AccessDenied")
    assert emulator.cos.read_object(BUCKET, "secret/s") is not None
    assert delete_many(emulator, document.format("b")).status_code == 200


def test_a_deny_on_a_version_holds_of_many_that_are_deleted(emulator: Emulator) -> None:
    kept = {"string_equal": {"cos:versionid": "1"}}
    attach(emulator, allow("DeleteMultipleObjects"), deny("DeleteObject", condition=kept))
    document = "<Delete><Object><Key>a</Key><VersionId>{}</VersionId></Object></Delete>"
    assert delete_many(emulator, document.format("1")).status_code == 403
    assert delete_many(emulator, document.format("2")).status_code == 200


def test_a_link_is_read_by_whoever_may_read_its_target(emulator: Emulator) -> None:
    attach(emulator, allow("PutSymlink", "GetObject", "HeadObject", below="mine/*"))
    link = {"x-cos-symlink-target": "secret/s"}
    assert send(emulator, "PUT", "mine/link", "symlink", link).status_code == 200
    for method in ("GET", "HEAD"):
        assert send(emulator, method, "mine/link").status_code == 403
    attach(emulator, allow("GetObject"))
    assert send(emulator, "GET", "mine/link").content == b"secret"


def test_a_public_link_shows_nobody_a_private_target(emulator: Emulator) -> None:
    link = {"x-cos-symlink-target": "secret/s", **PUBLIC}
    send(emulator, "PUT", "link", "symlink", link, role=None)
    with emulator.client_session() as session:
        assert session.get(f"https://{HOST}/link").status_code == 403
        send(emulator, "PUT", "secret/s", "acl", PUBLIC, role=None)
        assert session.get(f"https://{HOST}/link").content == b"secret"


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("", "prefix=secret/&prefix=mine/"),
        ("", "prefix=mine/&prefix=mine/"),
        ("secret/s", "versionId=a&versionId=b"),
        ("secret/s", "response-content-type=a&response-content-type=b"),
    ],
)
def test_a_parameter_that_is_given_twice_is_refused(
    emulator: Emulator, key: str, query: str
) -> None:
    answer = send(emulator, "GET", key, query, role=None)
    assert status_and_code(answer) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("method", "key", "query"),
    [
        ("PUT", "secret/s", "acl&tagging"),
        ("PUT", "secret/s", "partNumber=1&acl"),
        ("PUT", "secret/s", "partNumber=1&uploadId=a&acl"),
        ("GET", "", "versioning&acl"),
        ("GET", "", "acl&cors"),
        ("DELETE", "secret/s", "tagging&uploadId=a"),
    ],
)
def test_two_sub_resources_are_refused(
    emulator: Emulator, method: str, key: str, query: str
) -> None:
    answer = send(emulator, method, key, query, PUBLIC, role=None)
    assert status_and_code(answer) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("action", "method", "key", "query", "status"),
    [
        ("GetObject", "GET", "secret/s", "versionId=x", 404),
        ("GetObject", "GET", "secret/s", "response-content-type=a/b", 200),
        ("HeadObject", "HEAD", "secret/s", "response-content-type=a/b", 200),
        ("DeleteObject", "DELETE", "secret/s", "versionId=x", 204),
        ("DeleteObject", "DELETE", "secret/s", "encoding-type=url", 204),
        ("PutObject", "PUT", "secret/s", "encoding-type=url", 200),
        ("GetObjectTagging", "GET", "secret/s", "tagging&versionId=x", 404),
        ("HeadBucket", "HEAD", "", "prefix=a", 200),
        ("DeleteBucket", "DELETE", "", "prefix=a", 409),
    ],
)
def test_an_action_is_that_of_the_operation_whatever_the_query_says_besides(
    emulator: Emulator, action: str, method: str, key: str, query: str, status: int
) -> None:
    attach(emulator, allow("*"), deny(action))
    assert send(emulator, method, key, query).status_code == 403
    attach(emulator, allow(action, "GetBucket"))
    assert send(emulator, method, key, query).status_code == status


# No page names the actions of the first two. The third comes with partNumber, which names its own.
UNNAMED = {
    ("POST", "select"),
    *((method, "response-control") for method in ("GET", "PUT", "DELETE")),
    ("PUT", "uploadId"),
}


@pytest.mark.parametrize(("sub_resources", "key"), [(OF_BUCKETS, None), (OF_OBJECTS, "mine/a")])
def test_every_sub_resource_has_an_action_of_its_own(
    sub_resources: Mapping[str, str], key: str | None
) -> None:
    calls = {
        (method, name): cos_call(REGION, BUCKET, method, key, {name}, "").action
        for name, methods in sub_resources.items()
        for method in methods.split()
    }
    unnamed = {call for call, action in calls.items() if action == "cos:Other"}
    assert unnamed == UNNAMED & calls.keys()
    assert not {"cos:GetBucket", "cos:PutObject", "cos:GetObject"} & set(calls.values())
