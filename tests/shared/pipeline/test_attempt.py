"""What is decided under a claim, what CI's answer means, and how a job ended."""

from __future__ import annotations

from typing import Any

import pytest

from shared.card import Check
from shared.documents import AttemptError, ResultError
from shared.jobs import Accepted, Container, RefusedForGood, Unknown, Waiting
from shared.pipeline.attempt import (
    clock_wait,
    decide_answer,
    decide_claimed,
    decide_result,
    job_outcome,
)
from shared.pipeline.steps import Finish, Leave, Post, Record, Wait, WriteResult
from shared.settings.load import load
from shared.store import Photo, PhotoProblem
from shared.times import rfc3339
from tests.support.attempts import AT, CLAIMED_AT, PHOTO, SOURCE, assert_is, attempt, job
from tests.support.environment import ENVIRONMENT
from tests.support.pipelines import START

SETTINGS = load(ENVIRONMENT, submits=True)

# -- how a job ended -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        (
            {"state": "Cancel", "message": "m"},
            ("failed", ResultError("Cancelled", "m", "job")),
        ),
        (
            {"state": "Failed", "code": None, "message": "m"},
            ("failed", ResultError("JobFailed", "m", "job")),
        ),
        (
            {"state": "Failed", "code": "ImageDecodeFailed", "message": "m"},
            ("failed", ResultError("ImageDecodeFailed", "m", "job")),
        ),
        *(
            ({"state": "Failed", "code": code}, Leave(code))
            for code in ("InternalError", "ServiceUnavailable", "ResourceDownloadFailed")
        ),
        ({"state": "Running"}, Leave("NotFinished")),
        ({"state": None}, Leave("NotFinished")),
        ({"container": None}, Leave("NoResultInJob")),
        (
            {"container": Container("Failed", None, "m", ())},
            ("failed", ResultError("RecognitionFailed", "m", "job")),
        ),
        (
            {"container": Container("Failed", "NoCard", "m", ())},
            ("failed", ResultError("NoCard", "m", "job")),
        ),
        ({"container": Container("Success", None, None, ())}, ("nothing_found", None)),
        ({}, ("recognised", None)),
    ],
)
def test_how_a_job_ended(changes: dict[str, Any], outcome: Any) -> None:
    ended = job_outcome(job(**changes))
    expected = outcome if isinstance(outcome, Leave) else Finish(job(**changes), *outcome)
    assert_is(ended, expected)


def test_boxes_without_any_text_are_nothing() -> None:
    (info, *_) = job().container.id_infos  # type: ignore[union-attr]
    for texts, outcome in ((("  ", ""), "nothing_found"), (("", "a"), "recognised")):
        infos = tuple(info._replace(text=text) for text in texts)
        ended = job_outcome(job(container=Container("Success", None, None, infos)))
        assert isinstance(ended, Finish)
        assert ended.outcome == outcome


# -- under a claim -------------------------------------------------------------------------------


def test_a_photo_that_is_gone_or_another_ends_the_card() -> None:
    gone = ResultError("SourceGone", "the photo is gone", "source")
    replaced = ResultError("SourceReplaced", "the key has other content now", "source")
    ended = WriteResult("failed", ResultError("X", "why", "submit"))
    other = PHOTO._replace(etag="e2")
    for why in (None, ended):
        found = decide_claimed(attempt("claimed"), None, SETTINGS, why)
        assert_is(found, WriteResult("failed", gone))
        found = decide_claimed(attempt("claimed"), other, SETTINGS, why)
        assert_is(found, WriteResult("failed", replaced))


def test_a_card_that_is_given_up_ends_with_its_reason_whatever_the_photo() -> None:
    ended = WriteResult("failed", ResultError("X", "why", "submit"), job())
    step = decide_claimed(attempt("claimed"), PHOTO._replace(size=0), SETTINGS, ended)
    assert_is(step, ended)


