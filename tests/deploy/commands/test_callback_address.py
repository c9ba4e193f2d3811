"""`deploy` tells the callback's address to the functions that send jobs, in the same pass."""

from __future__ import annotations

from tests.support.deployments import Deployment
from tests.support.environment import BUCKET

URL = "https://1250000000-callback.ap-guangzhou.tencentscf.com"


def address(deployment: Deployment, key: str) -> str:
    """The address that a function was told."""
    return str(deployment.function(key).environment["CALLBACK_URL"])


def test_the_callbacks_address_is_handed_to_who_sends_jobs_in_the_same_pass(
    deployment: Deployment,
) -> None:
    deployment.deployed()
    secret = deployment.environ["CALLBACK_SECRET"]
    common = {"CALLBACK_SECRET": secret, "INPUT_BUCKET": BUCKET, "LOG_LEVEL": "INFO"}
    assert deployment.function("callback").environment == common
    for key in ("submit", "sweep"):
        assert deployment.function(key).environment == {**common, "CALLBACK_URL": URL}


def test_the_address_of_another_alias_is_nobodys_to_be_told(deployment: Deployment) -> None:
    deployment.deployed()
    (ours,) = deployment.function("callback").triggers
    shown = ours["TriggerDesc"].replace("1250000000-callback", "1250000000-trial")
    theirs = {**ours, "TriggerDesc": shown, "Qualifier": "trial", "Description": ""}
    deployment.function("callback").triggers.insert(0, theirs)
    assert deployment.changes() == []
    assert address(deployment, "submit") == URL


def test_an_address_that_is_replaced_is_told_in_the_same_pass(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("callback").triggers[0]["Qualifier"] = "$LATEST"
    deployment.api.account.url_of = lambda _function: "https://another.tencentscf.com"
    replaced = ["DeleteTrigger", "CreateTrigger", *["UpdateFunctionConfiguration"] * 2]
    assert deployment.changes() == replaced
    assert address(deployment, "submit") == "https://another.tencentscf.com"
    assert deployment.changes() == []


def test_a_function_url_is_opened_again_whatever_it_is_called(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("callback").triggers[0] |= {"TriggerName": "by-hand", "Enable": 0}
    assert deployment.changes() == ["UpdateTrigger"]
    assert deployment.changes() == []
