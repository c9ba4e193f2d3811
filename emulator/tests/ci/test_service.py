from __future__ import annotations

import re

import pytest
import xmltodict

from coslocal.ci.errors import STATUS_OF_CODE
from coslocal.ci.faults import RequestFault
from coslocal.ci.recognition import TAG
from tests.ci.world import BUCKET, HOST, KEY, World, details, job_xml

NOTIFY = (
    "<NotifyConfig><State>On</State><Type>Url</Type><Url>http://127.0.0.1/q</Url>"
    "<ResultFormat>JSON</ResultFormat></NotifyConfig>"
)


def test_the_reply_to_a_job_is_the_pages_without_a_result(world: World) -> None:
    answer = world.post(job_xml(operation={"UserData": "my data", "JobLevel": "1"}))
    [job] = details(answer)
    assert re.fullmatch(r"[a-z][a-z0-9]{32}", job.pop("JobId"))
    assert job == {
        "Code": "Success",
        "Message": None,
        "State": "Submitted",
        "CreationTime": "2023-11-15T06:13:20+0800",
        "StartTime": "-",
        "EndTime": "-",
        "QueueId": world.queue.queue_id,
        "Tag": TAG,
        "Input": {"BucketId": BUCKET, "Object": KEY, "Region": "ap-guangzhou"},
        "Operation": {TAG: {"CardType": "IDCard"}, "UserData": "my data", "JobLevel": "1"},
    }


def test_a_reply_carries_cis_headers(world: World) -> None:
    headers = world.post(job_xml()).headers
    assert headers["Content-Type"] == "application/xml"
    assert headers["Server"] == "tencent-ci"
    assert headers["x-ci-request-id"]
    assert "x-ci-trace-id" not in headers


def test_an_error_is_cis_xml_without_a_resource(world: World) -> None:
    answer = world.post(b"<Request/>")
    error = xmltodict.parse(answer.data)["Error"]
    assert answer.status_code == 400
    assert list(error) == ["Code", "Message", "RequestId", "TraceId"]
    assert error["RequestId"] == answer.headers["x-ci-request-id"]
    assert error["TraceId"] == answer.headers["x-ci-trace-id"]


@pytest.mark.parametrize("content_type", [None, "application/json", "text/xml"])
def test_a_job_must_be_sent_as_application_xml(world: World, content_type: str | None) -> None:
    answer = world.post(job_xml(), content_type=content_type)
    assert (answer.status_code, code_of(answer.data)) == (400, "InvalidArgument")


def test_a_job_for_an_absent_object_is_refused(world: World) -> None:
    answer = world.post(job_xml(key="uploads/absent.jpg"))
    assert (answer.status_code, code_of(answer.data)) == (400, "ResourceNotFound")
    assert world.service.jobs() == []


def test_a_bucket_must_be_enabled_first(world: World) -> None:
    host = "http://other-1250000000.ci.ap-guangzhou.myqcloud.com"
    world.objects[("other-1250000000", KEY)] = world.objects[(BUCKET, KEY)]
    before = world.client.post(
        "/jobs", base_url=host, data=job_xml().encode(), content_type="application/xml"
    )
    assert code_of(before.data) == "AIBucketUnBinded"
    assert world.client.post("/ai_bucket", base_url=host).status_code == 200
    after = world.client.post(
        "/jobs", base_url=host, data=job_xml().encode(), content_type="application/xml"
    )
    assert after.status_code == 200


def test_an_ended_job_is_described_with_its_result(world: World) -> None:
    job_id = world.submit()
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    assert (job["State"], job["StartTime"], job["EndTime"]) == (
        "Success",
        "2023-11-15T06:13:20+0800",
        "2023-11-15T06:13:20+0800",
    )
    result = job["Operation"]["ImageLicenseRecResult"]
    assert result.pop("IdInfo")[0] == {
        "Name": "姓名",
        "DetectedText": "样本甲",
        "Score": "99",
        "Location": {"Point": ["120,40", "120,80", "152,80", "152,40"]},
    }
    assert result == {
        "Code": "Success",
        "State": "Success",
        "InputObjectName": KEY,
        "InputObjectUrl": "https://examples-1250000000.cos.ap-guangzhou.myqcloud.com"
        "/uploads/a%20b%2B%E4%B8%AD.jpg",
        "Status": "1",
    }


def test_describing_names_the_jobs_there_are_not(world: World) -> None:
    job_id = world.submit()
    answer = world.get(f"/jobs/a1,{job_id},a2")
    assert [job["JobId"] for job in details(answer)] == [job_id]
    assert xmltodict.parse(answer.data)["Response"]["NonExistJobIds"] == "a1,a2"


def test_describing_leaves_out_the_missing_where_all_exist(world: World) -> None:
    answer = world.get(f"/jobs/{world.submit()}")
    assert "NonExistJobIds" not in xmltodict.parse(answer.data)["Response"]


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 400)])
def test_at_most_ten_jobs_are_described_at_once(world: World, count: int, status: int) -> None:
    assert world.get("/jobs/" + ",".join(["a"] * count)).status_code == status


def test_a_description_can_be_without_the_result(world: World) -> None:
    world.runner.behaviour.describe_holds_result = False
    job_id = world.submit()
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    assert job["State"] == "Success"
    assert "ImageLicenseRecResult" not in job["Operation"]


def test_a_pending_job_is_cancelled_without_a_body(world: World) -> None:
    job_id = world.submit()
    answer = world.put_request(f"/jobs/{job_id}?cancel")
    assert (answer.status_code, answer.data) == (200, b"")
    world.agenda.run_until_idle()
    assert world.describe(job_id)["State"] == "Cancel"


