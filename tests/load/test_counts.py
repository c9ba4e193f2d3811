from __future__ import annotations

from dataclasses import replace
from typing import Any

from coslocal.ci.jobs import Job, JobRequest
from shared import callback_token
from tests.load.counts import count_jobs, foreign, results_by_card, version_of

SECRET = "an-invented-secret-of-more-than-32-characters"
KEY, VERSION = "uploads/a.jpg", "9e10"


def a_job(key: str = KEY, version: str = VERSION, attempt: int = 1) -> Job:
    token = callback_token.issue(
        SECRET, bucket="cards-1250000000", key=key, version=version, attempt=attempt, now=1000.0
    )
    request = JobRequest(key, "IDCard", user_data=token)
    return Job("a1", 1, "cards-1250000000", "ap-guangzhou", "p1", request, 1000.0)


def a_result(key: str = KEY, name: str = "样本00001") -> dict[str, Any]:
    return {"source": {"key": key}, "outcome": "recognised", "fields": {"name": name}}


def test_a_jobs_version_is_the_one_in_its_user_data() -> None:
    assert version_of(a_job()) == VERSION
    assert version_of(replace(a_job(), request=JobRequest(KEY, "IDCard"))) == ""


def test_one_job_a_card_is_one_job_per_card() -> None:
    counted = count_jobs([a_job(), a_job("uploads/b.jpg"), a_job(version="other")])
    assert (counted.per_card(3), counted.several, counted.failed) == (1.0, 0, 0)


def test_a_second_job_of_a_version_is_seen_whatever_became_of_either() -> None:
    counted = count_jobs([a_job(), replace(a_job(attempt=2), state="Cancel")])
    assert (counted.per_card(1), counted.several) == (2.0, 1)


def test_a_job_that_failed_for_a_passing_reason_is_counted_apart() -> None:
    failed = a_job().failed("InternalError", "", 1001.0)
    counted = count_jobs([failed, a_job(attempt=2)])
    assert (counted.per_card(1), counted.several, counted.failed) == (1.0, 0, 1)


def test_a_job_that_failed_for_good_is_the_cards_one_job() -> None:
    counted = count_jobs([a_job().failed("ResourceNotSupported", "", 1001.0), a_job(attempt=2)])
    assert counted.several == 1


def test_results_are_counted_by_the_version_in_their_name() -> None:
    results = {f"ocr/results/{KEY}.{version}.json": a_result() for version in ("9e10", "77~2")}
    assert results_by_card(results) == {(KEY, "9e10"): 1, (KEY, "77~2"): 1}


def test_another_cards_name_is_foreign() -> None:
    names = {KEY: "样本00001"}
    assert foreign([a_result()], names) == 0
    assert foreign([a_result(name="样本00002")], names) == 1
