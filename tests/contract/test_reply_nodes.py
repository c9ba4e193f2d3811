"""Every node of the reply, from CI's bytes to the result's names; and those that have no say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coslocal.ci.faults import JobFault, RequestFault
from shared.times import from_ci
from tests.support.cards import LABELS
from tests.support.clouds import Cloud, delivering
from tests.support.covers import covers
from tests.support.wire import Wire

KEY = "uploads/a.jpg"
JOB = "JobsDetail"
RESULT = "JobsDetail/Operation/ImageLicenseRecResult"


@pytest.fixture
def opened() -> Iterator[Cloud]:
    with delivering("URL") as found:
        yield found


def read(opened: Cloud) -> dict[str, Any]:
    """The result of one upload."""
    return opened.result(KEY, opened.upload(KEY))


def shown(wire: Wire) -> ET.Element:
    """The job as CI last showed it."""
    return ET.fromstring(wire.last("GET").reply)  # noqa: S314 — our own


def altered(wire: Wire, pattern: str, text: str | Callable[[re.Match[str]], str]) -> None:
    """Have every reply of CI's say something else, in some node."""

    def alter(reply: bytes) -> bytes:
        return re.sub(pattern, text, reply.decode(), flags=re.DOTALL).encode()

    wire.alter = alter


def without_times(result: dict[str, Any]) -> dict[str, Any]:
    """What two results of the same card have in common, whenever they were made."""
    source = {**result["source"], "last_modified": None}
    return {
        **{name: result[name] for name in ("outcome", "card_type", "fields", "items", "checks")},
        "source": source,
        "needs_review": result["needs_review"],
        "error": result["error"],
    }


@covers("Response", "Response.JobsDetail", "Response.JobsDetail.JobId")
def test_the_reply_to_a_request_gives_the_id_the_job_is_asked_for_by(
    opened: Cloud, wire: Wire
) -> None:
    result = read(opened)
    taken = ET.fromstring(wire.last("POST").reply)  # noqa: S314 — our own
    assert taken.tag == "Response"
    assert (
        result["job"]["id"]
        == taken.findtext(f"{JOB}/JobId")
        == shown(wire).findtext(f"{JOB}/JobId")
    )
    assert wire.last("GET").path == f"/jobs/{result['job']['id']}"


def test_a_result_in_the_reply_to_a_request_is_not_read(opened: Cloud, wire: Wire) -> None:
    # The page's sample of that reply has one, which can't be: the job has not begun.
    lie = "<ImageLicenseRecResult><State>Success</State></ImageLicenseRecResult>"
    altered(
        wire,
        "<State>Submitted</State>(.*)<UserData>",
        rf"<State>Submitted</State>\1{lie}<UserData>",
    )
    opened.local.runner.behaviour.start_after_seconds = 1e6
    opened.upload(KEY)
    assert lie.encode() in wire.last("POST").reply
    assert opened.pending()[0]["state"] == "submitted"
    assert opened.names("results") == []


@covers(
    "Response.JobsDetail.State",
    "Response.JobsDetail.CreationTime",
    "Response.JobsDetail.StartTime",
    "Response.JobsDetail.EndTime",
    "Response.JobsDetail.QueueId",
)
def test_the_job_stands_in_the_result_as_ci_shows_it(opened: Cloud, wire: Wire) -> None:
    times = {"Start": "2030-01-02T11:04:06+0800", "End": "2030-01-02T11:04:07+0800"}
    altered(wire, "<(Start|End)Time>.*?<", lambda node: f"<{node[1]}Time>{times[node[1]]}<")
    job = read(opened)["job"]
    told = shown(wire).find(JOB)
    assert told is not None
    assert job["state"] == told.findtext("State") == "Success"
    assert job["queue_id"] == told.findtext("QueueId")
    assert job["created_at"] == from_ci(told.findtext("CreationTime"))
    assert (job["started_at"], job["ended_at"]) == ("2030-01-02T03:04:06Z", "2030-01-02T03:04:07Z")


@covers("Response.JobsDetail.Code", "Response.JobsDetail.Message")
def test_a_failed_jobs_code_and_message_are_the_results(opened: Cloud, wire: Wire) -> None:
    opened.local.runner.faults.jobs.append(JobFault("ImageDecodeFailed", "too small"))
    error = read(opened)["error"]
    assert error == {"code": "ImageDecodeFailed", "message": "too small", "stage": "job"}
    assert shown(wire).findtext(f"{JOB}/Code") == error["code"]
    assert shown(wire).findtext(f"{JOB}/Message") == error["message"]


@covers(
    "Response.JobsDetail.Input",
    "Response.JobsDetail.Input.Object",
    "Response.JobsDetail.Operation.UserData",
)
@pytest.mark.parametrize(
    ("pattern", "lie"),
    [
        ("<Object>.*?</Object>", "<Object>uploads/b.jpg</Object>"),
        ("<UserData>.*?</UserData>", "<UserData>v1.a.b</UserData>"),
    ],
)
def test_a_job_of_another_card_or_attempt_is_not_filed(
    opened: Cloud, wire: Wire, pattern: str, lie: str
) -> None:
    altered(wire, pattern, lie)
    opened.upload(KEY)
    assert opened.names("results") == []
    assert [delivery.status for delivery in opened.local.callbacks] == [403]


