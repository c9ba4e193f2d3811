"""Cards from listings: their state, their steps, and which documents speak for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coslocal.ci.jobs import Job, JobRequest
from local.page.bucket import Document, Entry, OutputName, Version
from local.page.cards import Card, Moments, cards_of, detail, steps_of, summary

VERSION = Version("uploads/a.jpg", "e1")
PHOTO = Entry("uploads/a.jpg", "e1", 5, "")
ASKED = JobRequest("uploads/a.jpg", "ImageLicenseRec", {})
JOB = Job("j1", 1, "cards-1", "ap-guangzhou", "q1", ASKED, 102.0)
CREATED = {
    "uploads/a.jpg": 100.0,
    "pending/uploads/a.jpg.e1.0001.json": 101.0,
    "results/uploads/a.jpg.e1.json": 104.0,
}


def moments(*jobs: Job) -> Moments:
    return Moments(CREATED.get, {job.job_id: job for job in jobs}, "pending/")


def pending(
    state: str, *, run: int = 1, attempt: int = 1, **more: Any
) -> tuple[OutputName, Document]:
    body = {"state": state, "card_type": "IDCard", "job_id": None, "error": None, **more}
    return OutputName(VERSION, run, attempt), Document("p", body)


def result(outcome: str, *, run: int = 1, **more: Any) -> tuple[OutputName, Document]:
    body = {"outcome": outcome, "card_type": "IDCard", "job": None, "error": None, **more}
    return OutputName(VERSION, run), Document("results/uploads/a.jpg.e1.json", body)


def card(*objects: tuple[OutputName, Document], photos: tuple[Entry, ...] = (PHOTO,)) -> Card:
    waiting = [one for one in objects if one[0].attempt]
    ended = [one for one in objects if not one[0].attempt]
    [only] = cards_of(photos, waiting, ended).values()
    return only


def state(*objects: tuple[OutputName, Document], job: Job = JOB) -> Any:
    return summary(card(*objects), moments(job), frozenset())["state"]


@pytest.mark.parametrize("name", ["claimed", "submitted", "waiting", "unknown"])
def test_a_pending_card_stands_where_its_object_says(name: str) -> None:
    assert state(pending(name)) == name


def test_without_any_object_it_is_uploaded() -> None:
    assert state() == "uploaded"


def test_a_job_that_has_ended_is_told_before_its_result() -> None:
    ended = replace(JOB, state="Success", ended_at=103.0)
    assert state(pending("submitted", job_id="j1"), job=JOB) == "submitted"
    assert state(pending("submitted", job_id="j1"), job=ended) == "recognised_by_ci"


def test_a_result_outweighs_a_pending_object_of_its_own_run() -> None:
    assert state(pending("submitted"), result("recognised")) == "recognised"


def test_a_newer_run_outweighs_an_older_result() -> None:
    assert state(result("failed"), pending("waiting", run=2)) == "waiting"


def test_the_last_attempt_speaks_for_a_run() -> None:
    assert state(pending("waiting", attempt=1), pending("claimed", attempt=2)) == "claimed"


def test_an_object_that_cannot_be_read_says_so() -> None:
    assert state((OutputName(VERSION, 1), Document("r", None))) == "unreadable"


def test_each_step_has_its_moment() -> None:
    ended = replace(JOB, state="Success", ended_at=103.0)
    done = card(result("recognised", job={"id": "j1"}))
    assert steps_of(done, moments(ended)) == {
        "uploaded": 100.0,
        "claimed": 101.0,
        "submitted": 102.0,
        "recognised": 103.0,
        "result": 104.0,
    }


def test_a_rejected_card_was_never_submitted() -> None:
    assert list(steps_of(card(result("rejected")), moments())) == ["uploaded", "claimed", "result"]


def test_a_card_whose_photo_is_gone_keeps_its_key_from_its_documents() -> None:
    gone = card(result("recognised", source={"key": "uploads/real.jpg"}), photos=())
    shown = summary(gone, moments(), frozenset())
    assert (shown["key"], shown["present"]) == ("uploads/real.jpg", False)


def test_samples_are_known_by_their_content() -> None:
    assert summary(card(), moments(), frozenset({"e1"}))["sample"]
    assert not summary(card(), moments(), frozenset({"e2"}))["sample"]


def test_the_documents_come_newest_first_and_results_are_masked() -> None:
    both = card(result("failed"), result("recognised", run=2, fields={"name": "样本甲"}))
    shown = [one["body"] for one in detail(both, mask=True)["results"]]
    assert [body["outcome"] for body in shown] == ["recognised", "failed"]
    assert shown[0]["fields"] == {"name": "样**"}
    whole = [one["body"] for one in detail(both, mask=False)["results"]]
    assert whole[0]["fields"] == {"name": "样本甲"}
