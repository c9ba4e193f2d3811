"""What each function's role allows, and that the functions need all of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import pytest

from coslocal.cam.access import Asked
from coslocal.cam.policy import Policy
from deploy.errors import RequestFailed
from deploy.roles.cam import Cam
from deploy.roles.grants import GRANTS, Scope
from deploy.roles.wanted import policy_document, trust_policy
from tests.support.clouds import policies
from tests.support.role_scenarios import FUNCTIONS, SCENARIOS, Scenario, play

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


# The roles, both ways: every call is allowed, and whatever is allowed is called for.


DEPLOYMENTS = {
    "one bucket": {},
    "two buckets": {"OUTPUT_BUCKET": "results-1250000000", "OUTPUT_PREFIX": "cards/"},
}
deployments = pytest.mark.parametrize("deployment", DEPLOYMENTS)


@functools.cache
def recorded(scenario: Scenario, deployment: str) -> frozenset[Asked]:
    return frozenset(play(scenario, DEPLOYMENTS[deployment]))


@deployments
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_call_of_a_function_is_allowed_by_its_role(
    scenario: Scenario, deployment: str
) -> None:
    made = recorded(scenario, deployment)
    assert made
    assert {one for one in made if not one.allowed} == set()


@deployments
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_action_a_role_allows_is_called_for_where_it_allows_it(
    function: str, deployment: str
) -> None:
    calls = {one for scenario in SCENARIOS for one in recorded(scenario, deployment)}
    document = policies(DEPLOYMENTS[deployment])[function]
    unused = []
    for grant, statement in zip(GRANTS[function], document["statement"], strict=True):
        for action in grant.actions:
            alone = Policy({"version": "2.0", "statement": [{**statement, "action": action}]})
            if not any(one.role == function and alone.allows(*one.call) for one in calls):
                unused.append((grant.place.name, action))
    assert unused == []


# Roles and policies as CAM has them.


class Refusing:
    """An API that refuses every request with one code."""

    def __init__(self, code: str) -> None:
        self._code = code

    def call(self, _service: str, action: str, _parameters: Mapping[str, object]) -> Any:
        raise RequestFailed(action, self._code, "")


@pytest.mark.parametrize("code", ["InvalidParameter.RoleNotExist", "ResourceNotFound.RoleNotExist"])
def test_a_role_that_cam_does_not_know_is_none(code: str) -> None:
    assert Cam(Refusing(code)).find_role("card-ocr-prod-submit") is None


def test_a_role_that_can_not_be_asked_for_is_not_taken_for_missing() -> None:
    with pytest.raises(RequestFailed):
        Cam(Refusing("InternalError")).find_role("card-ocr-prod-submit")
