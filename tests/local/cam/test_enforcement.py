"""The local cloud under policies: what a role may not do is refused as COS and CI refuse it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from local.cam.access import Asked
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser
from tests.local.cos import form

BUCKET = "cards-1250000000"
OBJECTS = "qcs::cos:ap-guangzhou:uid/1250000000:cards-1250000000/uploads/*"
JOBS = "qcs::ci:ap-guangzhou:uid/1250000000:bucket/cards-1250000000/*"
JOB = "<Request><Tag>ImageLicenseRec</Tag></Request>"


def client_of(local: LocalCloud, name: str) -> CosS3Client:
    environment = local.environment(name)
    configuration = CosConfig(
        Region="ap-guangzhou",
        SecretId=environment["TENCENTCLOUD_SECRETID"],
        SecretKey=environment["TENCENTCLOUD_SECRETKEY"],
        Token=environment["TENCENTCLOUD_SESSIONTOKEN"],
    )
    return CosS3Client(configuration, retry=0, session=local.client_session())


@pytest.fixture
def local() -> Iterator[LocalCloud]:
    cloud = LocalCloud(ScriptedRecogniser(), Setup(functions=("submit", "callback")))
    yield cloud
    cloud.cos.reset()


def allow(local: LocalCloud, role: str, actions: list[str], resource: str) -> None:
    statement = {"effect": "allow", "action": actions, "resource": [resource]}
    local.access.attach(role, {"version": "2.0", "statement": [statement]})


def refusal(call: Any) -> tuple[int, str]:
    with pytest.raises(CosServiceError) as caught:
        call()
    return caught.value.get_status_code(), caught.value.get_error_code()


def test_what_the_role_does_not_allow_is_access_denied(local: LocalCloud) -> None:
    allow(local, "submit", ["cos:HeadObject"], OBJECTS)
    submit = client_of(local, "submit")
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: submit.put_object(**put)) == (403, "AccessDenied")
    assert local.cos.read_object(BUCKET, "uploads/a") is None


def test_a_form_is_authorised_as_a_post_of_its_key(local: LocalCloud) -> None:
    allow(local, "submit", ["cos:PostObject"], OBJECTS)
    credential = local.credential_of_role("submit")
    answers = [
        form.send(local.client_session(), form.signed(credential, {"key": key}))
        for key in ("uploads/a", "ocr/a")
    ]
    assert [one.status_code for one in answers] == [204, 403]


def test_one_role_allows_nothing_to_another(local: LocalCloud) -> None:
    allow(local, "submit", ["cos:PutObject"], OBJECTS)
    allow(local, "callback", ["cos:HeadObject"], OBJECTS)
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: client_of(local, "callback").put_object(**put))[0] == 403
    client_of(local, "submit").put_object(**put)


@pytest.mark.parametrize(
    ("actions", "status"),
    [(["cos:HeadObject"], 403), (["cos:HeadObject", "cos:GetBucket"], 404)],
)
def test_only_who_may_list_learns_that_an_object_is_absent(
    local: LocalCloud, actions: list[str], status: int
) -> None:
    allow(local, "submit", actions, OBJECTS)
    submit = client_of(local, "submit")
    assert refusal(lambda: submit.head_object(Bucket=BUCKET, Key="uploads/a"))[0] == status


def test_a_listing_is_allowed_by_its_prefix(local: LocalCloud) -> None:
    allow(local, "submit", ["cos:GetBucket"], OBJECTS)
    submit = client_of(local, "submit")
    submit.list_objects(Bucket=BUCKET, Prefix="uploads/driver/")
    assert refusal(lambda: submit.list_objects(Bucket=BUCKET, Prefix="private/"))[0] == 403
    assert refusal(lambda: submit.list_objects(Bucket=BUCKET))[0] == 403


def test_a_job_needs_the_role_that_is_passed_on_with_it(local: LocalCloud) -> None:
    allow(local, "submit", ["ci:CreateMediaJobs"], JOBS)
    answer = _post(local, "submit")
    assert (answer.status_code, b"AccessDenied" in answer.content) == (401, True)
    assert local.jobs == []


def test_a_role_without_a_policy_and_the_account_itself_may_do_everything(
    local: LocalCloud,
) -> None:
    asked: list[Asked] = []
    local.access.on_call = asked.append
    assert _post(local, "submit").status_code == 400  # CI looks at the request itself
    assert [(one.role, one.call.action) for one in asked] == [
        ("submit", "ci:CreateMediaJobs"),
        ("submit", "cam:PassRole"),
    ]


def test_new_credentials_are_the_same_roles(local: LocalCloud) -> None:
    allow(local, "submit", ["cos:HeadObject"], OBJECTS)
    local.rotate_credentials()
    put = {"Bucket": BUCKET, "Key": "uploads/a", "Body": b"x"}
    assert refusal(lambda: client_of(local, "submit").put_object(**put))[0] == 403


def _post(local: LocalCloud, role: str) -> Any:
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
