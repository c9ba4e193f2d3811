"""`coslocal up serverless.yml`: the functions of a project, as a developer sees them run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from coslocal.client import official_client
from coslocal.credentials import Credential
from tests.command import WAIT_SECONDS, answered, running

PROJECT = """
service: photos
provider: {name: tencent, runtime: Python3.10, environment: {STAGE: "${opt:stage, 'dev'}"}}
functions:
  copy:
    handler: index.copy
    timeout: 20
    environment: {TARGET: copies/}
    events:
      - cos: {bucket: photos-1250000000, event: 'cos:ObjectCreated:*', prefix: up/}
  tell:
    handler: index.tell
    timeout: 20
    environment: {TARGET: nowhere/}
    events:
      - url: {auth: NONE}
      - timer: {name: nightly, cron: 0 0 3 * * * *, message: tidy}
      - cmq: {topic: done}
      - apigw: {}
"""
CODE = """
import os
from qcloud_cos import CosConfig, CosS3Client


def copy(event, context):
    client = CosS3Client(CosConfig(
        Region=os.environ["TENCENTCLOUD_REGION"], SecretId=os.environ["TENCENTCLOUD_SECRETID"],
        SecretKey=os.environ["TENCENTCLOUD_SECRETKEY"],
        Token=os.environ["TENCENTCLOUD_SESSIONTOKEN"],
    ))
    for record in event["Records"]:
        bucket = "photos-1250000000"
        key = record["cos"]["cosObject"]["key"].split("/", 3)[3]
        body = client.get_object(Bucket=bucket, Key=key)["Body"].get_raw_stream().read()
        if body == b"broken":
            raise ValueError("this photo is broken")
        client.put_object(Bucket=bucket, Key=os.environ["TARGET"] + key, Body=body)
        print("copied", len(body), "bytes")


def tell(event, context):
    print("told", event.get("Message") or event.get("Records") or event.get("path"))
    return {"stage": os.environ["STAGE"], "target": os.environ["TARGET"], "pid": os.getpid()}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "serverless.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "index.py").write_text(CODE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def printed() -> list[str]:
    return []


@pytest.fixture(scope="module")
def up(folder: Path, printed: list[str]) -> Iterator[Mapping[str, str]]:
    with running("serverless.yml", folder=folder, printed=printed) as variables:
        yield variables
    assert any(line.startswith("tell | told ") for line in printed)


@pytest.fixture
def client(up: Mapping[str, str]) -> Any:
    key = Credential(up["TENCENTCLOUD_SECRET_ID"], up["TENCENTCLOUD_SECRET_KEY"])
    return official_client(up["COSLOCAL_URL"], key, up["TENCENTCLOUD_REGION"])


def ask(up: Mapping[str, str], method: str, path: str, body: object = None) -> Any:
    return requests.request(
        method, f"{up['COSLOCAL_URL']}/control/{path}", json=body, timeout=WAIT_SECONDS
    ).json()


def logged(up: Mapping[str, str], found: Callable[[str], bool]) -> bool:
    """Whether a line comes into the log in time."""
    ends = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < ends:
        if any(found(line["text"]) for line in ask(up, "GET", "logs")["lines"]):
            return True
        time.sleep(0.05)
    return False


def test_it_says_what_runs_and_what_is_left_out(up: Mapping[str, str], printed: list[str]) -> None:
    assert printed[:3] == [
        "function: copy (uploads)",
        f"function: tell (url, timer, topic) {up['COSLOCAL_URL']}/functions/tell",
        "left out: functions.tell.events[3]: apigw is not emulated; cos, timer, url, cmq are",
    ]
    assert up["COSLOCAL_BUCKET"] == "photos-1250000000"


def test_an_upload_reaches_the_function_and_its_sdk_reaches_the_emulator(
    up: Mapping[str, str], client: Any
) -> None:
    client.put_object(Bucket="photos-1250000000", Key="up/你 a.jpg", Body=b"photo")
    assert logged(up, lambda text: text == "copied 5 bytes")
    copied = client.get_object(Bucket="photos-1250000000", Key="copies/up/你 a.jpg")
    assert copied["Body"].get_raw_stream().read() == b"photo"


