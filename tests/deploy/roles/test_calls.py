"""The roles, both ways: every call is allowed, and whatever is allowed is called for."""

from __future__ import annotations

import functools

import pytest

from coslocal.cam.access import Asked
from coslocal.cam.policy import Policy
from deploy.roles.grants import GRANTS
from tests.deploy.roles.scenarios import FUNCTIONS, SCENARIOS, Scenario, play
from tests.support.clouds import policies

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
