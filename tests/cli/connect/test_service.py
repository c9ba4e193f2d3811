from __future__ import annotations

import json

import pytest

from cli.connect.service import printed, service_of
from deploy.errors import WrongConfiguration
from tests.cli.deployed import Deployment, as_printed
from tests.support.serverless_yml import ENVIRON, document


def handed_over() -> str:
    return as_printed(json.loads(document()))


def test_the_printed_service_is_the_one_that_is_deployed() -> None:
    service = service_of(handed_over())
    assert service.function_name("submit") == "card-ocr-prod-submit"
    assert service.environment == {"INPUT_BUCKET": ENVIRON["INPUT_BUCKET"]}
    assert service.secrets == ("CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"provider": 1, "functions": {}}'])
def test_what_is_no_service_is_refused(text: str) -> None:
    with pytest.raises(WrongConfiguration, match=r"serverless\.yml"):
        service_of(text)


@pytest.mark.node
def test_the_serverless_framework_prints_what_the_tests_take_it_to_print() -> None:
    text = printed(ENVIRON, None)
    assert text is not None
    assert ENVIRON["CALLBACK_SECRET"] not in text
    assert service_of(text) == service_of(handed_over())


@pytest.mark.node
def test_a_stage_is_handed_on() -> None:
    text = printed(ENVIRON, "staging")
    assert text is not None
    assert service_of(text).function_name("sweep") == "card-ocr-staging-sweep"


@pytest.fixture
def deployment(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """SCF knows the address, and no setting names it."""
    monkeypatch.delenv("CALLBACK_URL")
    return deployment


def test_a_job_that_an_operator_sends_is_called_back(deployment: Deployment) -> None:
    deployment.local.cos.on_object_created = lambda _created: None
    key = "uploads/id/from-before.jpg"
    etag = deployment.cloud.put(key)
    assert deployment.operator.calls("backfill", "--yes").status == 0
    deployment.clock.move(300)
    assert deployment.operator.calls("sweep").status == 0
    deployment.local.run_until_idle()
    assert deployment.cloud.result(key, etag)["evidence"]["delivered_by"] == "callback"


def test_what_sends_nothing_asks_for_no_address(deployment: Deployment) -> None:
    asked = len(deployment.api.calls)
    answer = deployment.operator.calls("audit")
    assert (answer.status, answer.err) == (0, "")
    assert deployment.api.calls[asked:] == []


def test_an_address_that_nobody_knows_is_missed(deployment: Deployment) -> None:
    deployment.api.account.functions.clear()
    answer = deployment.operator.calls("sweep")
    assert (answer.status, answer.err) == (2, "card-ocr: CALLBACK_URL: is missing\n")
