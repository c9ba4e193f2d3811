"""An emulator as a whole, with functions of the tests' own and the official SDK."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client

from coslocal import (
    Emulator,
    FunctionSettings,
    Settings,
    Timer,
    Uploads,
    Url,
    image_license_rec,
)
from coslocal.agenda import ManualClock
from coslocal.functions import Function, InProcessFunction, MakeFunction, in_this_process
from coslocal.functions.interface import WriteLog
from tests.contents import ContentRecogniser, content_of

PHOTO = content_of({"姓名": "样本甲"})
TRIGGERS: Mapping[str, list[Uploads | Timer | Url]] = {
    "uploaded": [Uploads("uploads/")],
    "called": [Url()],
    "timed": [Timer("timed", 300.0)],
}


class Deployment:
    """An emulator whose functions submit a job per record and note what they are called with."""

    def __init__(self, *functions: str) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.environments: list[Mapping[str, str]] = []
        self.emulator = Emulator(
            Settings(
                functions=[
                    FunctionSettings(name, self._make, TRIGGERS[name], {"NAME": name})
                    for name in functions or ("uploaded", "called")
                ],
                environment={"COLOUR": "red"},
            ),
            [image_license_rec(ContentRecogniser())],
            clock=ManualClock(time.time()),
        )
        self.sdk = self.client(
            self.emulator.uploader.secret_id, self.emulator.uploader.secret_key, token=None
        )

    def client(self, secret_id: str, secret_key: str, token: str | None) -> CosS3Client:
        config = CosConfig(
            Region="ap-guangzhou", SecretId=secret_id, SecretKey=secret_key, Token=token
        )
        return CosS3Client(config, retry=0, session=self.emulator.client_session())

    def upload(self, key: str) -> None:
        self.sdk.put_object(Bucket=self.emulator.settings.bucket, Key=key, Body=PHOTO)

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def _make(self, name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        self.environments.append(environment)

        def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
            self.events.append((name, event))
            for record in event.get("Records", []):
                self._submit(record, self.emulator.functions[name].environment)
            return {"statusCode": 202, "body": "taken"}

        return InProcessFunction(name, handle, environment, write_log)

    def _submit(self, record: dict[str, Any], environment: Mapping[str, str]) -> None:
        sdk = self.client(
            environment["TENCENTCLOUD_SECRETID"],
            environment["TENCENTCLOUD_SECRETKEY"],
            environment["TENCENTCLOUD_SESSIONTOKEN"],
        )
        request = {
            "Tag": "ImageLicenseRec",
            "Input": {"Object": record["cos"]["cosObject"]["key"].split("/", 3)[3]},
            "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
            "CallBack": self.emulator.settings.url + "/functions/called?t=token",
            "CallBackFormat": "JSON",
        }
        bucket = self.emulator.settings.bucket
        sdk.ci_create_media_jobs(Bucket=bucket, Jobs=request, ContentType="application/xml")


def test_an_upload_becomes_an_event_a_job_and_a_callback() -> None:
    deployment = Deployment()
    deployment.upload("uploads/a.jpg")
    assert deployment.events == []
    deployment.emulator.run_until_idle()
    assert deployment.names() == ["uploaded", "called"]
    assert [job.state for job in deployment.emulator.jobs] == ["Success"]
    assert deployment.events[1][1]["queryString"] == {"t": "token"}
    assert [delivery.status for delivery in deployment.emulator.callbacks] == [202]


def test_the_same_steps_happen_in_the_same_order_every_time() -> None:
    orders = []
    for _run in range(3):
        deployment = Deployment()
        for number in range(3):
            deployment.upload(f"uploads/{number}.jpg")
        deployment.emulator.run_until_idle()
        keys = [job.request.object_key for job in deployment.emulator.jobs]
        orders.append((deployment.names(), keys))
    assert orders[0] == orders[1] == orders[2]


def test_what_lies_outside_the_prefix_starts_nothing() -> None:
    deployment = Deployment()
    deployment.upload("other/a.json")
    deployment.emulator.run_until_idle()
    assert deployment.events == []


def test_a_copy_and_a_completed_multipart_upload_start_the_same_work() -> None:
    deployment = Deployment()
    bucket = deployment.emulator.settings.bucket
    deployment.upload("other/a.jpg")
    source = {"Bucket": bucket, "Key": "other/a.jpg", "Region": "ap-guangzhou"}
    deployment.sdk.copy_object(Bucket=bucket, Key="uploads/copy.jpg", CopySource=source)
    upload = {"Bucket": bucket, "Key": "uploads/parts.jpg"}
    upload["UploadId"] = deployment.sdk.create_multipart_upload(**upload)["UploadId"]
    etag = deployment.sdk.upload_part(**upload, Body=PHOTO, PartNumber=1)["ETag"]
    parts = {"Part": [{"PartNumber": 1, "ETag": etag}]}
    deployment.sdk.complete_multipart_upload(**upload, MultipartUpload=parts)
    deployment.emulator.run_until_idle()
    names = [
        event["Records"][0]["event"]["eventName"]
        for name, event in deployment.events
        if name == "uploaded"
    ]
    assert names == [
        "cos:ObjectCreated:Copy",
        "cos:ObjectCreated:CompleteMultipartUpload",
    ]


def test_functions_get_the_environment_scf_would_give_them() -> None:
    deployment = Deployment()
    [uploaded, called] = deployment.environments
    assert uploaded["TENCENTCLOUD_REGION"] == "ap-guangzhou"
    assert uploaded["TENCENTCLOUD_APPID"] == "1250000000"
    assert (uploaded["TENCENTCLOUD_RUNENV"], uploaded["COLOUR"]) == ("SCF", "red")
    assert (uploaded["SCF_FUNCTIONNAME"], uploaded["NAME"]) == ("uploaded", "uploaded")
    assert uploaded["TENCENTCLOUD_SECRETID"] != called["TENCENTCLOUD_SECRETID"]


def test_a_function_that_is_not_deployed_has_no_credentials() -> None:
    environment = Deployment().emulator.environment("other")
    assert environment["COLOUR"] == "red"
    assert "TENCENTCLOUD_SECRETID" not in environment


def test_a_changed_setting_reaches_every_function() -> None:
    deployment = Deployment()
    deployment.emulator.configure({"COLOUR": "blue"})
    functions = deployment.emulator.functions.values()
    assert [one.environment["COLOUR"] for one in functions] == ["blue", "blue"]


def test_rotated_credentials_are_used_from_then_on() -> None:
    deployment = Deployment()
    before = dict(deployment.emulator.functions["uploaded"].environment)
    deployment.emulator.rotate_credentials()
    after = deployment.emulator.functions["uploaded"].environment
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "TENCENTCLOUD_SECRETID",
        "TENCENTCLOUD_SECRETKEY",
        "TENCENTCLOUD_SESSIONTOKEN",
    }
    deployment.upload("uploads/a.jpg")
    deployment.emulator.run_until_idle()
    assert len(deployment.emulator.jobs) == 1


def test_a_timer_invokes_its_function_every_five_minutes() -> None:
    deployment = Deployment("uploaded", "called", "timed")
    deployment.emulator.run_until_idle()
    assert deployment.names() == []
    deployment.emulator.advance(601)
    assert deployment.names() == ["timed", "timed"]


@pytest.mark.parametrize(
    "path", ["/", "/functions/", "/functions/timed", "/functions/uploaded", "/other/called"]
)
def test_there_is_nothing_at_other_addresses(path: str) -> None:
    session = Deployment().emulator.client_session()
    assert session.get(f"http://127.0.0.1:8000{path}").status_code == 404


def test_any_request_of_this_process_can_be_led_into_the_app() -> None:
    deployment = Deployment()
    with deployment.emulator.in_process():
        answer = requests.post("http://127.0.0.1:8000/functions/called?a=1", timeout=1)
    assert (answer.status_code, answer.text) == (202, "taken")


def test_an_upload_or_a_deletion_invokes_each_function_whose_prefix_it_has() -> None:
    names: list[str] = []

    def handler(name: str) -> MakeFunction:
        return in_this_process(lambda _event, _context: names.append(name))

    functions = [
        FunctionSettings("all", handler("all"), [Uploads()]),
        FunctionSettings("some", handler("some"), [Uploads("a/"), Uploads("b/")]),
        FunctionSettings("gone", handler("gone"), [Uploads("a/", event="cos:ObjectRemove:*")]),
    ]
    emulator = Emulator(Settings(functions=functions), clock=ManualClock(time.time()))
    client = official_client_of(emulator)
    for key in ("a/1", "b/1", "c/1"):
        client.put_object(Bucket=emulator.settings.bucket, Key=key, Body=b"x")
    emulator.run_until_idle()
    assert names == ["all", "some", "all", "some", "all"]
    for key in ("a/1", "b/1"):
        client.delete_object(Bucket=emulator.settings.bucket, Key=key)
    emulator.run_until_idle()
    assert names[5:] == ["gone"]


def test_without_a_recogniser_nothing_is_recognised() -> None:
    emulator = Emulator(clock=ManualClock(time.time()))
    client = official_client_of(emulator)
    bucket = emulator.settings.bucket
    client.put_object(Bucket=bucket, Key="a.jpg", Body=PHOTO)
    job = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": "a.jpg"},
        "Operation": {"ImageLicenseRec": {"CardType": "IDCard"}},
    }
    client.ci_create_media_jobs(Bucket=bucket, Jobs=job, ContentType="application/xml")
    emulator.run_until_idle()
    (ended,) = emulator.jobs
    assert ended.result is not None
    assert (ended.state, ended.result.content["Status"]) == ("Success", 0)


def official_client_of(emulator: Emulator) -> CosS3Client:
    config = CosConfig(
        Region=emulator.settings.region,
        SecretId=emulator.uploader.secret_id,
        SecretKey=emulator.uploader.secret_key,
    )
    return CosS3Client(config, retry=0, session=emulator.client_session())