def test_a_rerun_is_of_the_same_content() -> None:
    step = decide_claimed(attempt("claimed", version="e1~2"), PHOTO, SETTINGS)
    assert_is(step, Post(0, "IDCard"))


SSE_C = (
    "COS won't show the photo (400), not to CI either: it is encrypted with the uploader's own "
    "key (SSE-C); upload it without that key"
)
ARCHIVED = "the photo is archived, so CI can't read it; restore it, then call `card-ocr rerun`"


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [("unreadable", "SourceUnreadable", SSE_C), ("archived", "SourceArchived", ARCHIVED)],
)
def test_a_photo_that_can_not_be_read_is_rejected_with_the_reason(
    problem: PhotoProblem, code: str, message: str
) -> None:
    step = decide_claimed(attempt("claimed"), PHOTO._replace(problem=problem), SETTINGS)
    assert_is(step, WriteResult("rejected", ResultError(code, message, "source")))


def test_a_photo_that_cos_denies_is_waited_for() -> None:
    step = decide_claimed(attempt("claimed"), PHOTO._replace(problem="denied"), SETTINGS)
    text = "COS denies the photo (403); look at the bucket's policy and at KMS"
    assert_is(step, Wait("SourceUnreadable", text, "configuration"))


def test_the_type_of_the_claim_counts_if_the_photos_own_is_unknown() -> None:
    strange = PHOTO._replace(card_type="Passport")
    assert_is(decide_claimed(attempt("claimed"), strange, SETTINGS), Post(0, "IDCard"))
    step = decide_claimed(attempt("claimed", card_type=None), strange, SETTINGS)
    text = "x-cos-meta-card-type can be IDCard or DriverLicense"
    assert_is(step, WriteResult("rejected", ResultError("UnknownCardType", text, "source")))


@pytest.mark.parametrize("behind", [-1, 0, 4, 5, 100])
def test_the_post_waits_until_the_second_of_the_photo_is_over(behind: int) -> None:
    photo = PHOTO._replace(seen_at=int(START) - behind)
    step = decide_claimed(attempt("claimed"), photo, SETTINGS)
    wait = Wait("ClockBehind", "COS's clock is behind the photo's Last-Modified")
    assert_is(step, Post(behind + 1, "IDCard") if behind < 5 else wait)
    assert clock_wait(photo) == behind + 1


def test_the_post_waits_for_a_head_with_a_date() -> None:
    step = decide_claimed(attempt("claimed"), PHOTO._replace(seen_at=None), SETTINGS)
    assert_is(step, Wait("ClockBehind", "COS's reply to the HEAD had no Date"))


def test_a_photo_without_last_modified_is_sent_at_once() -> None:
    timeless = PHOTO._replace(last_modified=None, seen_at=None)
    assert_is(decide_claimed(attempt("claimed"), timeless, SETTINGS), Post(0, "IDCard"))


def test_an_unknown_time_is_not_waited_for() -> None:
    assert clock_wait(PHOTO._replace(last_modified=None)) == 0
    assert clock_wait(PHOTO._replace(seen_at=None)) == 0


# -- what CI answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (Accepted("j9"), {"state": "submitted", "job_id": "j9"}),
        (
            Unknown("NoReply"),
            {"state": "unknown", "error": AttemptError("NoReply", None, None, AT)},
        ),
        *(
            (waiting, {"state": "waiting", "refusals": 2, "error": AttemptError(*waiting[:3], AT)})
            for waiting in (
                Waiting("SlowDown", "m", "capacity"),
                Waiting("QueueSaturated", None, "capacity"),
                Waiting("InvalidArgument", "m", "other"),
            )
        ),
    ],
)
def test_an_answer_is_recorded_in_full(answer: Any, changes: dict[str, Any]) -> None:
    sent = attempt("claimed", first_sent_at=None)
    expected = sent._replace(first_sent_at=rfc3339(CLAIMED_AT), **changes)
    assert_is(decide_answer(sent, answer, AT), Record(expected))


