from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.configuration.checks import check, check_complete
from deploy.configuration.document import read_service
from shared.errors import CardOcrError
from tests.support.environment import SECRET
from tests.support.serverless_yml import ENVIRON, document
from tests.support.wrong_configurations import WRONG_CONFIGURATIONS, WrongConfiguration

WRONG_DOCUMENTS = [wrong for wrong in WRONG_CONFIGURATIONS if wrong.sentence]


def test_the_repositorys_own_configuration_is_right() -> None:
    check_complete(read_service(document()), ENVIRON)


def test_nothing_need_be_set_to_package() -> None:
    check(read_service(document(environ={})), {})


@pytest.mark.parametrize("name", ["INPUT_BUCKET", "CALLBACK_SECRET"])
def test_what_is_required_must_be_set_to_deploy(name: str) -> None:
    environ = {**ENVIRON, name: ""}
    with pytest.raises(CardOcrError) as refused:
        check_complete(read_service(document(environ=environ)), environ)
    assert str(refused.value) == f"{name}: is missing; set it in .env, as .env.example shows"


@pytest.mark.parametrize(
    "change",
    [
        {"functions.submit.memorySize": 64},
        {"functions.submit.memorySize": 3072, "functions.submit.concurrency": 10},
        {"functions.submit.timeout": 900},
        {"functions.submit.eventAge": 60},
        {"functions.submit.events.0.cos.suffix": ".jpg"},
        {"functions.submit.deadLetterQueue": {"type": "CMQ-QUEUE", "name": "lost"}},
        {"functions.callback.concurrency": 300},
        {"functions.sweep.events.0.timer.cron": "0 0-30/10 8,20 * JAN-MAR MON 2026"},
        {"provider.logs": {"logset": "a-set", "topic": "a-topic"}},
        {"provider.environment.LOCAL_CLOUD": "http://127.0.0.1:8000"},
        {"provider.stage": "s" * (60 - len("card-ocr--callback"))},
    ],
)
def test_a_value_at_the_edge_is_taken(change: dict[str, object]) -> None:
    check(read_service(document(change)), ENVIRON)


def test_no_callback_type_but_url_needs_the_callbacks_address() -> None:
    environ = {**ENVIRON, "CALLBACK_TYPE": "NONE"}
    check(read_service(document(environ=environ)), environ)


@pytest.mark.parametrize(
    "events",
    [[{"cmq": {"topic": "cards"}}], [], [{"url": {"auth": "NONE"}}, {"cmq": {"topic": "cards"}}]],
    ids=["here", "elsewhere", "beside the address of jobs in flight"],
)
def test_a_topic_takes_the_place_of_the_address(events: list[object]) -> None:
    environ = {
        **ENVIRON,
        "CALLBACK_TYPE": "TDMQ",
        "CALLBACK_MQ_REGION": "gz",
        "CALLBACK_MQ_MODE": "Topic",
        "CALLBACK_MQ_NAME": "cards",
    }
    check(read_service(document({"functions.callback.events": events}, environ)), environ)


@pytest.mark.parametrize("wrong", WRONG_DOCUMENTS, ids=lambda wrong: wrong.name)
def test_a_wrong_configuration_is_refused_with_its_own_sentence(
    wrong: WrongConfiguration, tmp_path: Path
) -> None:
    settings = tmp_path / ".env"
    settings.write_text(wrong.settings or "", encoding="utf-8")
    text = document(wrong.change, wrong.environ, wrong.remove, settings)
    with pytest.raises(CardOcrError) as refused:
        check(read_service(text), wrong.environ)
    assert str(refused.value) == wrong.sentence


def test_every_sentence_is_another_and_shows_no_secret() -> None:
    sentences = {wrong.sentence or wrong.framework or "" for wrong in WRONG_CONFIGURATIONS}
    assert len(sentences) == len(WRONG_CONFIGURATIONS) >= 20
    assert not any(SECRET in sentence for sentence in sentences)
    assert not any("invented" in sentence for sentence in sentences)


def test_the_sweeps_time_is_the_one_it_plans_with() -> None:
    from deploy.configuration.checks.functions import MIN_SECONDS  # noqa: PLC0415 — beside the other side of it
    from functions.sweep import index  # noqa: PLC0415

    assert MIN_SECONDS["sweep"] == index._TIME_OUT_SECONDS  # noqa: SLF001


def refusal(environ: dict[str, str]) -> str:
    try:
        check(read_service(document(environ=environ)), environ)
    except CardOcrError as error:
        return str(error)
    return ""


def test_the_environment_may_hold_four_kilobytes_and_no_byte_more() -> None:
    def with_rules(length: int) -> dict[str, str]:
        return {**ENVIRON, "CARD_TYPE_RULES": f"uploads/{'x' * length}/=IDCard"}

    # Given rules that are too long by so many bytes
    too_long = re.search("takes ([0-9]+) bytes in submit", refusal(with_rules(5000)))
    assert too_long is not None
    fits = 5000 - (int(too_long[1]) - 4096)
    # Then without these they fit, and with one of them they don't
    assert refusal(with_rules(fits)) == ""
    assert "takes 4097 bytes in submit" in refusal(with_rules(fits + 1))
