from __future__ import annotations

import re

import pytest

from coslocal.ci.errors import CiError
from coslocal.ci.jobs import Job, JobRequest, JobResult
from coslocal.ci.queue import JobQueue

LATER = 1_000.0


def queue(**options: int) -> JobQueue:
    return JobQueue("examples-1250000000", "ap-guangzhou", 0.0, **options)


def submit(jobs: JobQueue, level: int = 0, now: float = 0.0) -> Job:
    return jobs.submit(JobRequest("a.jpg", "ImageLicenseRec", {}, job_level=level), now)


def start(jobs: JobQueue) -> Job | None:
    return jobs.start_next(LATER, created_until=LATER)


def test_job_ids_have_cis_form_and_differ() -> None:
    ids = {submit(queue()).job_id for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"[a-z][a-z0-9]{32}", job_id) for job_id in ids)


def test_a_job_goes_from_submitted_over_running_to_success() -> None:
    jobs = queue()
    job = submit(jobs)
    assert (job.state, job.started_at, job.ended_at) == ("Submitted", None, None)
    started = start(jobs)
    assert started is not None
    assert (started.state, started.started_at) == ("Running", LATER)
    ended = jobs.change(job.job_id, lambda job: job.succeeded(JobResult(), LATER + 1))
    assert (ended.state, ended.ended_at, ended.ended) == ("Success", LATER + 1, True)
    assert jobs.find(job.job_id) == ended


def test_the_highest_level_starts_first_and_of_equal_levels_the_oldest() -> None:
    jobs = queue()
    low, first, second = submit(jobs), submit(jobs, 2), submit(jobs, 2)
    started = [start(jobs) for _ in range(3)]
    assert [job.job_id for job in started if job] == [first.job_id, second.job_id, low.job_id]


def test_no_more_jobs_run_than_may_run_at_once() -> None:
    jobs = queue(max_concurrent=1)
    first, second = submit(jobs), submit(jobs)
    assert start(jobs) is not None
    assert start(jobs) is None
    jobs.change(first.job_id, lambda job: job.failed("InternalError", "", LATER))
    started = start(jobs)
    assert started is not None
    assert started.job_id == second.job_id


def test_a_job_does_not_start_before_its_time() -> None:
    jobs = queue()
    submit(jobs, now=10.0)
    assert jobs.start_next(12.0, created_until=9.0) is None


def test_a_full_queue_refuses_further_jobs_until_one_starts() -> None:
    jobs = queue(max_size=1)
    submit(jobs)
    with pytest.raises(CiError) as refusal:
        submit(jobs)
    assert (refusal.value.code, refusal.value.status) == ("QueueSaturated", 403)
    start(jobs)
    submit(jobs)


def test_a_paused_queue_starts_nothing_and_refuses_jobs() -> None:
    jobs = queue()
    waiting = submit(jobs)
    jobs.set_state("Paused", LATER)
    assert start(jobs) is None
    paused = jobs.find(waiting.job_id)
    assert paused is not None
    assert paused.state == "Pause"
    with pytest.raises(CiError) as refusal:
        submit(jobs)
    assert (refusal.value.code, refusal.value.status) == ("QueuePaused", 403)


def test_a_queue_made_active_again_starts_what_waited() -> None:
    jobs = queue()
    submit(jobs)
    jobs.set_state("Paused", LATER)
    jobs.set_state("Active", LATER)
    assert start(jobs) is not None


def test_pausing_leaves_running_jobs_alone() -> None:
    jobs = queue()
    job = submit(jobs)
    start(jobs)
    jobs.set_state("Paused", LATER)
    running = jobs.find(job.job_id)
    assert running is not None
    assert running.state == "Running"


@pytest.mark.parametrize("paused", [False, True])
def test_a_pending_job_can_be_cancelled_and_never_starts(paused: bool) -> None:  # noqa: FBT001
    jobs = queue()
    job = submit(jobs)
    if paused:
        jobs.set_state("Paused", LATER)
    assert jobs.cancel(job.job_id, LATER).state == "Cancel"
    assert start(jobs) is None


def test_a_running_job_cannot_be_cancelled() -> None:
    jobs = queue()
    job = submit(jobs)
    start(jobs)
    with pytest.raises(CiError, match="state Running can't be cancelled"):
        jobs.cancel(job.job_id, LATER)


def test_a_job_for_another_queue_is_refused() -> None:
    jobs = queue()
    jobs.submit(JobRequest("a.jpg", "ImageLicenseRec", {}, queue_id=jobs.queue_id), 0.0)
    with pytest.raises(CiError) as refusal:
        jobs.submit(JobRequest("a.jpg", "ImageLicenseRec", {}, queue_id="p0"), 0.0)
    assert refusal.value.code == "QueueNotFound"
