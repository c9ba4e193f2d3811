"""What CI's list of jobs says of the last hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from cli.status.recognition import CiQueue, Jobs, jobs_of_the_last_hour, queue_of
from shared.jobs import Container, Job, JobPage
from shared.jobs.service import CiJobService
from tests.support.cards import finished_job
from tests.support.pipelines import START, World

KEY = "uploads/a.jpg"


class ListedJobs:
    """CI with a list of jobs, the newest first."""

    def __init__(self, *jobs: Job) -> None:
        self._jobs = jobs

    def get(
        self, _read: Callable[[bytes], object], _path: str, _parameters: dict[str, str]
    ) -> JobPage:
        return JobPage(self._jobs, None)


class RawQueue:
    """CI with a reply to GET /ai_queue, as its bytes come."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def get(
        self, read: Callable[[bytes], object], _path: str, _parameters: dict[str, str]
    ) -> object:
        return read(self._body)


def queue_in(body: bytes) -> CiQueue | None:
    return queue_of(cast("CiJobService", RawQueue(body)), None)


QUEUE = (
    b'<?xml version="1.0" encoding="utf-8"?><Response><QueueList><QueueId>p1</QueueId>'
    b"<Name>AI</Name><State>Active</State><MaxConcurrent>10</MaxConcurrent></QueueList></Response>"
)


@pytest.mark.parametrize(
    "body",
    [
        QUEUE,
        b"\n" + QUEUE,
        b"\xef\xbb\xbf\r\n" + QUEUE,
        QUEUE.replace(b"</Name>", b"\x0b</Name>"),
        QUEUE + b"\x00\n",
    ],
)
def test_the_queue_is_read_from_the_bytes_that_every_other_reply_is(body: bytes) -> None:
    assert queue_in(body) == CiQueue("AI", "Active", "10", "-")


@pytest.mark.parametrize("body", [b"<Response/>", b"<Response><QueueList/></Response>"])
def test_a_bucket_without_a_queue_has_none(body: bytes) -> None:
    assert queue_in(body) is None


@pytest.mark.parametrize("body", [b"", b"<html/>", QUEUE[:-1]])
def test_what_is_no_reply_says_nothing_of_a_queue(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — expat's words or ours
        queue_in(body)


def job(key: str = KEY, version: str = "e1", attempt: int = 1, **changes: Any) -> Job:
    token = World().token(key, version, attempt).text
    return finished_job(key=key, user_data=token, **changes)


def seen(*jobs: Job) -> Jobs:
    service = cast("CiJobService", ListedJobs(*jobs))
    return jobs_of_the_last_hour(service, World().context().settings, START)


def test_a_job_leads_to_the_result_of_its_card() -> None:
    found = seen(job(version="e1~2"), job("uploads/b.jpg"))
    assert found.results == (
        "ocr/results/uploads/a.jpg.e1~2.json",
        "ocr/results/uploads/b.jpg.e1.json",
    )
    assert (found.ours, found.cards) == (2, 2)


def test_a_card_whose_newest_job_is_under_way_has_no_result_yet() -> None:
    found = seen(job(attempt=2, state="Running"), job(state="Failed", code="InternalError"))
    assert (found.results, found.ours, found.cards) == ((), 2, 1)
    assert (found.ended, found.failed) == (1, 1)


def test_a_card_whose_newest_job_has_ended_may_have_one() -> None:
    assert len(seen(job(attempt=2), job(state="Submitted")).results) == 1


def test_jobs_that_nobody_here_sent_are_counted_and_lead_nowhere() -> None:
    found = seen(job("elsewhere/a.jpg"), finished_job(user_data="another"), finished_job(key=None))
    assert (found.total, found.ours, found.results) == (3, 0, ())


def test_a_job_fails_by_itself_or_by_what_it_read_or_is_cancelled() -> None:
    found = seen(
        job(state="Failed", code="InternalError"),
        job(state="Failed", code=None),
        job(container=Container("Failed", "RecognitionFailed", None, ())),
        job(state="Cancel"),
        job(),
    )
    assert found.codes == {
        "Cancelled": 1,
        "InternalError": 1,
        "RecognitionFailed": 1,
        "without a Code": 1,
    }