@covers(
    "Response.JobsDetail.Operation",
    "Response.JobsDetail.Operation.ImageLicenseRec",
    "Response.JobsDetail.Operation.ImageLicenseRec.CardType",
)
def test_the_card_type_is_the_jobs_own(opened: Cloud, wire: Wire) -> None:
    altered(wire, "<CardType>IDCard</CardType>", "<CardType>DriverLicense</CardType>")
    result = read(opened)
    assert result["card_type"] == "DriverLicense"
    assert "license_number" in result["fields"]


@covers(
    "Response.JobsDetail.Operation.ImageLicenseRecResult",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo.Name",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo.DetectedText",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo.Score",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo.Location",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.IdInfo.Location.Point",
)
def test_what_ci_read_stands_in_the_result_item_by_item(opened: Cloud, wire: Wire) -> None:
    items = read(opened)["items"]
    infos = shown(wire).findall(f"{RESULT}/IdInfo")
    assert len(items) == len(infos) == len(LABELS)
    for item, info in zip(items, infos, strict=True):
        assert item["label"] == info.findtext("Name")
        assert item["text"] == info.findtext("DetectedText")
        assert item["score"] == int(info.findtext("Score") or "")
        points = [f"{x},{y}" for x, y in item["polygon"]]
        assert points == [point.text for point in info.iterfind("Location/Point")]
        assert len(points) == 4


@covers("Response.JobsDetail.Operation.ImageLicenseRecResult.Status")
@pytest.mark.parametrize("status", ["0", "1"])
def test_a_status_that_contradicts_the_texts_fails_its_check(
    opened: Cloud, wire: Wire, status: str
) -> None:
    altered(wire, "<Status>1</Status>", f"<Status>{status}</Status>")
    agrees = [
        check["passed"] for check in read(opened)["checks"] if check["name"] == "status.agrees"
    ]
    assert agrees == [status == "1"]


@covers(
    "Response.JobsDetail.Operation.ImageLicenseRecResult.State",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.Code",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.Message",
)
def test_a_result_that_failed_in_a_job_that_succeeded_is_a_failure(
    opened: Cloud, wire: Wire
) -> None:
    fault = JobFault("ImageDecodeFailed", "too small", in_container=True)
    opened.local.runner.faults.jobs.append(fault)
    result = read(opened)
    told = shown(wire)
    assert told.findtext(f"{JOB}/State") == "Success"
    assert told.findtext(f"{RESULT}/State") == "Failed"
    assert result["outcome"] == "failed"
    assert result["error"]["code"] == told.findtext(f"{RESULT}/Code")
    assert result["error"]["message"] == told.findtext(f"{RESULT}/Message")


WITHOUT_A_SAY = {
    "Response.JobsDetail.Tag": ("<Tag>ImageLicenseRec</Tag>", "<Tag>ImageOCR</Tag>"),
    "Response.JobsDetail.Input.BucketId": ("<BucketId>.*?<", "<BucketId>other-1250000000<"),
    "Response.JobsDetail.Input.Region": ("<Region>.*?<", "<Region>ap-chongqing<"),
    "Response.JobsDetail.Operation.JobLevel": ("<JobLevel>0<", "<JobLevel>2<"),
    "Response.JobsDetail.Operation.ImageLicenseRecResult.InputObjectName": (
        "<InputObjectName>.*?<",
        "<InputObjectName>uploads/b.jpg<",
    ),
    "Response.JobsDetail.Operation.ImageLicenseRecResult.InputObjectUrl": (
        "<InputObjectUrl>.*?<",
        "<InputObjectUrl>https://example.com/b.jpg<",
    ),
}


@covers(
    "Response.JobsDetail.Tag",
    "Response.JobsDetail.Input.BucketId",
    "Response.JobsDetail.Input.Region",
    "Response.JobsDetail.Operation.JobLevel",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.InputObjectName",
    "Response.JobsDetail.Operation.ImageLicenseRecResult.InputObjectUrl",
)
@pytest.mark.parametrize("node", WITHOUT_A_SAY)
def test_a_node_that_has_no_say_changes_nothing(opened: Cloud, wire: Wire, node: str) -> None:
    expected = without_times(read(opened))
    pattern, lie = WITHOUT_A_SAY[node]
    altered(wire, pattern, lie)
    with delivering("URL") as other:
        assert without_times(read(other)) == expected
    assert lie.encode() in wire.last("GET").reply


@covers("x-ci-request-id")
def test_every_reply_of_ci_has_a_request_id_of_its_own(opened: Cloud, wire: Wire) -> None:
    read(opened)
    ids = [one.headers["x-ci-request-id"] for one in wire.exchanges]
    assert len(ids) == len(set(ids)) == 2


@covers("x-ci-request-id")
@pytest.mark.parametrize("code", ["SlowDown", "InternalError"])
def test_if_no_job_was_made_the_log_has_the_id_that_cis_support_asks_for(
    opened: Cloud, wire: Wire, code: str
) -> None:
    opened.local.runner.faults.requests.append(RequestFault(code))
    opened.upload(KEY)
    (line,) = [line for line in opened.log_lines() if line["event"] == "attempt"]
    assert line["code"] == code
    assert line["ci_request_id"] == wire.last("POST").headers["x-ci-request-id"]
