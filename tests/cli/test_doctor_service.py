from __future__ import annotations

import json

import pytest

from cli.connect.service import printed, service_of
from deploy.errors import WrongConfiguration
from tests.cli.deployed import as_printed
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
