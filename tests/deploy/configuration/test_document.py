from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.configuration.document import read_service
from deploy.configuration.service import (
    CosTrigger,
    DeadLetterQueue,
    LogTopic,
    TimerTrigger,
    TopicTrigger,
    UrlTrigger,
)
from deploy.errors import WrongConfiguration
from tests.support.environment import BUCKET
from tests.support.serverless_yml import document


def test_the_repositorys_serverless_yml_is_read() -> None:
    service = read_service(document())
    assert (service.name, service.stage, service.region) == ("card-ocr", "prod", "ap-guangzhou")
    assert service.runtime == "Python3.10"
    assert list(service.functions) == ["submit", "callback", "sweep"]
    assert service.functions["submit"].triggers == (
        CosTrigger(BUCKET, "cos:ObjectCreated:*", "uploads/", ""),
    )
    assert service.functions["callback"].triggers == (UrlTrigger("NONE"),)
    assert service.functions["callback"].concurrency == 40
    assert service.functions["submit"].concurrency == 100
    assert service.functions["sweep"].triggers == (
        TimerTrigger("sweep", "0 */5 * * * * *", ""),
        TimerTrigger("reconcile", "30 17 3 * * * *", "reconcile"),
    )
    assert service.secrets == ("CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS")
    assert service.function_name("submit") == "card-ocr-prod-submit"
    assert service.zip_path("submit") == Path(".serverless/submit.zip")


def test_only_variables_that_are_set_are_deployed() -> None:
    assert read_service(document()).environment == {"INPUT_BUCKET": BUCKET}


def test_numbers_and_booleans_become_text_as_yaml_writes_them() -> None:
    change = {"provider.environment.MIN_SCORE": 90, "provider.environment.LOG_KEYS": True}
    environment = read_service(document(change)).environment
    assert (environment["MIN_SCORE"], environment["LOG_KEYS"]) == ("90", "true")


def test_what_is_optional_is_read_where_it_is_written() -> None:
    service = read_service(
        document(
            {
                "functions.submit.deadLetterQueue": {"type": "CMQ-QUEUE", "name": "lost"},
                "provider.logs": {"logset": "a-set", "topic": "a-topic"},
            }
        )
    )
    assert service.functions["submit"].dead_letter_queue == DeadLetterQueue("CMQ-QUEUE", "lost")
    assert service.logs == LogTopic("a-set", "a-topic")


@pytest.mark.parametrize(
    ("environ", "prefix"), [({}, "uploads/"), ({"INPUT_PREFIX": "cards/"}, "cards/")]
)
def test_a_trigger_without_a_place_watches_the_functions_own(
    environ: dict[str, str], prefix: str
) -> None:
    # An empty variable in .env comes as an empty value, not as the default that YAML names.
    change = {"functions.submit.events.0.cos": {"event": "cos:ObjectCreated:*"}}
    environ = {"INPUT_BUCKET": BUCKET, **environ}
    (trigger,) = read_service(document(change, environ)).functions["submit"].triggers
    assert isinstance(trigger, CosTrigger)
    assert (trigger.bucket, trigger.prefix) == (BUCKET, prefix)


@pytest.mark.parametrize("event", [{"cmq": {"topic": "cards"}}, {"cmq": {}}])
def test_a_topic_is_the_one_that_ci_publishes_to(event: dict[str, Any]) -> None:
    change = {
        "functions.callback.events": [event],
        "provider.environment.CALLBACK_MQ_NAME": "cards",
    }
    callback = read_service(document(change)).functions["callback"]
    assert callback.triggers == (TopicTrigger("cards"),)


@pytest.mark.parametrize("text", ["", "{", "null", "[]"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(WrongConfiguration, match=r"^standard input: is no"):
        read_service(text)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"functions.submit.memorySize": 128.5}, "memorySize: is 128.5; write a whole number"),
        ({"functions.submit.memorySize": True}, "memorySize: is True; write a whole number"),
        ({"functions.submit.events": {"cos": {}}}, "events: is no list; write `- ` before each"),
        ({"functions.submit": "fast"}, "submit: is no mapping; write keys and values below it"),
        ({"functions.submit.role": ["a"]}, "role: is no text; write one value"),
        ({"functions.submit.events.0": {}}, "events.0: is nothing; write one of cos, timer, cmq"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WrongConfiguration) as refused:
        read_service(document(change))
    assert sentence in str(refused.value)


def test_a_number_from_a_variable_is_a_number() -> None:
    read = read_service(document({"functions.submit.memorySize": "256"}))
    assert read.functions["submit"].memory_size == 256


@pytest.mark.parametrize("key", ["credentials", "layers"])
def test_a_key_that_nobody_reads_is_refused(key: str) -> None:
    with pytest.raises(WrongConfiguration, match=f"^{key}: is no key here; there can be functions"):
        read_service(json.dumps({**json.loads(document()), key: {}}))
