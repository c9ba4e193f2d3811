from __future__ import annotations

import pytest

from shared.errors import ConfigurationError
from shared.log import log_level
from shared.settings.load import Settings, load
from shared.settings.variables import VARIABLES
from tests.support.environment import ENVIRONMENT, SECRET


def loaded(**changes: str) -> Settings:
    return load(ENVIRONMENT | changes, submits=True)


def wrong(**changes: str) -> str:
    """The message; it must name the one variable that was changed last."""
    with pytest.raises(ConfigurationError) as caught:
        loaded(**changes)
    assert caught.value.variable == list(changes)[-1]
    assert str(caught.value).startswith(caught.value.variable)
    return str(caught.value)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = loaded()
    assert (settings.input_prefix, settings.output_prefix) == ("uploads/", "ocr/")
    assert settings.output_bucket == settings.input_bucket
    assert settings.default_card_type == "IDCard"
    assert (settings.callback.type, settings.callback.format) == ("URL", "JSON")
    assert (settings.callback_verify, settings.job_level) == ("prefer", 0)
    assert (settings.max_object_bytes, settings.minimum_score) == (20_000_000, 80)
    assert (settings.max_attempts, settings.give_up_after_seconds) == (3, 86_400)
    assert (settings.reconcile_days, settings.requests_per_second) == (3, 40)
    assert (settings.output_sse, settings.max_jobs_per_day) == ("AES256", None)
    assert (settings.log_level, settings.log_keys) == ("INFO", False)


@pytest.mark.parametrize("variable", [v.name for v in VARIABLES if v.default is None])
def test_a_required_variable_that_is_missing_is_named(variable: str) -> None:
    assert "is missing" in wrong(**{variable: ""})


def test_an_empty_variable_is_an_unset_one() -> None:
    settings = loaded(INPUT_PREFIX="", QUEUE_ID="", MAX_JOBS_PER_DAY="", LOCAL_CLOUD="")
    assert settings.input_prefix == "uploads/"
    assert settings.queue_id is None


def test_values_that_are_still_the_same_are_not_checked_again() -> None:
    assert loaded() is loaded()


def test_credentials_that_rotated_are_the_new_ones_at_once() -> None:
    first = loaded(TENCENTCLOUD_SECRETKEY="one", TENCENTCLOUD_SESSIONTOKEN="one")
    second = loaded(TENCENTCLOUD_SECRETKEY="two", TENCENTCLOUD_SESSIONTOKEN="two")
    keys = [(one.credentials.secret_key, one.credentials.token) for one in (first, second)]
    assert keys == [("one", "one"), ("two", "two")]


def test_who_sends_no_jobs_needs_no_address_even_after_who_does() -> None:
    assert loaded().callback.url is not None
    assert load(ENVIRONMENT, submits=False).callback.url is None


def test_the_longest_rule_wins() -> None:
    settings = loaded(
        CARD_TYPE="DriverLicense",
        CARD_TYPE_RULES="uploads/=DriverLicense, uploads/id/=IDCard,uploads/id/d/=DriverLicense",
    )
    assert settings.card_type_of("uploads/x.jpg") == "DriverLicense"
    assert settings.card_type_of("uploads/id/x.jpg") == "IDCard"
    assert settings.card_type_of("uploads/id/d/x.jpg") == "DriverLicense"


def test_a_rule_prefix_may_hold_an_equals_sign() -> None:
    settings = loaded(CARD_TYPE_RULES="uploads/a=b/=DriverLicense")
    assert settings.card_type_of("uploads/a=b/1.jpg") == "DriverLicense"


def test_only_who_submits_needs_the_callback_url() -> None:
    assert load(ENVIRONMENT | {"CALLBACK_URL": ""}, submits=False).callback.url is None
    wrong(CALLBACK_URL="")


def test_a_message_queue_needs_its_region_and_name() -> None:
    queue = {"CALLBACK_TYPE": "TDMQ", "CALLBACK_MQ_NAME": "cards", "CALLBACK_MQ_REGION": "gz"}
    callback = loaded(**queue, CALLBACK_URL="").callback
    assert (callback.mq_region, callback.mq_mode, callback.mq_name) == ("gz", "Queue", "cards")
    wrong(CALLBACK_TYPE="TDMQ", CALLBACK_MQ_NAME="cards", CALLBACK_MQ_REGION="")
    wrong(CALLBACK_TYPE="TDMQ", CALLBACK_MQ_REGION="gz", CALLBACK_MQ_NAME="")


def test_plain_http_is_only_for_this_machine() -> None:
    url = "http://127.0.0.1:8000/functions/callback"
    assert loaded(LOCAL_CLOUD="http://127.0.0.1:8000", CALLBACK_URL=url).callback.url == url
    wrong(CALLBACK_URL=url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:80", "http://127.8.9.10:80/", "http://localhost:1", "http://[::1]:8"]
)
def test_the_local_cloud_is_on_this_machine(url: str) -> None:
    assert loaded(LOCAL_CLOUD=url).local_cloud == url.rstrip("/")


@pytest.mark.parametrize(
    ("input_prefix", "output_prefix"),
    [("uploads/", "uploads/"), ("uploads/", "uploads/ocr/"), ("data/uploads/", "data/")],
)
def test_output_never_becomes_input(input_prefix: str, output_prefix: str) -> None:
    prefixes = {"CARD_TYPE_RULES": "", "INPUT_PREFIX": input_prefix, "OUTPUT_PREFIX": output_prefix}
    wrong(**prefixes)
    wrong(**({"OUTPUT_BUCKET": ENVIRONMENT["INPUT_BUCKET"]} | prefixes))
    assert loaded(OUTPUT_BUCKET="results-1250000000", **prefixes).output_prefix == output_prefix


def test_prefixes_that_only_share_letters_do_not_overlap() -> None:
    prefixes = {"CARD_TYPE_RULES": "", "INPUT_PREFIX": "cards/", "OUTPUT_PREFIX": "cards-ocr/"}
    assert loaded(**prefixes).output_prefix == "cards-ocr/"


def test_no_error_repeats_a_secret() -> None:
    assert "short" not in wrong(CALLBACK_SECRET="short-secret")
    assert "hunter2" not in wrong(CALLBACK_URL="https://user:hunter2@callback.example")


def test_settings_and_credentials_show_nothing_of_themselves() -> None:
    settings = loaded()
    shown = f"{settings!r} {settings} {settings.credentials!r} {settings.credentials}"
    assert SECRET not in shown
    assert "invented" not in shown


def test_the_default_log_level_is_info() -> None:
    assert log_level({}) == "INFO"
    assert log_level({"LOG_LEVEL": "nonsense"}) == "INFO"
    assert log_level({"LOG_LEVEL": "ERROR"}) == "ERROR"
