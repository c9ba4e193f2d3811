"""The local cloud as a whole, with functions of the tests' own and the official SDK."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from qcloud_cos import CosConfig, CosS3Client

from local.agenda import ManualClock
from local.cloud import LocalCloud, Setup
from local.functions import Function, InProcessFunction
from local.functions.interface import WriteLog
from local.recognition.scripted import ScriptedRecogniser, scripted_card

CARD = scripted_card({"姓名": "样本甲"})


class Deployment:
    """A local cloud whose functions submit a job per record and note what they are called with."""

    def __init__(self, *functions: str) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.environments: list[Mapping[str, str]] = []
        self.cloud = LocalCloud(
            ScriptedRecogniser(),
            Setup(functions=functions or ("submit", "callback"), settings={"COLOUR": "red"}),
            clock=ManualClock(time.time()),
            make_function=self._make,
        )
        self.sdk = self.client(
            self.cloud.uploader.secret_id, self.cloud.uploader.secret_key, token=None
        )

    def client(self, secret_id: str, secret_key: str, token: str | None) -> CosS3Client:
        config = CosConfig(
            Region="ap-guangzhou", SecretId=secret_id, SecretKey=secret_key, Token=token
        )
        return CosS3Client(config, retry=0, session=self.cloud.client_session())

    def upload(self, key: str) -> None:
        self.sdk.put_object(Bucket=self.cloud.setup.bucket, Key=key, Body=CARD)

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def _make(self, name: str, environment: Mapping[str, str], write_log: WriteLog) -> Function:
        self.environments.append(environment)

        def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
            self.events.append((name, event))
            for record in event.get("Records", []):
                self._submit(record, self.cloud.functions[name].environment)
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
            "CallBack": environment["CALLBACK_URL"] + "?t=token",
            "CallBackFormat": "JSON",
        }
        bucket = environment["INPUT_BUCKET"]
        sdk.ci_create_media_jobs(Bucket=bucket, Jobs=request, ContentType="application/xml")


def test_an_upload_becomes_an_event_a_job_and_a_callback() -> None:
    deployment = Deployment()
    deployment.upload("uploads/a.jpg")
    assert deployment.events == []
    deployment.cloud.run_until_idle()
    assert deployment.names() == ["submit", "callback"]
    assert [job.state for job in deployment.cloud.jobs] == ["Success"]
    assert deployment.events[1][1]["queryString"] == {"t": "token"}
    assert [delivery.status for delivery in deployment.cloud.callbacks] == [202]


def test_the_same_steps_happen_in_the_same_order_every_time() -> None:
    orders = []
    for _run in range(3):
        deployment = Deployment()
        for number in range(3):
            deployment.upload(f"uploads/{number}.jpg")
        deployment.cloud.run_until_idle()
        keys = [job.request.object_key for job in deployment.cloud.jobs]
        orders.append((deployment.names(), keys))
    assert orders[0] == orders[1] == orders[2]


def test_what_lies_outside_the_prefix_starts_nothing() -> None:
    deployment = Deployment()
    deployment.upload("ocr/results/a.json")
    deployment.cloud.run_until_idle()
    assert deployment.events == []


def test_a_copy_and_a_completed_multipart_upload_start_the_same_work() -> None:
    deployment = Deployment()
    bucket = deployment.cloud.setup.bucket
    deployment.upload("other/a.jpg")
    source = {"Bucket": bucket, "Key": "other/a.jpg", "Region": "ap-guangzhou"}
    deployment.sdk.copy_object(Bucket=bucket, Key="uploads/copy.jpg", CopySource=source)
    upload = {"Bucket": bucket, "Key": "uploads/parts.jpg"}
    upload["UploadId"] = deployment.sdk.create_multipart_upload(**upload)["UploadId"]
    etag = deployment.sdk.upload_part(**upload, Body=CARD, PartNumber=1)["ETag"]
    parts = {"Part": [{"PartNumber": 1, "ETag": etag}]}
    deployment.sdk.complete_multipart_upload(**upload, MultipartUpload=parts)
    deployment.cloud.run_until_idle()
    names = [
        event["Records"][0]["event"]["eventName"]
        for name, event in deployment.events
        if name == "submit"
    ]
    assert names == [
        "cos:ObjectCreated:Copy",
        "cos:ObjectCreated:CompleteMultipartUpload",
    ]


def test_functions_get_the_environment_scf_would_give_them() -> None:
    deployment = Deployment()
    [submit, callback] = deployment.environments
    assert submit["INPUT_BUCKET"] == "cards-1250000000"
    assert submit["CALLBACK_URL"] == "http://127.0.0.1:8000/functions/callback"
    assert (submit["TENCENTCLOUD_RUNENV"], submit["COLOUR"]) == ("SCF", "red")
    assert submit["CALLBACK_SECRET"] == callback["CALLBACK_SECRET"]
    assert len(submit["CALLBACK_SECRET"]) >= 32


def test_rotated_credentials_are_used_from_then_on() -> None:
    deployment = Deployment()
    before = dict(deployment.cloud.functions["submit"].environment)
    deployment.cloud.rotate_credentials()
    after = deployment.cloud.functions["submit"].environment
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "TENCENTCLOUD_SECRETID",
        "TENCENTCLOUD_SECRETKEY",
        "TENCENTCLOUD_SESSIONTOKEN",
    }
    deployment.upload("uploads/a.jpg")
    deployment.cloud.run_until_idle()
    assert len(deployment.cloud.jobs) == 1


def test_sweep_runs_every_five_minutes_where_it_is_deployed() -> None:
    deployment = Deployment("submit", "callback", "sweep")
    deployment.cloud.run_until_idle()
    assert deployment.names() == []
    deployment.cloud.advance(601)
    assert deployment.names() == ["sweep", "sweep"]


@pytest.mark.parametrize(
    "path", ["/", "/functions/", "/functions/sweep", "/functions/submit", "/other/callback"]
)
def test_there_is_nothing_at_other_addresses(path: str) -> None:
    session = Deployment().cloud.client_session()
    assert session.get(f"http://127.0.0.1:8000{path}").status_code == 404


def test_any_request_of_this_process_can_be_led_into_the_app() -> None:
    deployment = Deployment()
    with deployment.cloud.in_process():
        answer = requests.post("http://127.0.0.1:8000/functions/callback?a=1", timeout=1)
    assert (answer.status_code, answer.text) == (202, "taken")
