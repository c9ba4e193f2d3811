"""An emulator under policies: what a role may not do is refused as COS and CI refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from coslocal import Emulator, FunctionSettings, Settings
from coslocal.cam.access import Asked
from coslocal.functions import in_this_process
from tests.cos import form

BUCKET = "examples-1250000000"
OBJECTS = "qcs::cos:ap-guangzhou:uid/1250000000:examples-1250000000/uploads/*"
JOBS = "qcs::ci:ap-guangzhou:uid/1250000000:bucket/examples-1250000000/*"
JOB = "<Request><Tag>ImageLicenseRec</Tag></Request>"


def deployed(name: str) -> FunctionSettings:
    return FunctionSettings(name, in_this_process(lambda _event, _context: None))


def client_of(local: Emulator, name: str) -> CosS3Client:
    environment = local.environment(name)
    configuration = CosConfig(
        Region="ap-guangzhou",
        SecretId=environment["TENCENTCLOUD_SECRETID"],
        SecretKey=environment["TENCENTCLOUD_SECRETKEY"],
        Token=environment["TENCENTCLOUD_SESSIONTOKEN"],
    )
    return CosS3Client(configuration, retry=0, session=local.client_session())


@pytest.fixture
def local() -> Iterator[Emulator]:
    cloud = Emulator(Settings(functions=[deployed("uploaded"), deployed("called")]))
    yield cloud
    cloud.cos.reset()


def allow(local: Emulator, role: str, actions: list[str], resource: str) -> None:
    statement = {"effect": "allow", "action": actions, "resource": [resource]}
    local.access.attach(role, {"version": "2.0", "statement": [statement]})


def refusal(call: Any) -> tuple[int, str]:
    with pytest.raises(CosServiceError) as caught:
        call()
    return caught.value.get_status_code(), caught.value.get_error_code()


def test_what_the_role_does_not_allow_is_access_denied(local: Emulator) -> None:
    allow(local, "uploaded", ["cos:HeadObject"], OBJECTS)
    uploaded = client_of(local, "uploaded")
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: uploaded.put_object(**put)) == (403, "AccessDenied")
    assert local.cos.read_object(BUCKET, "uploads/a") is None


def test_a_form_is_authorised_as_a_post_of_its_key(local: Emulator) -> None:
    allow(local, "uploaded", ["cos:PostObject"], OBJECTS)
    credential = local.credential_of_role("uploaded")
    answers = [
        form.send(local.client_session(), form.signed(credential, {"key": key}))
        for key in ("uploads/a", "other/a")
    ]
    assert [one.status_code for one in answers] == [204, 403]


def test_one_role_allows_nothing_to_another(local: Emulator) -> None:
    allow(local, "uploaded", ["cos:PutObject"], OBJECTS)
    allow(local, "called", ["cos:HeadObject"], OBJECTS)
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: client_of(local, "called").put_object(**put))[0] == 403
    client_of(local, "uploaded").put_object(**put)


@pytest.mark.parametrize(
    ("actions", "status"),
    [(["cos:HeadObject"], 403), (["cos:HeadObject", "cos:GetBucket"], 404)],
)
def test_only_who_may_list_learns_that_an_object_is_absent(
    local: Emulator, actions: list[str], status: int
) -> None:
    allow(local, "uploaded", actions, OBJECTS)
    uploaded = client_of(local, "uploaded")
    assert refusal(lambda: uploaded.head_object(Bucket=BUCKET, Key="uploads/a"))[0] == status


def test_a_listing_is_allowed_by_its_prefix(local: Emulator) -> None:
    allow(local, "uploaded", ["cos:GetBucket"], OBJECTS)
    uploaded = client_of(local, "uploaded")
    uploaded.list_objects(Bucket=BUCKET, Prefix="uploads/driver/")
    assert refusal(lambda: uploaded.list_objects(Bucket=BUCKET, Prefix="private/"))[0] == 403
    assert refusal(lambda: uploaded.list_objects(Bucket=BUCKET))[0] == 403


def test_a_job_needs_the_role_that_is_passed_on_with_it(local: Emulator) -> None:
    allow(local, "uploaded", ["ci:CreateMediaJobs"], JOBS)
    answer = _post(local, "uploaded")
    assert (answer.status_code, b"AccessDenied" in answer.content) == (401, True)
    assert local.jobs == []


def test_a_role_without_a_policy_and_the_account_itself_may_do_everything(
    local: Emulator,
) -> None:
    asked: list[Asked] = []
    local.access.on_call = asked.append
    assert _post(local, "uploaded").status_code == 400  # CI looks at the request itself
    assert [(one.role, one.call.action) for one in asked] == [
        ("uploaded", "ci:CreateMediaJobs"),
        ("uploaded", "cam:PassRole"),
    ]


def test_new_credentials_are_the_same_roles(local: Emulator) -> None:
    allow(local, "uploaded", ["cos:HeadObject"], OBJECTS)
    local.rotate_credentials()
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: client_of(local, "uploaded").put_object(**put))[0] == 403


def _post(local: Emulator, role: str) -> Any:
    client = client_of(local, role)
    from qcloud_cos import CosS3Auth  # noqa: PLC0415 — the SDK's signer, for a bare request

    return local.client_session().post(
        f"https://{BUCKET}.ci.ap-guangzhou.myqcloud.com/jobs",
        data=JOB,
        headers={
            "Content-Type": "application/xml",
            "x-ci-security-token": local.environment(role)["TENCENTCLOUD_SESSIONTOKEN"],
        },
        auth=CosS3Auth(client.get_conf(), "/jobs"),
    )
