"""Cards of listings: names, state, steps and documents, in which no value is left readable."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from coslocal.ci.jobs import Job, JobRequest
from local.page.bucket import (
    PENDING_NAME,
    RESULT_NAME,
    Document,
    Entry,
    OutputName,
    Version,
    file_name,
    identifier,
    parse_name,
    version_in_names,
)
from local.page.cards import Card, Moments, cards_of, detail, masked_result, steps_of, summary
from tests.support.cards import LABELS, PERSONAL
from tests.support.clouds import cloud

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


def test_a_masked_result_holds_no_value_and_is_otherwise_the_same() -> None:
    with cloud() as here:
        key = "uploads/card.jpg"
        body = here.result(key, here.upload(key))
    assert body["fields"]["name"] == LABELS["姓名"]
    masked = masked_result(body)
    assert not any(value in json.dumps(masked, ensure_ascii=False) for value in PERSONAL)
    assert masked["fields"].keys() == body["fields"].keys()
    assert [item["polygon"] for item in masked["items"]] == [
        item["polygon"] for item in body["items"]
    ]
    same = body.keys() - {"fields", "items"}
    assert {name: masked[name] for name in same} == {name: body[name] for name in same}


def test_what_is_absent_stays_absent() -> None:
    masked = masked_result({"fields": {"name": None}, "items": [{"text": "", "score": 1}]})
    assert masked == {"fields": {"name": None}, "items": [{"text": "", "score": 1}]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("card.jpg", "card.jpg"),
        ("身份证.JPG", "身份证.JPG"),
        ("../../etc/card.jpg", "card.jpg"),
        ("C:\\photos\\card.jpg", "card.jpg"),
        ("line\nbreak\u202e.jpg", "linebreak.jpg"),
        ("", "card"),
        ("..", "card"),
        (".hidden", "hidden"),
        ("x" * 300 + ".jpeg", "x" * 80 + ".jpeg"),
    ],
)
def test_a_file_name_becomes_the_end_of_a_key(name: str, expected: str) -> None:
    assert file_name(name) == expected


@pytest.mark.parametrize(
    ("name", "key", "run", "attempt"),
    [
        ("a.jpg.e1.0001.json", "a.jpg", 1, 1),
        ("a.jpg.e1~3.0012.json", "a.jpg", 3, 12),
        ("a.0001.e1.0002.json", "a.0001", 1, 2),
    ],
)
def test_a_pending_name_is_read_from_the_right(name: str, key: str, run: int, attempt: int) -> None:
    assert parse_name(PENDING_NAME, name) == OutputName(Version(key, "e1"), run, attempt)


def test_a_result_name_is_read_from_the_right() -> None:
    assert parse_name(RESULT_NAME, "a.0001.e1.json") == OutputName(Version("a.0001", "e1"), 1)
    assert parse_name(RESULT_NAME, "a.jpg.e1~2.json") == OutputName(Version("a.jpg", "e1"), 2)


@pytest.mark.parametrize("name", ["", "a.json", "a.jpg", "a.e1.001.json", "a.e 1.0001.json"])
def test_another_name_is_none_of_a_pending_object(name: str) -> None:
    assert parse_name(PENDING_NAME, name) is None


def test_long_keys_and_those_that_look_shortened_stand_in_names_by_their_digest() -> None:
    assert version_in_names("a.jpg", "e").key == "a.jpg"
    assert version_in_names("x" * 701, "e").key.startswith("~/")
    assert version_in_names("~/a", "e").key != "~/a"


def test_an_identifier_holds_no_key_and_tells_versions_apart() -> None:
    identifiers = {identifier(Version("card.jpg", etag)) for etag in ("1", "2")}
    assert len(identifiers) == 2
    assert not any("card" in one for one in identifiers)