def test_an_ended_job_is_not_cancelled(world: World) -> None:
    job_id = world.submit()
    world.agenda.run_until_idle()
    assert world.put_request(f"/jobs/{job_id}?cancel").status_code == 400
    assert world.describe(job_id)["State"] == "Success"


def test_the_queue_is_listed_and_paused_and_made_active_again(world: World) -> None:
    answer = xmltodict.parse(world.get("/ai_queue").data)["Response"]
    queue = answer["QueueList"]
    assert (answer["TotalCount"], queue["State"]) == ("1", "Active")
    assert (queue["MaxConcurrent"], queue["MaxSize"]) == ("10", "10000")
    path = f"/ai_queue/{queue['QueueId']}"
    job_id = world.submit()
    assert world.put_request(path, b"<Request><State>Paused</State></Request>").status_code == 200
    world.agenda.run_until_idle()
    assert world.describe(job_id)["State"] == "Pause"
    assert world.put_request(path, b"<Request><State>Active</State></Request>").status_code == 200
    world.agenda.run_until_idle()
    assert world.describe(job_id)["State"] == "Success"


def test_the_queues_callback_serves_jobs_that_name_none(world: World) -> None:
    body = f"<Request>{NOTIFY}</Request>".encode()
    assert world.put_request(f"/ai_queue/{world.queue.queue_id}", body).status_code == 200
    world.submit()
    world.submit(CallBack="no")
    world.submit(CallBack="http://127.0.0.1/job")
    world.agenda.run_until_idle()
    assert [delivery.url for delivery in world.runner.deliveries] == [
        "http://127.0.0.1/q",
        "http://127.0.0.1/job",
    ]


def test_enabled_buckets_are_listed_without_naming_one(world: World) -> None:
    answer = world.client.get("/ai_bucket", base_url="http://ci.ap-guangzhou.myqcloud.com")
    listed = xmltodict.parse(answer.data)["Response"]["AiBucketList"]
    assert (listed["BucketId"], listed["Name"]) == (BUCKET, "examples")


def test_a_bucket_is_bound_once_it_was_asked_for(world: World) -> None:
    other = "http://others-1250000000.ci.ap-guangzhou.myqcloud.com"
    assert world.client.get("/", base_url=other).json == {"CIStatus": "off"}
    bound = xmltodict.parse(world.client.put("/", base_url=other).data)["Response"]["CIBucket"]
    assert bound == {"BucketId": "others-1250000000", "Region": "ap-guangzhou"}
    assert world.client.get("/", base_url=other).json == {"CIStatus": "on"}


def test_the_binding_can_be_shown_as_xml(world: World) -> None:
    world.service.binding_format = "xml"
    for bucket, status in (("examples", "on"), ("others", "off")):
        host = f"http://{bucket}-1250000000.ci.ap-guangzhou.myqcloud.com"
        answer = world.client.get("/", base_url=host)
        assert answer.mimetype == "application/xml"
        assert xmltodict.parse(answer.data) == {"CIStatus": status}


def test_no_bucket_is_bound_without_the_role_of_ci(world: World) -> None:
    other = "http://others-1250000000.ci.ap-guangzhou.myqcloud.com"
    world.service.role_missing = True
    refused = world.client.put("/", base_url=other)
    assert refused.status_code == 400
    assert xmltodict.parse(refused.data)["Error"]["Code"] == "CIRoleNotExist"
    assert not world.service.is_bound("others-1250000000")
    world.service.role_missing = False
    assert world.client.put("/", base_url=other).status_code == 200


def test_a_bucket_whose_recognition_is_enabled_is_bound_too(world: World) -> None:
    assert world.client.get("/", base_url=HOST).json == {"CIStatus": "on"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/"),
        ("DELETE", "/jobs"),
        ("POST", "/jobs/a1"),
        ("PUT", "/jobs/a1"),
        ("GET", "/job"),
    ],
)
def test_other_methods_and_paths_are_not_found(world: World, method: str, path: str) -> None:
    answer = world.client.open(path, method=method, base_url=HOST)
    assert (answer.status_code, code_of(answer.data)) == (404, "InvalidUrl")


def test_a_host_of_another_region_is_refused(world: World) -> None:
    host = f"http://{BUCKET}.ci.ap-beijing.myqcloud.com"
    assert code_of(world.client.get("/jobs", base_url=host).data) == "InvalidHost"


@pytest.mark.parametrize("after_effect", [False, True])
def test_a_fault_strikes_before_or_after_the_effect(
    world: World,
    after_effect: bool,  # noqa: FBT001
) -> None:
    world.runner.faults.requests.append(RequestFault("InternalError", after_effect=after_effect))
    answer = world.post(job_xml())
    assert (answer.status_code, code_of(answer.data)) == (500, "InternalError")
    assert len(world.service.jobs()) == int(after_effect)
    assert world.post(job_xml()).status_code == 200


def test_a_fault_can_break_the_connection(world: World) -> None:
    world.runner.faults.requests.append(RequestFault(None))
    with pytest.raises(ConnectionResetError):
        world.post(job_xml())


def test_a_fault_strikes_only_the_requests_meant(world: World) -> None:
    world.runner.faults.requests.append(RequestFault("SlowDown", method="GET", path="/jobs/.*"))
    job_id = world.submit()
    assert world.get(f"/jobs/{job_id}").status_code == 429
    assert world.get(f"/jobs/{job_id}").status_code == 200


def test_throttling_is_429_and_a_full_queue_403() -> None:
    assert (STATUS_OF_CODE["SlowDown"], STATUS_OF_CODE["QueueSaturated"]) == (429, 403)


def code_of(body: bytes) -> str:
    return str(xmltodict.parse(body)["Error"]["Code"])
