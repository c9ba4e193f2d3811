"""serverless.yml, .env and the environment: what is read, and what is refused with a sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from deploy.api.certificates import BUNDLE
from deploy.configuration.checks import check, check_complete
from deploy.configuration.checks.triggers import problem_with
from deploy.configuration.document import read_service
from deploy.configuration.env_file import read_env_file
from deploy.configuration.environment import API_DOMAIN, function_environment, without_secrets
from deploy.configuration.service import (
    CosTrigger,
    DeadLetterQueue,
    LogTopic,
    TimerTrigger,
    TopicTrigger,
    UrlTrigger,
)
from deploy.errors import WrongConfiguration
from deploy.functions.plan import delivery_notes
from shared.errors import CardOcrError, ConfigurationError
from shared.settings.variables import VARIABLES
from tests.support.environment import BUCKET, PREVIOUS_SECRET, SECRET
from tests.support.serverless_yml import ENVIRON, ROOT, configuration, document
from tests.support.settings_lines import LINES, REFUSED
from tests.support.wrong_configurations import WRONG_CONFIGURATIONS, WrongCase


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


def test_what_is_optional_is_read_if_it_is_written() -> None:
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
        ({"functions.submit.events": {"cos": {}}}, "events: is not a list; write `- ` before each"),
        ({"functions.submit": "fast"}, "submit: is not a mapping; write keys and values below it"),
        ({"functions.submit.role": ["a"]}, "role: is not a text; write one value"),
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
    with pytest.raises(
        WrongConfiguration, match=f"^{key}: is not a key here; there can be functions"
    ):
        read_service(json.dumps({**json.loads(document()), key: {}}))


URL = "https://1250000000-invented.ap-guangzhou.tencentscf.com"


EVERYWHERE = {"CALLBACK_SECRET": SECRET, "INPUT_BUCKET": BUCKET}
STAYS_HERE = {"LOCAL_CLOUD": "http://127.0.0.1:1", "TENCENTCLOUD_SECRET_ID": "AKIDinvented"}
STALE = {"CALLBACK_URL": "https://stale.example/"}
PREVIOUS, NOBODY_CALLS = {"CALLBACK_SECRET_PREVIOUS": PREVIOUS_SECRET}, {"CALLBACK_TYPE": "NONE"}


@pytest.mark.parametrize(
    ("key", "environ", "more"),
    [
        pytest.param("submit", {}, {"CALLBACK_URL": URL}, id="submit sends jobs"),
        pytest.param("sweep", {}, {"CALLBACK_URL": URL}, id="sweep sends jobs"),
        pytest.param("callback", {}, {}, id="callback needs no address of its own"),
        pytest.param("submit", NOBODY_CALLS, NOBODY_CALLS, id="CI doesn't call"),
        pytest.param("callback", PREVIOUS, PREVIOUS, id="a rotation has two secrets"),
        pytest.param(
            "submit", STAYS_HERE | STALE, {"CALLBACK_URL": URL}, id="what serverless.yml omits"
        ),
    ],
)
def test_a_function_is_deployed_with_what_it_needs_and_nothing_else(
    key: str, environ: dict[str, str], more: dict[str, str]
) -> None:
    process = {**ENVIRON, **environ}
    service = read_service(document(environ=process))
    assert function_environment(service, key, process, URL) == EVERYWHERE | more


def test_a_program_that_is_none_of_ours_gets_no_secret() -> None:
    environ = {
        "CALLBACK_SECRET": "1",
        "CALLBACK_SECRET_PREVIOUS": "2",
        "TENCENTCLOUD_SECRET_ID": "3",
        "TENCENTCLOUD_SECRET_KEY": "4",
        "TENCENTCLOUD_TOKEN": "5",
        "PATH": "/bin",
    }
    assert without_secrets(environ) == {"PATH": "/bin"}


# `.env` is read as `sls` reads it; tests/deploy/test_sls.py holds both readings against each other.


def written(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(("line", "value"), LINES.items())
def test_a_value_is_the_one_that_the_functions_get(line: str, value: str, tmp_path: Path) -> None:
    assert read_env_file(written(tmp_path, f"{line}\n"))["QUEUE_ID"] == value


@pytest.mark.parametrize("line", REFUSED)
def test_a_dollar_is_refused_without_the_value(line: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_env_file(written(tmp_path, f"{line}\n"))
    assert str(refused.value) == (
        "QUEUE_ID: has a $ in .env, which sls would read as the beginning of a variable's name; "
        "write a value without one"
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CALLBACK_SECRT", "CALLBACK_SECRET"),
        ("input_bucket", "INPUT_BUCKET"),
        ("CARDTYPE", "CARD_TYPE"),
        ("TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SECRET_KEY"),
        ("TENCENTCLOUD_SESSIONTOKEN", "TENCENTCLOUD_TOKEN"),
    ],
)
def test_a_name_that_must_be_a_typo_is_refused_with_the_nearest(
    name: str, meant: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_env_file(written(tmp_path, f"{name}=invented\n"))
    sentence = f"{name}: is in .env, but is not a variable of card-ocr; write {meant}"
    assert str(refused.value) == sentence


def test_variables_of_others_may_stand_in_the_file(tmp_path: Path) -> None:
    others = ("PIP_INDEX_URL", "HTTPS_PROXY", "NODE_ENV", "CLS_TOPIC", "LANG", "VENV")
    lines = "".join(f"{name}=invented\n" for name in others)
    assert set(read_env_file(written(tmp_path, lines))) == set(others)


def test_every_line_of_the_example_is_taken(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = read_env_file(written(tmp_path, text.replace("\n#", "\n"))).keys()
    assert {"INPUT_BUCKET", "CALLBACK_SECRET_PREVIOUS", "LOG_KEYS"} <= names


def test_a_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == {}


# SCF or the deployment sets these, or nobody does in the cloud.
_NOT_THE_USERS = {"CALLBACK_URL", "LOCAL_CLOUD"}
_SECRETS = ["CALLBACK_SECRET", "CALLBACK_SECRET_PREVIOUS"]
_USERS = {
    variable.name: variable.default
    for variable in VARIABLES
    if variable.name not in _NOT_THE_USERS and not variable.name.startswith("TENCENTCLOUD_")
}
_API_KEYS = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"]


def test_serverless_yml_takes_the_users_variables_from_the_environment_and_no_other() -> None:
    provider = configuration()["provider"]
    assert provider["secrets"] == _SECRETS
    names = _USERS.keys() - _SECRETS
    assert provider["environment"] == {name: f"${{env:{name}, ''}}" for name in names}


def test_the_example_has_every_variable_with_its_default_the_way_to_the_cloud_and_no_more() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    example = dict(re.findall(r"^(#?[A-Z_]+)=(.*)$", text, re.MULTILINE))
    of_users = {
        name if default is None else f"#{name}": default or "" for name, default in _USERS.items()
    }
    assert {name: example.pop(name) for name in of_users} == of_users
    assert {name.removeprefix("#") for name in example} == {
        *(*_API_KEYS, "TENCENTCLOUD_REGION", API_DOMAIN, BUNDLE)
    }
    assert not any(value for name, value in example.items() if "SECRET" in name)


ADDRESS, TOPIC = {"url": {"auth": "NONE"}}, {"cmq": {"topic": "cards"}}
QUEUED = {
    "CALLBACK_TYPE": "TDMQ",
    "CALLBACK_MQ_REGION": "gz",
    "CALLBACK_MQ_MODE": "Topic",
    "CALLBACK_MQ_NAME": "cards",
}


def notes(events: list[object], **environ: str) -> list[str]:
    text = document({"functions.callback.events": events}, {**ENVIRON, **environ})
    return list(delivery_notes(read_service(text)))


@pytest.mark.parametrize(
    ("events", "environ"),
    [([ADDRESS], {}), ([TOPIC], QUEUED), ([], {"CALLBACK_TYPE": "NONE"})],
    ids=["an address", "a topic", "neither"],
)
def test_what_brings_the_results_needs_no_word(
    events: list[object], environ: dict[str, str]
) -> None:
    assert notes(events, **environ) == []


def test_an_address_that_ci_does_not_call_is_named() -> None:
    (note,) = notes([ADDRESS], CALLBACK_TYPE="NONE")
    assert note.startswith("with CALLBACK_TYPE NONE CI calls no address: take url out")


def test_messages_that_nothing_here_brings_are_named() -> None:
    (note,) = notes([], **QUEUED)
    assert note.startswith("no event in serverless.yml brings CI's messages to callback")


def test_an_address_in_place_of_a_topic_is_both() -> None:
    assert len(notes([ADDRESS], **QUEUED)) == 2


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
    wrong: WrongCase, tmp_path: Path
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
    too_long = re.fullmatch(
        r"provider\.environment: takes (\d+) bytes in submit, with the secrets and the callback's "
        r"address; SCF takes 4096, so write a shorter CARD_TYPE_RULES, which takes 5031",
        refusal(with_rules(5000)),
    )
    assert too_long is not None
    fits = 5000 - (int(too_long[1]) - 4096)
    # Then without these they fit, and with one of them they don't
    assert refusal(with_rules(fits)) == ""
    assert "takes 4097 bytes in submit" in refusal(with_rules(fits + 1))


@pytest.mark.parametrize(
    "cron",
    [
        "0 */5 * * * * *",
        "30 17 3 * * * *",
        "0 0 0 1 1 0 1970",
        "59 59 23 31 12 6 2099",
        "0 0 9-17/2 * * MON-FRI *",
        "*/1 0,30 * 1,15 jan,Dec * 2026-2028",
    ],
)
def test_a_cron_of_seven_fields_within_their_bounds_is_taken(cron: str) -> None:
    assert problem_with(cron) is None


@pytest.mark.parametrize(
    ("cron", "field"),
    [
        ("60 * * * * * *", "second"),
        ("* 60 * * * * *", "minute"),
        ("* * 24 * * * *", "hour"),
        ("* * * 0 * * *", "day"),
        ("* * * * 13 * *", "month"),
        ("* * * * * 7 *", "weekday"),
        ("* * * * * * 2100", "year"),
        ("* * 17-9 * * * *", "hour"),
        ("* * * * MAI * *", "month"),
        ("* */0 * * * * *", "minute"),
        ("* */ * * * * *", "minute"),
        ("* 1,,2 * * * * *", "minute"),
        ("* ? * * * * *", "minute"),
        ("* MON * * * * *", "minute"),
        ("* ٣ * * * * *", "minute"),
    ],
)
def test_a_field_out_of_bounds_is_named(cron: str, field: str) -> None:
    assert f"for the {field}" in (problem_with(cron) or "")


@pytest.mark.parametrize("cron", ["", "*", "0 */5 * * * *", "0 */5 * * * * * *", "@daily"])
def test_any_other_number_of_fields_is_refused(cron: str) -> None:
    assert "SCF has seven" in (problem_with(cron) or "")


def test_a_unix_cron_is_shown_as_scf_writes_it() -> None:
    assert "write for example 0 15 3 * * 1 *" in (problem_with("15 3 * * 1") or "")
