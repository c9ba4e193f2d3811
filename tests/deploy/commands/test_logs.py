"""`logs`: what a function logged, and where that can't be read here."""

from __future__ import annotations

from tests.support.deployments import Deployment


def test_a_function_without_a_log_is_said_to_have_none(deployment: Deployment) -> None:
    deployment.deployed()
    out = deployment.deployed("logs", "--function", "callback").out
    assert out == "card-ocr-prod-callback has logged nothing in a week\n"


def test_where_scf_names_no_log_topic_the_console_is_pointed_to(deployment: Deployment) -> None:
    deployment.deployed()
    deployment.function("sweep").configuration["ClsTopicId"] = ""
    out = deployment.deployed("logs", "--function", "sweep").out
    assert out == (
        "SCF names no log topic of card-ocr-prod-sweep: look at the function's page in its "
        "console\n"
    )
