from __future__ import annotations

import pytest

from deploy.configuration.document import read_service
from deploy.configuration.environment import function_environment, without_secrets
from tests.support.environment import BUCKET, PREVIOUS_SECRET, SECRET
from tests.support.serverless_yml import ENVIRON, document

URL = "https://1250000000-invented.ap-guangzhou.tencentscf.com"


def deployed(key: str, **environ: str) -> dict[str, str]:
    process = {**ENVIRON, **environ}
    return function_environment(read_service(document(environ=process)), key, process, URL)


@pytest.mark.parametrize("key", ["submit", "sweep"])
def test_who_sends_jobs_knows_the_callbacks_address(key: str) -> None:
    assert deployed(key) == {
        "CALLBACK_SECRET": SECRET,
        "CALLBACK_URL": URL,
        "INPUT_BUCKET": BUCKET,
    }


def test_the_callback_does_not_need_its_own_address() -> None:
    assert deployed("callback") == {"CALLBACK_SECRET": SECRET, "INPUT_BUCKET": BUCKET}


def test_no_address_is_deployed_where_ci_does_not_call() -> None:
    assert "CALLBACK_URL" not in deployed("submit", CALLBACK_TYPE="NONE")


def test_a_rotation_deploys_both_secrets() -> None:
    variables = deployed("callback", CALLBACK_SECRET_PREVIOUS=PREVIOUS_SECRET)
    assert variables["CALLBACK_SECRET_PREVIOUS"] == PREVIOUS_SECRET


def test_what_serverless_yml_does_not_name_stays_on_this_machine() -> None:
    variables = deployed(
        "submit",
        LOCAL_CLOUD="http://127.0.0.1:1",
        TENCENTCLOUD_SECRET_ID="AKIDinvented",
        CALLBACK_URL="https://stale.example/",
    )
    assert variables.keys() == {"CALLBACK_SECRET", "CALLBACK_URL", "INPUT_BUCKET"}
    assert variables["CALLBACK_URL"] == URL


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
