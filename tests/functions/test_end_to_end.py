"""From upload to result: the real handlers and the official SDK on the local cloud."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from coslocal.ci.callbacks import CallbackShape
from coslocal.cos.errors import CosError
from coslocal.functions import Failure
from coslocal.triggers.uploads import UploadTrigger
from local.recognition.scripted import scripted_card
from tests.support.cards import ADDRESS, LABELS, NAME
from tests.support.clouds import BUCKET, CARD, DELIVERIES, Cloud, delivering
from tests.support.event_files import event_for


@pytest.fixture(params=DELIVERIES)
def local_cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The same cloud for each way in which a result can come."""
    with delivering(request.param) as opened:
        yield opened


KEY = "uploads/a.jpg"


def test_a_photo_becomes_a_result_by_being_uploaded(local_cloud: Cloud) -> None:
    etag = local_cloud.upload(KEY)
    result = local_cloud.result(KEY, etag)
    assert result["outcome"] == "recognised"
    assert (result["fields"]["name"], result["fields"]["address"]) == (NAME, ADDRESS)
    assert (result["card_type"], result["source"]["etag"]) == ("IDCard", etag)
    assert result["evidence"]["verified"] is True
    assert [job.state for job in local_cloud.jobs] == ["Success"]
    assert local_cloud.pending() == []


def test_the_same_event_in_sequence_is_one_job_and_one_result(local_cloud: Cloud) -> None:
    local_cloud.put(KEY)
    for _ in range(5):
        assert local_cloud.invoke("submit", event_for(KEY)) == {"records": 1}
        local_cloud.settle()
    assert len(local_cloud.jobs) == 1
    assert len(local_cloud.names("results")) == 1


def test_the_same_event_in_parallel_is_one_job_and_one_result(local_cloud: Cloud) -> None:
    from functions.submit.index import main_handler  # noqa: PLC0415 — beside the fixture

    local_cloud.put(KEY)
    environment = local_cloud.local.environment("submit")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(5) as threads:
        for name, value in environment.items():
            patch.setenv(name, value)
        answers = list(threads.map(lambda _: main_handler(event_for(KEY), {}), range(5)))
    assert answers == [{"records": 1}] * 5
    local_cloud.settle()
    assert len(local_cloud.jobs) == 1
    assert len(local_cloud.names("results")) == 1


def test_a_record_that_fails_has_the_event_delivered_again(local_cloud: Cloud) -> None:
    # Given COS refuses the first claim of the second photo, and the SDK's second try
    refusals = iter([CosError("InternalError", "once"), CosError("InternalError", "twice")])

    def refuse(request: Any) -> CosError | None:
        is_claim = request.method == "PUT" and "pending/uploads/b.jpg" in request.key
        return next(refusals, None) if is_claim else None

    local_cloud.local.cos.before_effect = refuse
    for key in ("uploads/a.jpg", "uploads/b.jpg"):
        local_cloud.put(key)
    local_cloud.local.agenda.clear()
    event = event_for("uploads/a.jpg", "uploads/b.jpg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qcloud_cos.cos_client.time.sleep", lambda _seconds: None)
        failure = local_cloud.invoke("submit", event)
    # When the event comes again
    assert isinstance(failure, Failure)
    assert "1 of 2 records got no claim" in str(failure)
    assert local_cloud.invoke("submit", event) == {"records": 2}
    local_cloud.settle()
    # Then each photo has had one job
    assert len(local_cloud.jobs) == 2
    assert len(local_cloud.names("results")) == 2


def test_a_key_with_two_contents_has_two_results(local_cloud: Cloud) -> None:
    other = scripted_card({**LABELS, "姓名": "样本乙"})
    etags = [local_cloud.upload(KEY, content) for content in (CARD, other)]
    names = [local_cloud.result(KEY, etag)["fields"]["name"] for etag in etags]
    assert names == [NAME, "样本乙"]


