from __future__ import annotations

import json

import pytest

from coslocal.cam.policy import Policy
from deploy.roles.documents import policy_document, trust_policy
from deploy.roles.grants import GRANTS
from deploy.roles.scope import Scope

SCOPE = Scope(
    region="ap-guangzhou",
    account="100000000001",
    input_bucket="cards-1250000000",
    input_prefix="uploads/",
    output_bucket="results-1250000000",
    output_prefix="ocr/",
)
PHOTO = "qcs::cos:ap-guangzhou:uid/1250000000:cards-1250000000/uploads/a.jpg"
RESULT = "qcs::cos:ap-guangzhou:uid/1250000000:results-1250000000/ocr/results/a.json"
PENDING = "qcs::cos:ap-guangzhou:uid/1250000000:results-1250000000/ocr/pending/a.json"
JOBS = "qcs::ci:ap-guangzhou:uid/1250000000:bucket/cards-1250000000/*"
CI_ROLE = "qcs::cam::uin/100000000001:roleName/CI_QCSRole"


def role(function: str) -> Policy:
    return Policy(policy_document(function, SCOPE))


@pytest.mark.parametrize("function", GRANTS)
@pytest.mark.parametrize("action", ["GetObject", "PutObject", "DeleteObject", "PutObjectACL"])
def test_no_role_may_read_or_write_a_photo(function: str, action: str) -> None:
    assert not role(function).allows(f"name/cos:{action}", PHOTO)


@pytest.mark.parametrize("function", GRANTS)
def test_every_role_may_look_at_a_photo_by_head(function: str) -> None:
    assert role(function).allows("name/cos:HeadObject", PHOTO)


@pytest.mark.parametrize("function", GRANTS)
def test_no_role_may_delete_a_result(function: str) -> None:
    assert not role(function).allows("name/cos:DeleteObject", RESULT)


def test_only_who_submits_may_create_jobs_and_pass_cis_role_on() -> None:
    may = {
        function
        for function in GRANTS
        if role(function).allows("ci:CreateMediaJobs", JOBS)
        and role(function).allows("cam:PassRole", CI_ROLE)
    }
    assert may == {"submit", "sweep"}
    assert not role("callback").allows("ci:CreateMediaJobs", JOBS)
    assert not role("callback").allows("cam:PassRole", CI_ROLE)


def test_callback_may_not_write_what_permits_a_job() -> None:
    assert not role("callback").allows("name/cos:PutObject", PENDING)


@pytest.mark.parametrize("function", GRANTS)
def test_no_role_reaches_another_prefix_bucket_region_or_role(function: str) -> None:
    for action in {action for grant in GRANTS[function] for action in grant.actions}:
        for resource in (
            PHOTO.replace("uploads/", "private/"),
            PHOTO.replace("cards-", "others-"),
            PHOTO.replace("ap-guangzhou", "ap-beijing"),
            RESULT.replace("ocr/", "other/"),
            JOBS.replace("cards-", "others-"),
            CI_ROLE.replace("CI_QCSRole", "Admin"),
            "*",
        ):
            assert not role(function).allows(action, resource)


@pytest.mark.parametrize("function", GRANTS)
def test_no_action_is_written_with_a_wildcard(function: str) -> None:
    assert "*" not in "".join(action for grant in GRANTS[function] for action in grant.actions)


def test_only_scf_may_take_the_roles_on() -> None:
    (statement,) = trust_policy()["statement"]
    assert statement["principal"] == {"service": ["scf.qcloud.com"]}
    assert statement["action"] == "name/sts:AssumeRole"


@pytest.mark.parametrize("function", GRANTS)
def test_a_policy_is_within_what_cam_takes(function: str) -> None:
    assert len(json.dumps(policy_document(function, SCOPE))) <= 6144
