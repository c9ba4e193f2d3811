"""This product as it is deployed on the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from qcloud_cos import CosConfig, CosS3Client

from coslocal.agenda import ManualClock
from coslocal.functions import Function, InProcessFunction
from coslocal.functions.interface import WriteLog
from local.cloud import LocalCloud, Setup
from local.recognition.scripted import ScriptedRecogniser

EVERY = ("submit", "callback", "sweep")


@pytest.fixture
def events() -> list[tuple[str, Mapping[str, Any]]]:
    return []


@pytest.fixture
def cloud(events: list[tuple[str, Mapping[str, Any]]]) -> LocalCloud:
    def make(name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        def handle(event: dict[str, Any], _context: object) -> None:
            events.append((name, event))

        return InProcessFunction(name, handle, environment, write_log)

    setup = Setup(functions=EVERY, settings={"CALLBACK_MQ_NAME": "cards"})
    return LocalCloud(ScriptedRecogniser(), setup, clock=ManualClock(), make_function=make)


def put(cloud: LocalCloud, key: str) -> None:
    credential = cloud.uploader
    config = CosConfig(
        Region=cloud.setup.region,
        SecretId=credential.secret_id,
        SecretKey=credential.secret_key,
    )
    client = CosS3Client(config, retry=0, session=cloud.client_session())
    client.put_object(Bucket=cloud.setup.bucket, Key=key, Body=b"photo")
    cloud.run_until_idle()


def test_an_upload_below_the_prefix_is_for_submit(
    cloud: LocalCloud, events: list[tuple[str, Mapping[str, Any]]]
) -> None:
    put(cloud, "ocr/results/a.json")
    put(cloud, "uploads/a.jpg")
    assert [name for name, _ in events] == ["submit"]


def test_sweep_runs_every_five_minutes(
    cloud: LocalCloud, events: list[tuple[str, Mapping[str, Any]]]
) -> None:
    cloud.advance(601)
    assert [name for name, _ in events] == ["sweep", "sweep"]


def test_only_callback_has_an_address(cloud: LocalCloud) -> None:
    session = cloud.client_session()
    answered = {
        name: session.post(f"{cloud.setup.url}/functions/{name}").status_code for name in EVERY
    }
    assert answered == {"submit": 404, "callback": 200, "sweep": 404}
    assert cloud.environment("submit")["CALLBACK_URL"] == f"{cloud.setup.url}/functions/callback"


def test_a_rotated_secret_signs_and_the_one_before_still_verifies(cloud: LocalCloud) -> None:
    before = cloud.environment("callback")["CALLBACK_SECRET"]
    assert len(before) >= 32
    cloud.rotate_callback_secret()
    cloud.rotate_credentials()
    for name in EVERY:
        environment = cloud.functions[name].environment
        assert environment["CALLBACK_SECRET_PREVIOUS"] == before
        assert environment["CALLBACK_SECRET"] not in ("", before)


def test_a_setting_beats_what_the_local_cloud_sets() -> None:
    setup = Setup(functions=(), settings={"CALLBACK_URL": "https://example.com"})
    environment = LocalCloud(ScriptedRecogniser(), setup).environment("submit")
    assert environment["CALLBACK_URL"] == "https://example.com"