def test_each_function_has_a_process_and_an_environment_of_its_own(
    up: Mapping[str, str], folder: Path
) -> None:
    answer = requests.get(f"{up['COSLOCAL_URL']}/functions/tell/a/b", timeout=WAIT_SECONDS).json()
    assert (answer["stage"], answer["target"]) == ("dev", "nowhere/")
    status, out, _ = answered("invoke", "tell", folder=folder, COSLOCAL_URL=up["COSLOCAL_URL"])
    assert (status, json.loads(out)["target"]) == (0, "nowhere/")


def test_a_timer_and_a_topic_reach_their_function(up: Mapping[str, str]) -> None:
    assert ask(up, "POST", "timer", {"name": "nightly"}) == {}
    assert logged(up, lambda text: text == "told tidy")
    assert ask(up, "POST", "topic", {"name": "done", "body": "hello"}) == {}
    assert logged(up, lambda text: "'msgBody': 'hello'" in text)


def test_a_handler_that_raises_is_in_the_logs(
    up: Mapping[str, str], client: Any, folder: Path
) -> None:
    client.put_object(Bucket="photos-1250000000", Key="up/b.jpg", Body=b"broken")
    assert logged(up, lambda text: text == "ValueError: this photo is broken")
    url = ("--url", up["COSLOCAL_URL"])
    status, out, _ = answered("logs", "copy", *url, folder=folder)
    assert status == 0
    assert "copy | ValueError: this photo is broken\n" in out
    assert "tell | " not in out


@pytest.mark.parametrize("command", [("logs", "resize"), ("invoke", "resize")])
def test_a_function_of_another_name_is_refused_with_the_names_there_are(
    up: Mapping[str, str], folder: Path, command: tuple[str, str]
) -> None:
    said = "there is no function called resize; known: "
    found = answered(*command, "--url", up["COSLOCAL_URL"], folder=folder)
    assert found == (2, "", f"coslocal: {said}copy, tell\n")
    url = requests.get(f"{up['COSLOCAL_URL']}/functions/resize", timeout=WAIT_SECONDS)
    assert (url.status_code, url.text) == (404, f"{said}tell\n")


def test_an_event_can_be_given_and_what_it_raises_is_shown(
    up: Mapping[str, str], folder: Path
) -> None:
    (folder / "event.json").write_text('{"Records": [{}]}')
    url = ("--url", up["COSLOCAL_URL"])
    status, _, said = answered("invoke", "copy", "--event", "event.json", *url, folder=folder)
    assert status == 1
    assert said.endswith("KeyError: 'cos'\ncopy failed with 430\n")
    status, _, said = answered("invoke", "copy", "--event", "missing.json", *url, folder=folder)
    assert (status, said) == (
        2,
        "coslocal: missing.json can't be read: No such file or directory\n",
    )


def test_a_changed_handler_is_used_at_the_next_event(up: Mapping[str, str], folder: Path) -> None:
    code = folder / "index.py"
    try:
        code.write_text(CODE.replace('"stage": os', '"changed": True, "stage": os'))
        url = f"{up['COSLOCAL_URL']}/functions/tell"
        assert requests.get(url, timeout=WAIT_SECONDS).json()["changed"] is True
    finally:
        code.write_text(CODE)


def test_an_emulator_that_does_not_run_is_said(tmp_path: Path) -> None:
    status, _, said = answered("logs", "--url", "http://127.0.0.1:9", folder=tmp_path)
    assert (status, said.startswith("coslocal: no emulator answers at http://127.0.0.1:9: ")) == (
        2,
        True,
    )


def test_a_project_that_can_not_be_is_said(tmp_path: Path) -> None:
    status, _, said = answered("up", "serverless.yml", folder=tmp_path)
    assert (status, said) == (
        2,
        "coslocal: serverless.yml: it can't be read: No such file or directory\n",
    )