def test_content_replaced_before_recognition_fails_without_a_field(local_cloud: Cloud) -> None:
    # Given a job that was submitted for the first content
    first = local_cloud.put(KEY)
    local_cloud.local.agenda.clear()
    local_cloud.invoke("submit", event_for(KEY))
    # When another content takes its place before CI reads
    second = local_cloud.put(KEY, scripted_card({**LABELS, "姓名": "样本乙"}))
    local_cloud.settle()
    # Then the first version's result holds nothing of the second
    result = local_cloud.result(KEY, first)
    assert (result["outcome"], result["error"]["code"]) == ("failed", "SourceReplaced")
    assert set(result["fields"].values()) == {None}
    assert "样本乙" not in json.dumps(result, ensure_ascii=False)
    assert local_cloud.result(KEY, second)["fields"]["name"] == "样本乙"


def test_a_photo_deleted_before_recognition_is_a_failure(local_cloud: Cloud) -> None:
    etag = local_cloud.put(KEY)
    local_cloud.local.agenda.clear()
    local_cloud.invoke("submit", event_for(KEY))
    local_cloud.user.delete_object(Bucket=BUCKET, Key=KEY)
    local_cloud.settle()
    assert local_cloud.result(KEY, etag)["outcome"] == "failed"


def test_new_credentials_are_taken_up(local_cloud: Cloud) -> None:
    local_cloud.upload(KEY)
    old = local_cloud.local.environment("submit")["TENCENTCLOUD_SECRETID"]
    local_cloud.local.rotate_credentials()
    local_cloud.local.credentials.expire(old, at=0.0)
    etag = local_cloud.upload("uploads/b.jpg")
    assert local_cloud.result("uploads/b.jpg", etag)["outcome"] == "recognised"


def test_a_bucket_with_versioning_stops_submit(local_cloud: Cloud) -> None:
    local_cloud.user.put_bucket_versioning(Bucket=BUCKET, Status="Enabled")
    local_cloud.upload(KEY)
    assert local_cloud.jobs == []
    assert {line.get("variable") for line in local_cloud.log_lines()} >= {"OUTPUT_BUCKET"}


def test_copies_and_multipart_uploads_are_uploads_too(local_cloud: Cloud) -> None:
    local_cloud.upload(KEY)
    source = {"Bucket": BUCKET, "Key": KEY, "Region": "ap-guangzhou"}
    local_cloud.user.copy_object(Bucket=BUCKET, Key="uploads/copy.jpg", CopySource=source)
    local_cloud.settle()
    upload = {"Bucket": BUCKET, "Key": "uploads/parts.jpg"}
    number = local_cloud.user.create_multipart_upload(**upload)["UploadId"]
    part = local_cloud.user.upload_part(**upload, Body=CARD, PartNumber=1, UploadId=number)
    parts = {"Part": [{"ETag": part["ETag"], "PartNumber": 1}]}
    local_cloud.user.complete_multipart_upload(**upload, UploadId=number, MultipartUpload=parts)
    local_cloud.settle()
    assert sorted(name.split(".jpg")[0] for name in local_cloud.names("results")) == [
        "ocr/results/uploads/a",
        "ocr/results/uploads/copy",
        "ocr/results/uploads/parts",
    ]


def test_results_never_become_photos(local_cloud: Cloud) -> None:
    local = local_cloud.local
    unfiltered = UploadTrigger(
        local.agenda, local.asynchronous, local.functions["submit"], bucket=BUCKET, prefix=""
    )
    local.cos.on_object_created = unfiltered
    etag = local_cloud.upload(KEY)
    assert local_cloud.result(KEY, etag)["outcome"] == "recognised"
    assert len(local_cloud.jobs) == 1
    assert len(local_cloud.names("results")) == 1


# What CI answers, by whatever way it comes, and what becomes of the card.


SHAPES = [CallbackShape(*choices) for choices in itertools.product((True, False), repeat=5)]


@pytest.mark.parametrize(
    ("shape", "delivery"),
    [*((shape, "URL") for shape in SHAPES), (SHAPES[0], "TDMQ"), (SHAPES[-1], "TDMQ")],
    ids=str,
)
def test_a_callback_of_every_shape_is_read_if_ci_shows_no_result(
    shape: CallbackShape, delivery: str
) -> None:
    with delivering(delivery) as local_cloud:
        local_cloud.local.runner.behaviour.describe_holds_result = False
        local_cloud.local.runner.behaviour.callback_shape = shape
        result = local_cloud.result(KEY, local_cloud.upload(KEY))
        assert result["fields"]["name"] == NAME
        assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)
