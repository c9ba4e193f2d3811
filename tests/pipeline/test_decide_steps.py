"""Each step that is decided, in full: what it says, what it carries on, and to the second when."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from shared.card import Check
from shared.documents import Attempt, AttemptError, PastAttempt, ResultError, Source, State
from shared.jobs import Accepted, Container, Job, RefusalClass, RefusedForGood, Unknown, Waiting
from shared.pipeline.attempt import (
    Ended,
    Unfinished,
    decide_answer,
    decide_claimed,
    decide_result,
    job_outcome,
)
from shared.pipeline.decide import (
    CiSays,
    FoundJobs,
    Limits,
    PendingCard,
    ResultSeen,
    Silence,
    decide,
    is_unanswered,
)
from shared.pipeline.steps import (
    Adopt,
    Ask,
    Finish,
    GiveUp,
    Leave,
    NextAttempt,
    Note,
    Post,
    Record,
    Step,
    Wait,
    WriteResult,
)
from shared.settings.load import load
from shared.store import Photo
from shared.times import rfc3339
from tests.support.cards import finished_job
from tests.support.environment import BUCKET, ENVIRONMENT, REGION
from tests.support.pipelines import START

KEY = "uploads/a.jpg"
HOUR, DAY = 3600, 86_400
CLAIMED_AT = START + DAY
NOW = CLAIMED_AT + 2 * DAY
AT = rfc3339(NOW)
LIMITS = Limits(max_attempts=3, give_up_after_seconds=DAY)
SETTINGS = load(ENVIRONMENT, submits=True)
SOURCE = Source(BUCKET, REGION, KEY, "e1", 9, rfc3339(START), None)
PHOTO = Photo(KEY, "e1", 9, rfc3339(START), "image/jpeg", None, None, int(START) + 5)
EARLIER = PastAttempt(1, rfc3339(START), "j1", "Failed", "InternalError")
BARE = finished_job(job_id="j2", key=KEY, container=None)
UNKNOWN_TEXT = "whether CI took the job could not be found out"
NO_RESULT_TEXT = "the job succeeded and CI shows no result"
EXHAUSTED = ResultError(
    "AttemptsExhausted", "every job that was sent for this card failed or was lost", "job"
)


def attempt(state: State = "submitted", **changes: Any) -> Attempt:
    """The second attempt of a card whose first one had a job that failed."""
    return Attempt(
        source=SOURCE,
        card_type="IDCard",
        version="e1",
        attempt=2,
        owner="an-owner",
        state=state,
        trigger="upload",
        job_id="j2" if state == "submitted" else None,
        first_claimed_at=rfc3339(START),
        claimed_at=rfc3339(CLAIMED_AT),
        updated_at=rfc3339(CLAIMED_AT + 1),
        first_sent_at=rfc3339(START),
        refusals=1,
        attempts=(EARLIER,),
    )._replace(**changes)


def pending(state: State = "submitted", unchanged_for: float = DAY, **changes: Any) -> PendingCard:
    return PendingCard(attempt(state, **changes), ("…0002.json",), NOW - unchanged_for, NOW)


def noted(code: str, seconds_ago: float, refusal: RefusalClass | None = None) -> AttemptError:
    return AttemptError(code, "why", refusal, rfc3339(NOW - seconds_ago))


def job(**changes: Any) -> Job:
    return finished_job(job_id="j2", key=KEY)._replace(**changes)


def following(**changes: Any) -> Attempt:
    """What the next attempt carries on."""
    return attempt("claimed", attempt=3, claimed_at=None)._replace(**changes)


def own_entry(**changes: Any) -> PastAttempt:
    entry = PastAttempt(2, rfc3339(CLAIMED_AT), "j2", "unknown", None)
    return entry._replace(**changes)


def decided(
    card: PendingCard,
    ci: CiSays = Silence.NOT_ASKED,
    result: ResultSeen = ResultSeen.ABSENT,
    **limits: Any,
) -> Step:
    return decide(card, ci, LIMITS._replace(**limits), result)


def assert_is(step: object, expected: object) -> None:
    """Steps are tuples, and two that hold the same are equal whatever they are."""
    assert type(step) is type(expected)
    assert step == expected


# -- a card that waits --------------------------------------------------------------------------


def test_a_card_that_was_never_refused_is_sent_as_the_next_attempt() -> None:
    assert_is(decided(pending("waiting")), NextAttempt(following()))


def test_a_card_that_was_only_held_is_sent_whatever_its_refusals() -> None:
    card = pending("waiting", 0, error=noted("Held", 0, "held"), refusals=9)
    assert_is(decided(card), NextAttempt(following(refusals=9)))


@pytest.mark.parametrize("refusal", ["capacity", "configuration"])
def test_a_card_that_ci_refused_for_every_card_is_never_given_up(refusal: RefusalClass) -> None:
    error = noted("QueueSaturated", DAY, refusal)
    assert_is(decided(pending("waiting", error=error)), NextAttempt(following()))


def test_a_card_that_ci_refused_for_itself_is_given_up_with_the_last_code() -> None:
    ended = ResultError("InvalidArgument", "why", "submit")
    error = AttemptError("InvalidArgument", "why", None, AT)
    card = pending("waiting", error=noted("InvalidArgument", HOUR, "other"))
    expected = GiveUp(following(state="waiting", error=error), ended, None)
    assert_is(decided(card), expected)


def test_a_card_that_was_refused_less_than_an_hour_ago_is_not_given_up() -> None:
    card = pending("waiting", error=noted("InvalidArgument", HOUR - 1, "other"))
    assert_is(decided(card), NextAttempt(following()))


def test_a_card_that_is_not_due_is_left() -> None:
    card = pending("waiting", 299, error=noted("SlowDown", 299, "capacity"))
    assert_is(decided(card), Leave("it is not due yet"))


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("SubmissionUnknown", "submit"),
        ("InvalidArgument", "submit"),
        ("AttemptsExhausted", "job"),
        ("NoResultInJob", "job"),
    ],
)
def test_a_claim_that_was_made_to_give_up_is_taken_over_after_five_minutes(
    code: str, stage: Any
) -> None:
    card = pending("waiting", 300, error=noted(code, 300))
    error = AttemptError(code, "why", None, AT)
    expected = GiveUp(
        following(state="waiting", error=error), ResultError(code, "why", stage), None
    )
    assert_is(decided(card), expected)
    younger = card._replace(written_at=NOW - 299)
    assert_is(decided(younger), Leave("it is being given up"))


# -- a card whose POST nobody answered ----------------------------------------------------------


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_an_attempt_is_left_to_its_creator_for_twenty_minutes(state: State) -> None:
    for ci in (Silence.NOT_ASKED, Silence.ABSENT, FoundJobs((job(),))):
        step = decided(pending(state, 1199), ci)
        assert_is(step, Leave("its creator may still be at work"))
    assert decided(pending(state, 1200), Silence.NOT_ASKED) is Ask.LIST


@pytest.mark.parametrize(
    "silence", [Silence.NO_ANSWER, Silence.DENIED, Silence.UNREAD], ids=lambda it: it.name
)
def test_a_list_that_was_not_read_proves_nothing(silence: Silence) -> None:
    assert_is(decided(pending("unknown"), silence), Leave("CI's list was not read"))


def test_an_attempt_that_was_proven_to_have_no_job_leaves_no_entry() -> None:
    assert_is(decided(pending("unknown"), Silence.ABSENT), NextAttempt(following()))


def test_the_oldest_job_is_adopted_and_the_others_are_kept_once() -> None:
    known = own_entry(job_id="j3", state="Success", code="Success")
    jobs = FoundJobs(
        (
            job(job_id="j9"),
            job(job_id="j3"),
            job(job_id="j4", state="Running", code=None, container=None),
        )
    )
    card = pending("unknown", attempts=(EARLIER, known), error=noted("NotListed", HOUR))
    expected = attempt(
        "submitted",
        job_id="j9",
        attempts=(EARLIER, known, own_entry(job_id="j4", state="Running")),
    )
    assert_is(decided(card, jobs), Adopt(expected))


def test_an_adopted_claim_counts_as_sent_when_it_was_claimed() -> None:
    step = decided(pending("claimed", first_sent_at=None), FoundJobs((job(),)))
    assert_is(step, Adopt(attempt("submitted", first_sent_at=rfc3339(CLAIMED_AT))))


def test_the_next_attempt_of_a_claim_knows_when_the_claim_was_sent() -> None:
    step = decided(pending("claimed", first_sent_at=None), Silence.ABSENT)
    assert_is(step, NextAttempt(following(first_sent_at=rfc3339(CLAIMED_AT))))


@pytest.mark.parametrize(
    ("silence", "code"),
    [(Silence.UNPROVEN, "SubmissionUnknown"), (Silence.REFUSED, "NotListed")],
    ids=["unproven", "refused"],
)
def test_why_nobody_knows_of_a_job_is_noted_once(silence: Silence, code: str) -> None:
    error = AttemptError(code, UNKNOWN_TEXT, None, AT)
    assert_is(decided(pending("unknown"), silence), Note(attempt("unknown", error=error)))
    again = pending("unknown", error=noted(code, HOUR - 1))
    assert_is(decided(again, silence), Leave("SubmissionUnknown"))


def test_a_refused_list_is_noted_for_a_card_that_was_sent_a_day_ago_alone() -> None:
    for sent, is_noted in ((DAY, True), (DAY - 1, False)):
        step = decided(pending("unknown", first_sent_at=rfc3339(NOW - sent)), Silence.REFUSED)
        assert isinstance(step, Note) is is_noted
        assert is_noted or step == Leave("CI's list was refused")


def test_an_unproven_card_is_noted_at_once() -> None:
    step = decided(pending("unknown", first_sent_at=AT), Silence.UNPROVEN)
    assert isinstance(step, Note)


@pytest.mark.parametrize("code", ["SubmissionUnknown", "NotListed"])
def test_an_unproven_card_is_given_up_under_either_note(code: str) -> None:
    step = decided(pending("unknown", error=noted(code, HOUR)), Silence.UNPROVEN)
    error = AttemptError("SubmissionUnknown", UNKNOWN_TEXT, None, AT)
    carried = following(state="waiting", error=error, attempts=(EARLIER, own_entry(job_id=None)))
    expected = GiveUp(carried, ResultError("SubmissionUnknown", UNKNOWN_TEXT, "submit"), None)
    assert_is(step, expected)


def test_a_list_that_is_refused_gives_up_under_its_own_note_alone() -> None:
    card = pending("unknown", error=noted("SubmissionUnknown", HOUR))
    assert isinstance(decided(card, Silence.REFUSED), Note)
    assert isinstance(
        decided(pending("unknown", error=noted("NotListed", HOUR)), Silence.REFUSED), GiveUp
    )


def test_a_closed_gate_gives_no_unknown_card_up() -> None:
    card = pending("unknown", error=noted("SubmissionUnknown", HOUR))
    step = decided(card, Silence.UNPROVEN, is_gate_open=False)
    assert_is(step, Leave("SubmissionUnknown"))


def test_another_error_is_no_note() -> None:
    card = pending("unknown", error=noted("NoReply", DAY, "other"))
    assert isinstance(decided(card, Silence.UNPROVEN), Note)


def test_a_note_counts_from_whatever_second_it_is() -> None:
    for code, ci in (("SubmissionUnknown", Silence.UNPROVEN), ("NoResultInJob", BARE)):
        error = AttemptError(code, "why", None, "1970-01-01T00:00:01Z")
        state: State = "unknown" if ci is Silence.UNPROVEN else "submitted"
        assert isinstance(decided(pending(state, error=error), ci), GiveUp)
        recent: dict[str, Any] = {"error": error, "first_sent_at": AT}
        assert_is(decided(pending(state, **recent), ci), Leave(code))
    error = AttemptError("NoSuchJob", "why", None, "1970-01-01T00:00:01Z")
    assert isinstance(decided(pending(error=error), job(state="Running", container=None)), Note)


# -- a card whose job CI knows, or denies ---------------------------------------------------------


@pytest.mark.parametrize(
    "silence",
    [Silence.NO_ANSWER, Silence.ABSENT, Silence.UNPROVEN, Silence.UNREAD, Silence.REFUSED],
    ids=lambda it: it.name,
)
def test_a_job_that_ci_said_nothing_of_is_left(silence: Silence) -> None:
    assert_is(decided(pending(), silence), Leave("CI said nothing of the job"))


def test_a_denial_within_the_first_hour_counts_for_nothing() -> None:
    card = pending(claimed_at=rfc3339(NOW - HOUR + 1))
    assert_is(decided(card, Silence.DENIED), Leave("CI may not show the job yet"))


def test_the_first_denial_is_noted() -> None:
    error = AttemptError("NoSuchJob", "CI doesn't know the job", None, AT)
    for claimed_ago in (HOUR, DAY):
        claimed_at = rfc3339(NOW - claimed_ago)
        step = decided(pending(claimed_at=claimed_at), Silence.DENIED)
        assert_is(step, Note(attempt(claimed_at=claimed_at, error=error)))


def test_a_denial_that_was_noted_an_hour_after_the_claim_is_the_first_of_two() -> None:
    for noted_after, is_first in ((HOUR, True), (HOUR - 1, False)):
        error = noted("NoSuchJob", NOW - CLAIMED_AT - noted_after)
        step = decided(pending(error=error), Silence.DENIED)
        assert isinstance(step, NextAttempt if is_first else Note)


def test_a_second_denial_five_minutes_later_ends_the_attempt() -> None:
    card = pending(error=noted("NoSuchJob", 300))
    assert_is(
        decided(card, Silence.DENIED), NextAttempt(following(attempts=(EARLIER, own_entry())))
    )
    again = pending(error=noted("NoSuchJob", 299))
    assert_is(decided(again, Silence.DENIED), Leave("CI denied the job a moment ago"))


def test_a_job_that_ended_is_written_down() -> None:
    error = ResultError("ImageDecodeFailed", "no image", "job")
    failed = job(state="Failed", code="ImageDecodeFailed", message="no image", container=None)
    assert_is(decided(pending(), failed), Finish(failed, "failed", error))
    assert_is(decided(pending(), job()), Finish(job(), "recognised", None))


def test_the_job_of_another_card_is_left() -> None:
    step = decided(pending(), job(key="uploads/other.jpg"))
    assert_is(step, Leave("job_of_another_card"))


def test_a_job_that_names_no_object_is_the_cards() -> None:
    assert isinstance(decided(pending(), job(key=None)), Finish)


def test_a_job_that_failed_for_a_passing_reason_is_followed_by_the_next_attempt() -> None:
    entry = own_entry(state="Failed", code="ServiceUnavailable")
    failed = job(state="Failed", code="ServiceUnavailable", container=None)
    step = decided(pending(), failed)
    assert_is(step, NextAttempt(following(attempts=(EARLIER, entry))))


def test_a_card_that_had_all_its_jobs_ends_with_the_last_of_them() -> None:
    second = own_entry(attempt=7)
    failed = job(state="Failed", code="InternalError", container=None)
    error = AttemptError(EXHAUSTED.code, EXHAUSTED.message, None, AT)
    entries = (EARLIER, second, own_entry(state="Failed", code="InternalError"))
    step = decided(pending(attempts=(EARLIER, second)), failed)
    carried = following(state="waiting", error=error, attempts=entries)
    assert_is(step, GiveUp(carried, EXHAUSTED, failed))


@pytest.mark.parametrize("state", ["Submitted", "Running", "Pause"])
def test_a_job_that_runs_is_left_however_long(state: str) -> None:
    step = decided(pending(), job(state=state, container=None))
    assert_is(step, Leave("NotFinished"))


def test_a_job_that_ci_shows_again_takes_the_note_off() -> None:
    card = pending(error=noted("NoSuchJob", 300))
    assert_is(decided(card, job(state="Running", container=None)), Note(attempt()))


def test_a_job_without_its_result_is_noted_and_after_a_day_given_up() -> None:
    bare = BARE
    error = AttemptError("NoResultInJob", NO_RESULT_TEXT, None, AT)
    assert_is(decided(pending(), bare), Note(attempt(error=error)))
    young = pending(error=noted("NoResultInJob", HOUR - 1))
    assert_is(decided(young, bare), Leave("NoResultInJob"))
    entry = own_entry(state="Success", code="Success")
    carried = following(state="waiting", error=error, attempts=(EARLIER, entry))
    ended = ResultError("NoResultInJob", NO_RESULT_TEXT, "job")
    card = pending(error=noted("NoResultInJob", HOUR))
    assert_is(decided(card, bare), GiveUp(carried, ended, bare))


# -- what keeps an attempt from being made -------------------------------------------------------


@pytest.mark.parametrize("limits", [{"sends": False}, {"is_gate_open": False}])
def test_a_card_that_may_not_be_sent_may_have_its_result(limits: dict[str, Any]) -> None:
    card = pending("waiting")
    assert decided(card, result=ResultSeen.NOT_ASKED, **limits) is Ask.RESULT
    assert_is(decided(card, **limits), Leave("nothing is sent now"))


def test_no_claim_is_made_that_would_be_worthless() -> None:
    for card in (pending("waiting"), pending("waiting", error=noted("X", 300))):
        step = decided(card, creates_once=False)
        assert_is(step, Leave("a claim would be worthless here"))


def test_no_claim_is_made_without_a_number() -> None:
    for error in (None, noted("X", 300)):
        step = decided(pending("waiting", error=error, attempt=9999))
        assert_is(step, Leave("the attempts' numbers are used up"))


def test_a_run_may_do_everything_unless_it_says_otherwise() -> None:
    assert Limits(3, DAY) == Limits(3, DAY, sends=True, is_gate_open=True, creates_once=True)


def test_nobody_has_looked_for_the_result_unless_it_is_said() -> None:
    step = decide(pending("unknown"), Silence.ABSENT, LIMITS)
    assert step is Ask.RESULT


# -- every input has a step ----------------------------------------------------------------------

ERRORS = (
    None,
    *(noted("Held", ago, "held") for ago in (0, DAY)),
    *(noted("SlowDown", ago, "capacity") for ago in (0, DAY)),
    *(noted("InvalidArgument", ago, "other") for ago in (0, DAY)),
    *(noted(code, ago) for code in ("NoSuchJob", "NotListed", "NoResultInJob") for ago in (0, DAY)),
)
SAID: tuple[CiSays, ...] = (
    *Silence,
    job(),
    job(container=None),
    job(state=None, code=None, container=None),
    job(state="Failed", code="InternalError", container=None),
    FoundJobs((job(job_id=None), job())),
)
BOOLEANS = (True, False)


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("job_id", [None, "j2"])
def test_everything_that_can_be_said_of_a_card_has_a_step(state: State, job_id: str | None) -> None:
    limits = [
        LIMITS._replace(sends=a, is_gate_open=b, creates_once=c)
        for a, b, c in product(BOOLEANS, BOOLEANS, BOOLEANS)
    ]
    for error, ci, seen, age, some in product(ERRORS, SAID, ResultSeen, (0, DAY), limits):
        step = decide(pending(state, age, job_id=job_id, error=error), ci, some, seen)
        assert isinstance(step, get_args(Step))
        is_claim = isinstance(step, NextAttempt | GiveUp)
        assert not is_claim or some.creates_once
        assert not isinstance(step, NextAttempt) or (some.sends and some.is_gate_open)


# -- what is known of an attempt ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "job_id", "is_one"),
    [
        ("claimed", None, True),
        ("unknown", None, True),
        ("submitted", None, True),
        ("submitted", "j2", False),
        ("waiting", None, False),
        ("waiting", "j2", False),
    ],
)
def test_an_attempt_is_unanswered_without_a_job_id_unless_it_waits(
    state: State, job_id: str | None, *, is_one: bool
) -> None:
    assert is_unanswered(pending(state, job_id=job_id)) is is_one


def test_only_an_attempt_that_waits_has_no_job_for_certain() -> None:
    found = {state: attempt(state).may_have_job for state in get_args(State)}
    assert found == {"claimed": True, "submitted": True, "unknown": True, "waiting": False}


def test_a_past_attempt_has_the_state_and_the_code_that_ci_showed_last() -> None:
    assert attempt().past() == own_entry()
    assert attempt().past(job(state=None, code="X")) == own_entry(code="X")
    assert attempt().past(job()) == own_entry(state="Success", code="Success")


def test_a_card_is_as_old_as_its_first_claim() -> None:
    card = pending(unchanged_for=5)
    assert (card.claimed_at, card.age, card.unchanged_for) == (CLAIMED_AT, NOW - START, 5)


# -- how a job ended -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        (
            {"state": "Cancel", "message": "m"},
            Ended("failed", ResultError("Cancelled", "m", "job")),
        ),
        (
            {"state": "Failed", "code": None, "message": "m"},
            Ended("failed", ResultError("JobFailed", "m", "job")),
        ),
        (
            {"state": "Failed", "code": "ImageDecodeFailed", "message": "m"},
            Ended("failed", ResultError("ImageDecodeFailed", "m", "job")),
        ),
        *(
            ({"state": "Failed", "code": code}, Unfinished(code))
            for code in ("InternalError", "ServiceUnavailable", "ResourceDownloadFailed")
        ),
        ({"state": "Running"}, Unfinished("NotFinished")),
        ({"state": None}, Unfinished("NotFinished")),
        ({"container": None}, Unfinished("NoResultInJob")),
        (
            {"container": Container("Failed", None, "m", ())},
            Ended("failed", ResultError("RecognitionFailed", "m", "job")),
        ),
        (
            {"container": Container("Failed", "NoCard", "m", ())},
            Ended("failed", ResultError("NoCard", "m", "job")),
        ),
        ({"container": Container("Success", None, None, ())}, Ended("nothing_found")),
        ({}, Ended("recognised", None)),
    ],
)
def test_how_a_job_ended(changes: dict[str, Any], outcome: object) -> None:
    assert_is(job_outcome(job(**changes)), outcome)


def test_boxes_without_any_text_are_nothing() -> None:
    (info, *_) = job().container.id_infos  # type: ignore[union-attr]
    for texts, outcome in ((("  ", ""), "nothing_found"), (("", "a"), "recognised")):
        infos = tuple(info._replace(text=text) for text in texts)
        ended = job_outcome(job(container=Container("Success", None, None, infos)))
        assert_is(ended, Ended(outcome))  # type: ignore[arg-type]


# -- under a claim -------------------------------------------------------------------------------


def test_a_photo_that_is_gone_or_another_ends_the_card() -> None:
    gone = ResultError("SourceGone", "the photo is gone", "source")
    replaced = ResultError("SourceReplaced", "another content lies at the key now", "source")
    ended = ResultError("X", "why", "submit")
    other = PHOTO._replace(etag="e2")
    for why in (None, ended):
        found = decide_claimed(attempt("claimed"), None, SETTINGS, why)
        assert_is(found, WriteResult("failed", gone))
        found = decide_claimed(attempt("claimed"), other, SETTINGS, why)
        assert_is(found, WriteResult("failed", replaced))


def test_a_card_that_is_given_up_ends_with_its_reason_whatever_the_photo() -> None:
    ended = ResultError("X", "why", "submit")
    step = decide_claimed(attempt("claimed"), PHOTO._replace(size=0), SETTINGS, ended)
    assert_is(step, WriteResult("failed", ended))


def test_a_rerun_is_of_the_same_content() -> None:
    step = decide_claimed(attempt("claimed", version="e1~2"), PHOTO, SETTINGS)
    assert_is(step, Post(0, "IDCard"))


def test_a_photo_that_can_be_no_card_is_rejected_with_the_reason() -> None:
    step = decide_claimed(attempt("claimed"), PHOTO._replace(size=0), SETTINGS)
    error = ResultError("EmptyObject", "the object has no content", "source")
    assert_is(step, WriteResult("rejected", error))


def test_the_type_of_the_claim_counts_if_the_photos_own_is_unknown() -> None:
    strange = PHOTO._replace(card_type="Passport")
    assert_is(decide_claimed(attempt("claimed"), strange, SETTINGS), Post(0, "IDCard"))
    step = decide_claimed(attempt("claimed", card_type=None), strange, SETTINGS)
    assert isinstance(step, WriteResult)
    assert step.outcome == "rejected"


@pytest.mark.parametrize("behind", [4, 5])
def test_the_post_waits_until_the_second_of_the_photo_is_over(behind: int) -> None:
    photo = PHOTO._replace(seen_at=int(START) - behind)
    step = decide_claimed(attempt("claimed"), photo, SETTINGS)
    wait = Wait("ClockBehind", "COS's clock is behind the photo's Last-Modified")
    assert_is(step, Post(behind + 1, "IDCard") if behind == 4 else wait)


# -- what CI answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "changes"),
    [
        (Accepted("j9"), {"state": "submitted", "job_id": "j9"}),
        (
            Unknown("NoReply"),
            {"state": "unknown", "error": AttemptError("NoReply", None, None, AT)},
        ),
        (
            Waiting("SlowDown", "m", "capacity"),
            {
                "state": "waiting",
                "refusals": 2,
                "error": AttemptError("SlowDown", "m", "capacity", AT),
            },
        ),
    ],
)
def test_an_answer_is_recorded_in_full(answer: Any, changes: dict[str, Any]) -> None:
    sent = attempt("claimed", first_sent_at=None)
    expected = sent._replace(first_sent_at=rfc3339(CLAIMED_AT), **changes)
    assert_is(decide_answer(sent, answer, AT), Record(expected))


@pytest.mark.parametrize(
    ("answer", "refusals"),
    [(Waiting("Held", "m", "held"), 1), (Waiting("NoConnection", "m", "capacity"), 2)],
)
def test_what_never_left_was_not_sent(answer: Waiting, refusals: int) -> None:
    claimed = attempt("claimed", first_sent_at=None)
    error = AttemptError(answer.code, "m", answer.refusal, AT)
    expected = claimed._replace(state="waiting", refusals=refusals, error=error)
    assert_is(decide_answer(claimed, answer, AT), Record(expected))


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
        ({}, PHOTO._replace(last_modified=None), AGAIN),
        ({"last_modified": None}, PHOTO, NOT_KNOWN),
        ({"last_modified": None}, PHOTO._replace(last_modified=None), NOT_KNOWN),
        ({"version_id": "v1"}, LATER._replace(version_id="v1"), None),
        ({"version_id": "v1"}, PHOTO._replace(version_id="v2"), AGAIN),
        ({"version_id": "v1"}, PHOTO, AGAIN),
        ({}, PHOTO._replace(version_id="v1"), AGAIN),
    ],
)
def test_the_check_says_what_became_of_the_photo(
    seen: dict[str, Any], photo: Photo | None, problem: str | None
) -> None:
    claimed = attempt(source=SOURCE._replace(**seen))
    check = Check("source.unchanged", passed=problem is None, detail=problem)
    assert_is(decide_result(claimed, READ, photo), WriteResult("recognised", None, job(), check))


def test_a_claim_that_can_not_be_read_fails_the_check() -> None:
    check = Check("source.unchanged", passed=False, detail="what the claim saw is not known")
    unread = attempt(source=SOURCE._replace(last_modified=None))
    step = decide_result(unread, READ, PHOTO)
    assert_is(step, WriteResult("recognised", None, job(), check))


def test_another_content_takes_every_field_away() -> None:
    text = "another content lies at the key now; CI may have read that one"
    check = Check("source.unchanged", passed=False, detail=text)
    step = decide_result(attempt(), READ, PHOTO._replace(etag="e2"))
    error = ResultError("SourceReplaced", text, "source")
    assert_is(step, WriteResult("failed", error, job(), check))


def test_the_failed_job_of_a_rerun_has_no_check_if_the_photo_is_the_same() -> None:
    error = ResultError("X", "why", "job")
    step = decide_result(attempt(version="e1~2"), Finish(job(), "failed", error), PHOTO)
    assert_is(step, WriteResult("failed", error, job()))


def test_the_failed_job_of_a_photo_that_is_gone_keeps_its_error() -> None:
    error = ResultError("X", "why", "job")
    check = Check("source.unchanged", passed=False, detail=GONE)
    step = decide_result(attempt(), Finish(job(), "failed", error), None)
    assert_is(step, WriteResult("failed", error, job(), check))


DOUBLE = PastAttempt(2, rfc3339(CLAIMED_AT), "j3", "Running", None)
PASSING_JOB = job(state="Failed", code="InternalError", container=None)


@pytest.mark.parametrize(
    "before",
    [
        (EARLIER,),
        (EARLIER, own_entry(job_id=None)),
        (EARLIER, own_entry(job_id="j9", state="Failed")),
    ],
)
def test_another_job_of_the_same_post_takes_the_place_of_one_that_failed_for_a_passing_reason(
    before: tuple[PastAttempt, ...],
) -> None:
    card = pending(attempts=(*before, DOUBLE), error=noted("NoSuchJob", 9))
    failed = own_entry(state="Failed", code="InternalError")
    adopted = attempt(job_id="j3", error=None, attempts=(*before, failed))
    assert_is(decided(card, PASSING_JOB), Adopt(adopted))


@pytest.mark.parametrize(
    "entry",
    [
        DOUBLE._replace(attempt=1),
        DOUBLE._replace(job_id=None),
        DOUBLE._replace(state="Failed"),
    ],
)
def test_what_is_no_other_job_of_the_same_post_takes_no_ones_place(entry: PastAttempt) -> None:
    step = decided(pending(attempts=(entry,)), PASSING_JOB)
    assert isinstance(step, NextAttempt)


@pytest.mark.parametrize(("owner", "expected"), [("an-owner", CLAIMED_AT), ("", START)])
def test_a_job_is_looked_for_from_the_claim_or_from_as_early_as_it_can_have_been(
    owner: str, expected: float
) -> None:
    assert pending(owner=owner).sent_from == expected
