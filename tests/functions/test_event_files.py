"""Every file of events/ is accepted by the function that it is for, on the local cloud."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from coslocal.ci.faults import CallbackFault
from shared.events import CreatedObject, created_objects
from tests.support import event_files
from tests.support.clouds import CARD, cloud, delivering

NO_CARDS = {
    "cos-folder-marker.json",
    "cos-malformed.json",
    "cos-no-records.json",
    "cos-other-bucket.json",
    "cos-own-output.json",
}
UPLOADS = [*event_files.names("cos-"), *event_files.names("dead-letter")]
TOKEN_OF_FILES = "v1.cGF5bG9hZA.c2lnbmF0dXJl"


@pytest.mark.parametrize("name", UPLOADS)
def test_submit_sends_a_job_for_each_card_of_an_event(name: str) -> None:
    event = event_files.load(name)
    records = list(created_objects(event))
    created = [one for one in records if isinstance(one, CreatedObject)]
    with cloud() as opened:
        for one in created:
            opened.put(one.key, b"" if one.key.endswith("/") else CARD)
        opened.local.agenda.clear()  # what the local cloud itself would have sent
        assert opened.invoke("submit", event) == {"records": len(records)}
        sent = [job.request.object_key for job in opened.jobs]
    assert sent == ([] if name in NO_CARDS else [one.key for one in created])


@pytest.mark.parametrize("name", event_files.names("callback-"))
def test_callback_writes_the_result_of_the_job_that_is_told_of(name: str) -> None:
    with cloud() as opened:
        opened.local.runner.faults.callbacks.append(CallbackFault("drop"))
        etag = opened.upload("uploads/a.jpg")
        (job,) = opened.jobs
        event = told(event_files.load(name, job.request.user_data or ""), job)
        assert opened.invoke("callback", event)["statusCode"] == 200
        result = opened.result("uploads/a.jpg", etag)
    assert result["evidence"]["verified"] is True
    assert result["evidence"]["format"] == ("xml" if "xml" in name else "json")


@pytest.mark.parametrize("name", event_files.names("message-"))
def test_callback_writes_the_result_of_the_job_that_a_message_tells_of(name: str) -> None:
    with delivering("TDMQ") as opened:
        opened.local.runner.on_message = lambda _message: None
        etag = opened.upload("uploads/a.jpg")
        (job,) = opened.jobs
        event = event_files.load(name, job.request.user_data or "", job.job_id)
        assert opened.invoke("callback", event) == {"messages": len(event.get("Records", [event]))}
        result = opened.result("uploads/a.jpg", etag)
    assert result["evidence"]["verified"] is True
    assert result["evidence"]["format"] == ("xml" if "xml" in name else "json")


def told(event: dict[str, Any], job: Any) -> dict[str, Any]:
    """The event, of this job instead of the invented one."""
    encoded = event.get("isBase64Encoded") is True
    body = base64.b64decode(event["body"]).decode() if encoded else event["body"]
    body = body.replace(event_files.JOB_ID, job.job_id).replace(
        TOKEN_OF_FILES, job.request.user_data
    )
    return {**event, "body": base64.b64encode(body.encode()).decode() if encoded else body}


@pytest.mark.parametrize("name", event_files.names("timer-"))
def test_sweep_takes_a_timer_s_event(name: str) -> None:
    with cloud(functions=("submit", "callback", "sweep")) as opened:
        assert opened.invoke("sweep", event_files.load(name))["sending"] == "yes"
        assert opened.document("ocr/state/status.json")["sending"] == "yes"
