from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coslocal.ci.jobs import Job, JobRequest
from shared import callback_token
from tests.load.counts import by_version, count_jobs, unmarked_foreign, version_of, wrong_results
from tests.load.photos import Photo

SECRET = "an-invented-secret-of-more-than-32-characters"
KEY, VERSION = "uploads/a.jpg", "9e10"
EXCUSES = {"Cancelled"}


def a_job(key: str = KEY, version: str = VERSION, attempt: int = 1) -> Job:
    token = callback_token.issue(
        SECRET, bucket="cards-1250000000", key=key, version=version, attempt=attempt, now=1000.0
    )
    request = JobRequest(key, "ImageLicenseRec", {"CardType": "IDCard"}, user_data=token)
    return Job("a1", 1, "cards-1250000000", "ap-guangzhou", "p1", request, 1000.0)


def a_result(
    outcome: str = "recognised", code: str | None = None, **changes: Any
) -> dict[str, Any]:
    error = {"code": code} if code else None
    document = {"outcome": outcome, "error": error, "fields": {"name": "样本00001"}}
    return {**document, "checks": [], "needs_review": False, "source": {"key": KEY}, **changes}


def wrong(kind: str, result: dict[str, Any] | None) -> list[str]:
    results = {(KEY, VERSION): result} if result else {}
    return list(wrong_results({KEY: Photo(kind, 1, VERSION)}, results, EXCUSES))


def test_a_jobs_version_is_the_one_in_its_user_data() -> None:
    assert version_of(a_job()) == VERSION
    assert (
        version_of(
            replace(a_job(), request=JobRequest(KEY, "ImageLicenseRec", {"CardType": "IDCard"}))
        )
        == ""
    )


def test_one_job_a_card_is_one_job_per_card() -> None:
    counted = count_jobs([a_job(), a_job("uploads/b.jpg"), a_job(version="other")])
    assert (counted.by_card.total(), counted.several, counted.failed) == (3, 0, 0)


def test_a_second_job_of_a_version_is_seen_whatever_became_of_either() -> None:
    counted = count_jobs([a_job(), replace(a_job(attempt=2), state="Cancel")])
    assert (counted.by_card.total(), counted.several) == (2, 1)


def test_a_job_that_failed_for_a_passing_reason_is_counted_apart() -> None:
    failed = a_job().failed("InternalError", "", 1001.0)
    counted = count_jobs([failed, a_job(attempt=2)])
    assert (counted.by_card.total(), counted.several, counted.failed) == (1, 0, 1)


def test_a_job_that_failed_for_good_is_the_cards_one_job() -> None:
    failed = a_job().failed("ResourceNotSupported", "", 1001.0)
    assert count_jobs([failed, a_job(attempt=2)]).several == 1


def test_results_are_told_apart_by_the_version_in_their_name() -> None:
    results = {f"ocr/results/{KEY}.{version}.json": a_result() for version in ("9e10", "77~2")}
    assert list(by_version(results)) == [(KEY, "9e10"), (KEY, "77~2")]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("card", "recognised"), ("no card", "nothing_found"), ("empty", "rejected")],
)
def test_what_a_photo_must_come_to_is_right(kind: str, outcome: str) -> None:
    assert wrong(kind, a_result(outcome)) == []


def test_a_photo_without_a_result_is_wrong() -> None:
    assert wrong("card", None) == ["card: no result"]


def test_another_versions_result_is_none() -> None:
    results = {(KEY, "other"): a_result()}
    found = wrong_results({KEY: Photo("card", 1, VERSION)}, results, EXCUSES)
    assert found == {"card: no result": 1}


def test_a_failure_needs_an_excuse() -> None:
    assert wrong("card", a_result("failed", "Cancelled")) == []
    assert wrong("card", a_result("failed", "SubmissionUnknown")) == [
        "card: failed SubmissionUnknown"
    ]


def test_what_must_be_rejected_has_no_excuse() -> None:
    assert wrong("text", a_result("failed", "Cancelled")) == ["text: failed Cancelled"]


def test_another_contents_name_is_foreign_unless_marked() -> None:
    names = {(KEY, VERSION): "样本00002"}
    shown = a_result()
    assert unmarked_foreign(names, {(KEY, VERSION): shown}) == 1
    assert unmarked_foreign(names, {(KEY, VERSION): {**shown, "needs_review": True}}) == 1
    doubt = [{"name": "source.unchanged", "passed": False, "detail": ""}]
    marked = {**shown, "needs_review": True, "checks": doubt}
    assert unmarked_foreign(names, {(KEY, VERSION): marked}) == 0
    assert unmarked_foreign({(KEY, VERSION): "样本00001"}, {(KEY, VERSION): shown}) == 0
