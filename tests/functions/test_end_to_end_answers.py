"""What CI answers, by whatever way it comes, and what becomes of the card."""

from __future__ import annotations

import itertools

import pytest

from coslocal.ci.callbacks import CallbackShape
from coslocal.ci.faults import JobFault, RequestFault
from local.recognition.scripted import scripted_error
from tests.support.cards import NAME
from tests.support.clouds import Cloud, cloud, delivering

KEY = "uploads/a.jpg"


def test_a_picture_without_a_card_is_nothing_found(local_cloud: Cloud) -> None:
    etag = local_cloud.upload(KEY, b"\xff\xd8\xff a picture of a cat")
    assert local_cloud.result(KEY, etag)["outcome"] == "nothing_found"


def test_a_picture_that_can_not_be_read_fails_with_cis_reason(local_cloud: Cloud) -> None:
    etag = local_cloud.upload(KEY, scripted_error("ResourceNotSupported"))
    result = local_cloud.result(KEY, etag)
    assert (result["outcome"], result["error"]["code"]) == ("failed", "ResourceNotSupported")


@pytest.mark.parametrize("delivery", ["URL", "TDMQ"])
@pytest.mark.parametrize("form", ["JSON", "XML"])
def test_both_formats_of_callback_give_the_same_result(form: str, delivery: str) -> None:
    with delivering(delivery, CALLBACK_FORMAT=form) as local_cloud:
        result = local_cloud.result(KEY, local_cloud.upload(KEY))
        assert result["fields"]["name"] == NAME
        assert result["evidence"]["format"] == form.lower()


SHAPES = [CallbackShape(*choices) for choices in itertools.product((True, False), repeat=5)]


@pytest.mark.parametrize("delivery", ["URL", "TDMQ"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_callback_of_every_shape_is_read_where_ci_shows_no_result(
    shape: CallbackShape, delivery: str
) -> None:
    with delivering(delivery) as local_cloud:
        local_cloud.local.runner.behaviour.describe_holds_result = False
        local_cloud.local.runner.behaviour.callback_shape = shape
        result = local_cloud.result(KEY, local_cloud.upload(KEY))
        assert result["fields"]["name"] == NAME
        assert (result["evidence"]["verified"], result["needs_review"]) == (False, True)


def test_without_callbacks_the_card_stays_pending_with_its_job() -> None:
    with cloud(CALLBACK_TYPE="NONE") as local_cloud:
        local_cloud.upload(KEY)
        (pending,) = local_cloud.pending()
        assert (pending["state"], pending["job_id"]) == ("submitted", local_cloud.jobs[0].job_id)
        assert local_cloud.names("results") == []


@pytest.mark.parametrize(
    ("code", "after_effect", "state", "jobs"),
    [
        ("SlowDown", False, "waiting", 0),
        ("QueueSaturated", False, "waiting", 0),
        ("InternalError", False, "unknown", 0),
        ("InternalError", True, "unknown", 1),
        (None, False, "unknown", 0),
        (None, True, "unknown", 1),
    ],
)
def test_what_ci_answers_is_kept_and_nothing_is_sent_twice(
    local_cloud: Cloud,
    code: str | None,
    after_effect: bool,  # noqa: FBT001
    state: str,
    jobs: int,
) -> None:
    local_cloud.local.runner.behaviour.start_after_seconds = 1e6
    fault = RequestFault(code, after_effect=after_effect, times=9)
    local_cloud.local.runner.faults.requests.append(fault)
    local_cloud.upload(KEY)
    (pending,) = local_cloud.pending()
    assert pending["state"] == state
    assert len(local_cloud.jobs) == jobs
    assert fault.times == 8


@pytest.mark.parametrize("delivery", ["URL", "TDMQ"])
def test_a_failure_that_passes_is_left_to_sweep(delivery: str) -> None:
    with delivering(delivery) as local_cloud:
        local_cloud.local.runner.faults.jobs.append(JobFault("InternalError"))
        local_cloud.upload(KEY)
        assert local_cloud.names("results") == []
        assert local_cloud.pending()[0]["state"] == "submitted"
        assert local_cloud.log_lines()[-1]["event"] == "left_to_sweep"
