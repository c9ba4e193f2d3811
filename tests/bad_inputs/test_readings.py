"""What COS, CI and callers write, where it is read: values, or no value, and never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import MalformedCallback
from shared.jobs import Accepted, Job, RefusedForGood, Submission, Unknown, Waiting
from shared.jobs.reply import described_in, job_in_callback, meaning, page_in
from shared.store.cos import page_in as listing_in
from shared.times import from_ci, from_http_date
from tests.support.corpus import Case, as_bytes, build, cases

NAMES = {"JOB": "a1b2c3", "TOKEN": "v1.a.b", "KEY": "uploads/a.jpg", "ETAG": "0123456789abcdef"}
UNREADABLE = {"unreadable": True}


def of(job: Job, names: Mapping[str, object]) -> dict[str, Any]:
    """Those of the job's values that the case tells of."""
    container = job.container
    texts = None if container is None else [info.text for info in container.id_infos]
    scores = None if container is None else [info.score for info in container.id_infos]
    polygons = None if container is None else [[*map(list, i.polygon)] for i in container.id_infos]
    values = {**job._asdict(), "texts": texts, "scores": scores, "polygons": polygons}
    return {name: values[name] for name in names}


def told(submission: Submission) -> dict[str, Any]:
    match submission:
        case Accepted(job_id):
            return {"job": job_id}
        case Waiting(code, _, refusal):
            return {"waiting": code, "class": refusal}
        case RefusedForGood(code, _):
            return {"failed": code}
        case Unknown(code):
            return {"unknown": code}


@cases("ci-times")
def test_a_time_of_ci_is_one_of_ours_or_none(case: Case) -> None:
    assert from_ci(case.input) == case.expected["time"]


@cases("http-dates")
def test_an_http_date_is_one_of_ours_or_none(case: Case) -> None:
    assert from_http_date(build(case.input)) == case.expected["time"]


@cases("ci-refusals")
def test_what_an_answer_means_follows_from_status_and_code(case: Case) -> None:
    body = as_bytes(build(case.input.get("body", "")))
    assert told(meaning(case.input["status"], body)) == case.expected


@cases("ci-bytes")
def test_odd_bytes_of_a_reply_cost_no_job(case: Case) -> None:
    """What `of` names: the answer to a POST, a description, a page of jobs, or a callback."""
    body, expected = as_bytes(build(case.input["body"])), case.expected
    match case.input["of"]:
        case "post":
            assert told(meaning(case.input.get("status", 200), body)) == expected
        case "page":
            page = page_in(body)
            assert {"jobs": len(page.jobs), "next": page.next_token} == expected
        case of_jobs:
            is_callback = of_jobs == "callback"
            jobs = [job_in_callback(body)[0]] if is_callback else described_in(body).jobs
            assert [of(job, expected[0]) for job in jobs] == expected


@cases("ci-described")
def test_a_description_of_jobs_names_those_it_knows(case: Case) -> None:
    try:
        found = described_in(as_bytes(build(case.input, NAMES)))
    except ValueError:
        assert case.expected == UNREADABLE
        return
    jobs = [of(job, case.expected["jobs"][0]) for job in found.jobs] if found.jobs else []
    assert {"jobs": jobs, "missing": sorted(found.missing)} == case.expected


@cases("ci-job-pages")
def test_a_page_of_jobs_says_where_the_next_begins(case: Case) -> None:
    try:
        page = page_in(as_bytes(build(case.input, NAMES)))
    except ValueError:
        assert case.expected == UNREADABLE
        return
    assert {"jobs": len(page.jobs), "next": page.next_token} == case.expected


@cases("callback-shapes")
def test_a_body_of_any_shape_is_the_job_it_tells_of(case: Case) -> None:
    found: dict[str, Any]
    try:
        job, form = job_in_callback(as_bytes(build(case.input, NAMES)))
        found = {"format": form, **of(job, case.expected.keys() - {"format"})}
    except MalformedCallback as error:
        found = {"problem": str(error)}
    assert found == case.expected


@cases("cos-pages")
def test_a_page_of_a_listing_is_read_whole_or_not_at_all(case: Case) -> None:
    date = case.input.get("date", "Fri, 20 Nov 2026 08:15:00 GMT")
    try:
        page = listing_in(as_bytes(build(case.input["body"])), date)
    except (ValueError, KeyError):
        assert case.expected == UNREADABLE
        return
    assert {"keys": [one.key for one in page.objects], "next": page.next} == case.expected