@pytest.mark.parametrize(
    ("answer", "refusals"),
    [
        (Waiting("Held", "m", "held"), 1),
        (Waiting("ClaimTooOld", "m", "held"), 1),
        (Waiting("NoConnection", "m", "capacity"), 2),
    ],
)
def test_what_never_left_was_not_sent(answer: Waiting, refusals: int) -> None:
    claimed = attempt("claimed", first_sent_at=None)
    error = AttemptError(answer.code, "m", answer.refusal, AT)
    expected = claimed._replace(state="waiting", refusals=refusals, error=error)
    assert_is(decide_answer(claimed, answer, AT), Record(expected))


def test_the_first_attempt_that_was_sent_stays_the_first() -> None:
    step = decide_answer(attempt("claimed"), Accepted("j9"), AT)
    assert isinstance(step, Record)
    assert step.attempt.first_sent_at == rfc3339(START)


def test_a_refusal_for_good_ends_the_card() -> None:
    step = decide_answer(attempt("claimed"), RefusedForGood("ResourceNotFound", "m"), AT)
    assert_is(step, WriteResult("failed", ResultError("ResourceNotFound", "m", "submit")))


# -- what HEAD shows after the job ----------------------------------------------------------------

READ = Finish(job(), "recognised", None)
GONE = "the photo is gone"
NOT_KNOWN = "what the claim saw is not known"
AGAIN = "the photo was written again after the claim"
LATER = PHOTO._replace(last_modified=rfc3339(START + 1))


@pytest.mark.parametrize(
    ("seen", "photo", "problem"),
    [
        ({}, PHOTO, None),
        ({}, None, GONE),
        ({}, LATER, AGAIN),
        ({}, PHOTO._replace(last_modified=rfc3339(START - 1)), AGAIN),
        ({}, PHOTO._replace(last_modified=None), AGAIN),
        ({"last_modified": None}, PHOTO, NOT_KNOWN),
        ({"last_modified": None}, PHOTO._replace(last_modified=None), NOT_KNOWN),
        ({"version_id": "v1"}, LATER._replace(version_id="v1"), None),
        ({"version_id": "v1"}, PHOTO._replace(version_id="v2"), AGAIN),
        ({"version_id": "v1"}, PHOTO, AGAIN),
        ({}, PHOTO._replace(version_id="v1"), AGAIN),
        ({"version_id": "null"}, LATER._replace(version_id="null"), AGAIN),
        ({"version_id": "null"}, PHOTO._replace(version_id="null"), None),
    ],
)
def test_the_check_says_what_became_of_the_photo(
    seen: dict[str, Any], photo: Photo | None, problem: str | None
) -> None:
    claimed = attempt(source=SOURCE._replace(**seen))
    check = Check("source.unchanged", passed=problem is None, detail=problem)
    assert_is(decide_result(claimed, READ, photo), WriteResult("recognised", None, job(), check))


def test_another_content_takes_every_field_away() -> None:
    text = "the key has other content now; CI may have read that"
    check = Check("source.unchanged", passed=False, detail=text)
    step = decide_result(attempt(), READ, PHOTO._replace(etag="e2"))
    error = ResultError("SourceReplaced", text, "source")
    assert_is(step, WriteResult("failed", error, job(), check))


@pytest.mark.parametrize("version", ["e1", "e1~2"])
def test_a_failed_job_has_no_check_if_the_photo_is_the_same(version: str) -> None:
    error = ResultError("X", "why", "job")
    step = decide_result(attempt(version=version), Finish(job(), "failed", error), PHOTO)
    assert_is(step, WriteResult("failed", error, job()))


def test_the_failed_job_of_a_photo_that_is_gone_keeps_its_error() -> None:
    error = ResultError("X", "why", "job")
    check = Check("source.unchanged", passed=False, detail=GONE)
    step = decide_result(attempt(), Finish(job(), "failed", error), None)
    assert_is(step, WriteResult("failed", error, job(), check))
