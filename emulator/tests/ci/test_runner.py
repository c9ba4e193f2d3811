from __future__ import annotations

import json
from dataclasses import replace

import pytest

from coslocal.ci.faults import CallbackFault, JobFault
from tests.ci.world import KEY, World
from tests.contents import content_of, unreadable

URL = "http://127.0.0.1/callback?t=1"


def test_a_job_reads_the_object_as_it_is_when_the_job_runs(world: World) -> None:
    job_id = world.submit()
    world.put(KEY, content_of({"姓名": "后来者"}))
    world.agenda.run_until_idle()
    result = world.describe(job_id)["Operation"]["ImageLicenseRecResult"]
    assert result["IdInfo"]["DetectedText"] == "后来者"


def test_a_job_whose_object_is_gone_when_it_runs_fails(world: World) -> None:
    job_id = world.submit()
    world.remove(KEY)
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    assert (job["State"], job["Code"]) == ("Failed", "ResourceNotFound")
    assert "ImageLicenseRecResult" not in job["Operation"]


def test_an_unreadable_image_fails_with_its_code(world: World) -> None:
    world.put(KEY, unreadable("ResourceNotSupported"))
    job_id = world.submit()
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    assert (job["State"], job["Code"]) == ("Failed", "ResourceNotSupported")
    assert job["Message"]


def test_a_picture_of_something_else_succeeds_with_status_0(world: World) -> None:
    world.put(KEY, content_of({}))
    job_id = world.submit()
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    result = job["Operation"]["ImageLicenseRecResult"]
    assert (job["State"], result["Status"]) == ("Success", "0")
    assert "IdInfo" not in result


def test_jobs_start_after_their_delay_and_run_for_their_time(world: World) -> None:
    world.runner.behaviour = replace(
        world.runner.behaviour, start_after_seconds=0.75, run_seconds=5.0
    )
    job_id = world.submit()
    states = [world.describe(job_id)["State"]]
    for seconds in (0.5, 0.25, 4.75, 0.25):
        world.agenda.advance(seconds)
        states.append(world.describe(job_id)["State"])
    assert states == ["Submitted", "Submitted", "Running", "Running", "Success"]


def test_jobs_beyond_the_limit_wait_for_a_running_one_to_end(world: World) -> None:
    world.runner.behaviour = replace(world.runner.behaviour, run_seconds=1.0)
    world.queue.max_concurrent = 2
    for _ in range(3):
        world.submit()
    world.agenda.run_until_idle()
    assert [job.state for job in world.service.jobs()] == ["Running", "Running", "Submitted"]
    world.agenda.advance(2.0)
    assert [job.state for job in world.service.jobs()] == ["Success"] * 3


def test_a_callback_is_a_post_of_a_go_client(world: World) -> None:
    world.submit(CallBack=URL, CallBackFormat="JSON")
    world.agenda.run_until_idle()
    [request] = world.receiver.requests
    assert (request.method, request.url) == ("POST", URL)
    assert request.headers["User-Agent"].startswith("Go-http-client/")
    assert request.headers["Content-Type"] == "application/json"


def test_the_state_is_final_before_the_callback_is_sent(world: World) -> None:
    job_id = world.submit(CallBack=URL, CallBackFormat="JSON")
    world.runner.faults.callbacks.append(CallbackFault("delay", seconds=60))
    world.agenda.run_until_idle()
    assert world.receiver.requests == []
    assert world.describe(job_id)["State"] == "Success"
    world.agenda.advance(60)
    assert len(world.receiver.requests) == 1


@pytest.mark.parametrize("status", [500, None])
def test_a_callback_that_is_not_taken_is_never_sent_again(world: World, status: int | None) -> None:
    world.receiver.status = status
    world.submit(CallBack=URL)
    world.agenda.advance(24 * 3600)
    [delivery] = world.runner.deliveries
    assert delivery.status == status
    assert (delivery.error is None) == (status is not None)


def test_a_failed_job_is_told_of_too(world: World) -> None:
    world.put(KEY, unreadable())
    world.submit(CallBack=URL, CallBackFormat="JSON")
    world.agenda.run_until_idle()
    [job] = json.loads(world.runner.deliveries[0].body)["JobsDetail"]
    assert (job["State"], job["Code"]) == ("Failed", "ResourceNotSupported")


def test_a_cancelled_job_calls_nobody_back(world: World) -> None:
    job_id = world.submit(CallBack=URL)
    world.put_request(f"/jobs/{job_id}?cancel")
    world.agenda.run_until_idle()
    assert world.runner.deliveries == []


def test_a_tdmq_callback_lies_on_its_queue(world: World) -> None:
    world.submit(
        CallBackType="TDMQ",
        CallBackFormat="JSON",
        CallBackMqConfig={"MqRegion": "gz", "MqMode": "Topic", "MqName": "ends"},
    )
    world.agenda.run_until_idle()
    [message] = world.runner.messages
    assert (message.queue.region, message.queue.mode, message.queue.name) == (
        "gz",
        "Topic",
        "ends",
    )
    assert json.loads(message.body)["EventName"] == "TaskFinish"
    assert world.runner.deliveries == []


@pytest.mark.parametrize(("effect", "sent"), [("drop", 0), ("duplicate", 2)])
def test_callbacks_can_be_lost_and_doubled(world: World, effect: str, sent: int) -> None:
    world.runner.faults.callbacks.append(CallbackFault(effect))  # type: ignore[arg-type]
    world.submit(CallBack=URL)
    world.agenda.run_until_idle()
    assert len(world.receiver.requests) == sent


def test_a_job_fault_fails_the_next_job_only(world: World) -> None:
    world.runner.faults.jobs.append(JobFault("InternalError"))
    first, second = world.submit(), world.submit()
    world.agenda.run_until_idle()
    assert world.describe(first)["Code"] == "InternalError"
    assert world.describe(second)["State"] == "Success"


def test_a_result_container_can_report_a_failure_of_its_own(world: World) -> None:
    world.runner.faults.jobs.append(JobFault("InternalError", in_container=True))
    job_id = world.submit()
    world.agenda.run_until_idle()
    job = world.describe(job_id)
    result = job["Operation"]["ImageLicenseRecResult"]
    assert (job["State"], result["State"], result["Code"]) == (
        "Success",
        "Failed",
        "InternalError",
    )


def test_a_recogniser_that_breaks_down_fails_the_job_and_is_shown(world: World) -> None:
    def break_down(_bucket: str, _key: str) -> None:
        raise ZeroDivisionError

    job_id = world.submit()
    world.runner._read_object = break_down  # noqa: SLF001
    with pytest.raises(ZeroDivisionError):
        world.agenda.run_until_idle()
    assert world.describe(job_id)["Code"] == "InternalError"
