"""A function that SCF fails to create or to change, or keeps busy: the next run completes."""

from __future__ import annotations

import pytest

from tests.support.deployments import Deployment


def test_a_function_that_could_not_be_created_is_made_anew(deployment: Deployment) -> None:
    deployment.api.account.failures = 1
    ended = deployment.run("deploy")
    assert ended.err.startswith(
        "card-ocr-prod-callback is CreateFailed: It failed, as the test wanted."
    )
    assert deployment.changes()[:2] == ["DeleteFunction", "CreateFunction"]
    assert deployment.changes() == []


@pytest.mark.parametrize("failures", [1, 2])
def test_a_function_that_could_not_be_updated_is_updated_again(
    deployment: Deployment, failures: int
) -> None:
    deployment.deployed()
    deployment.package("second")
    deployment.document["functions"]["callback"]["memorySize"] = 256
    deployment.api.account.failures = failures
    for _ in range(failures):
        assert "is UpdateFailed" in deployment.run("deploy").err
    assert deployment.changes()[:2] == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert deployment.function("callback").configuration["MemorySize"] == 256
    assert deployment.changes() == []


def test_a_configuration_that_could_not_be_changed_is_sent_again_whatever_scf_shows(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    deployment.document["functions"]["submit"]["memorySize"] = 256
    deployment.api.account.failures = 1
    assert "card-ocr-prod-submit is UpdateFailed" in deployment.run("deploy").err
    assert deployment.function("submit").configuration["MemorySize"] == 256
    assert deployment.changes() == ["UpdateFunctionCode", "UpdateFunctionConfiguration"]
    assert deployment.function("submit").status == "Active"


def test_a_function_that_stays_busy_is_given_up_and_found_by_the_next_run(
    deployment: Deployment,
) -> None:
    deployment.api.account.busy_polls = 1000
    ended = deployment.run("deploy")
    assert ended.err.startswith("SCF still shows card-ocr-prod-callback as Creating after 60 s; ")
    assert "run the same command again" in ended.err
    deployment.api.account.busy_polls = 2
    deployment.function("callback").busy = 3
    deployment.deployed()
    assert deployment.changes() == []
