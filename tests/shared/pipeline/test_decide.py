"""Each step that is decided about a pending card, in full.

What it says, what it carries on, and to the second when. test_decide_table has all kinds of cards.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.documents import Attempt, AttemptError, PastAttempt, ResultError, State
from shared.jobs import RefusalClass
from shared.pipeline.decide import FoundJobs, Limits, ResultSeen, Silence
from shared.pipeline.steps import (
    Adopt,
    Ask,
    Finish,
    GiveUp,
    Leave,
    NextAttempt,
    Note,
    PendingCard,
)
from shared.times import rfc3339
from tests.support.attempts import (
    AT,
    CLAIMED_AT,
    DAY,
    EARLIER,
    HOUR,
    NOW,
    assert_is,
    attempt,
    decided,
    given_up,
    job,
    noted,
    own_entry,
    pending,
)

BARE = job(container=None)
PASSING = job(state="Failed", code="InternalError", container=None)
RUNNING = job(state="Running", container=None)
UNKNOWN_TEXT = "whether CI took the job could not be found out"
NO_RESULT_TEXT = "the job succeeded and CI shows no result"
EXHAUSTED = ResultError(
    "AttemptsExhausted", "every job that was sent for this card failed or was lost", "job"
)


def following(**changes: Any) -> Attempt:
    """What the next attempt carries on."""
    return attempt("claimed", attempt=3, claimed_at=None)._replace(**changes)


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
    expected = given_up(following(state="waiting", error=error), ended, None)
    assert_is(decided(card), expected)


def test_a_card_that_was_refused_less_than_an_hour_ago_is_not_given_up() -> None:
    card = pending("waiting", error=noted("InvalidArgument", HOUR - 1, "other"))
    assert_is(decided(card), NextAttempt(following()))


@pytest.mark.parametrize(
    ("refusals", "wait"),
    [(0, 300), (1, 300), (2, 600), (4, 2400), (5, 3600), (9, 3600), (99, 3600)],
)
def test_each_refusal_doubles_the_wait_to_an_hour(refusals: int, wait: int) -> None:
    error = noted("SlowDown", 0, "capacity")
    early = pending("waiting", wait - 1, error=error, refusals=refusals)
    assert_is(decided(early), Leave("it is not due yet"))
    due = early._replace(written_at=NOW - wait)
    assert isinstance(decided(due), NextAttempt)


def test_an_earlier_run_may_have_sent_a_card_that_is_five_minutes_overdue() -> None:
    card = pending("waiting", 599, error=noted("SlowDown", 0, "capacity"))
    assert isinstance(decided(card, result=ResultSeen.NOT_ASKED), NextAttempt)
    overdue = card._replace(written_at=NOW - 600)
    assert decided(overdue, result=ResultSeen.NOT_ASKED) is Ask.RESULT
    assert isinstance(decided(pending(), PASSING, ResultSeen.NOT_ASKED), NextAttempt)


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
    expected = given_up(
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
            job(job_id="j4", state="Running", code=None, container=None),
            job(job_id="j3"),
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
    for said in (code, "NotListed"):
        again = pending("unknown", error=noted(said, HOUR - 1))
        assert_is(decided(again, silence), Leave("SubmissionUnknown"))


def test_a_refused_list_is_noted_only_for_a_card_that_was_sent_a_day_ago() -> None:
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
    expected = given_up(carried, ResultError("SubmissionUnknown", UNKNOWN_TEXT, "submit"), None)
    assert_is(step, expected)


@pytest.mark.parametrize(
    ("sent_at", "noted_ago"),
    [(rfc3339(NOW - DAY + 1), HOUR), (rfc3339(NOW - DAY), HOUR - 1), (None, HOUR)],
)
def test_a_card_is_given_up_a_day_after_it_was_sent_and_an_hour_after_it_was_noted(
    sent_at: str | None, noted_ago: int
) -> None:
    error = noted("SubmissionUnknown", noted_ago)
    card = pending("unknown", first_sent_at=sent_at, error=error)
    assert_is(decided(card, Silence.UNPROVEN), Leave("SubmissionUnknown"))
    error = noted("SubmissionUnknown", HOUR)
    card = pending("unknown", first_sent_at=rfc3339(NOW - DAY), error=error)
    assert isinstance(decided(card, Silence.UNPROVEN), GiveUp)


def test_a_list_that_is_refused_gives_up_only_under_its_own_note() -> None:
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
    assert isinstance(decided(pending(error=error), RUNNING), Note)


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
    error = AttemptError(EXHAUSTED.code, EXHAUSTED.message, None, AT)
    entries = (EARLIER, second, own_entry(state="Failed", code="InternalError"))
    step = decided(pending(attempts=(EARLIER, second)), PASSING)
    carried = following(state="waiting", error=error, attempts=entries)
    assert_is(step, given_up(carried, EXHAUSTED, PASSING))


def test_two_jobs_of_one_attempt_count_once() -> None:
    card = pending(attempts=(EARLIER, EARLIER._replace(job_id="j0")))
    assert isinstance(decided(card, PASSING), NextAttempt)


@pytest.mark.parametrize("state", ["Submitted", "Running", "Pause"])
def test_a_job_that_runs_is_left_however_long(state: str) -> None:
    step = decided(pending(), job(state=state, container=None))
    assert_is(step, Leave("NotFinished"))


def test_a_job_that_ci_shows_again_takes_the_note_off() -> None:
    card = pending(error=noted("NoSuchJob", 300))
    assert_is(decided(card, RUNNING), Note(attempt()))


def test_a_job_without_its_result_is_noted_and_after_a_day_given_up() -> None:
    error = AttemptError("NoResultInJob", NO_RESULT_TEXT, None, AT)
    assert_is(decided(pending(), BARE), Note(attempt(error=error)))
    young = pending(error=noted("NoResultInJob", HOUR - 1))
    assert_is(decided(young, BARE), Leave("NoResultInJob"))
    entry = own_entry(state="Success", code="Success")
    carried = following(state="waiting", error=error, attempts=(EARLIER, entry))
    ended = ResultError("NoResultInJob", NO_RESULT_TEXT, "job")
    card = pending(error=noted("NoResultInJob", HOUR))
    assert_is(decided(card, BARE), given_up(carried, ended, BARE))


# -- what keeps an attempt from being made -------------------------------------------------------


@pytest.mark.parametrize("limits", [{"sends": False}, {"is_gate_open": False}])
def test_a_card_that_may_not_be_sent_may_have_its_result(limits: dict[str, Any]) -> None:
    for card, ci in ((pending("waiting"), Silence.NOT_ASKED), (pending(), PASSING)):
        assert decided(card, ci, ResultSeen.NOT_ASKED, **limits) is Ask.RESULT
        assert_is(decided(card, ci, **limits), Leave("nothing is sent now"))


def test_no_claim_is_made_that_would_be_worthless() -> None:
    for card in (pending("waiting"), pending("waiting", error=noted("X", 300))):
        step = decided(card, creates_once=False)
        assert_is(step, Leave("a claim would be worthless here"))


def test_no_claim_is_made_without_a_number() -> None:
    for error in (None, noted("X", 300)):
        step = decided(pending("waiting", error=error, attempt=9999))
        assert_is(step, Leave("the attempts' numbers are used up"))
    assert isinstance(decided(pending("waiting", attempt=9998)), NextAttempt)


def test_a_run_may_do_everything_unless_it_says_otherwise() -> None:
    assert Limits(3, DAY) == Limits(3, DAY, sends=True, is_gate_open=True, creates_once=True)


# -- two jobs of one POST ------------------------------------------------------------------------

DOUBLE = PastAttempt(2, rfc3339(CLAIMED_AT), "j3", "Running", None)


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
    assert_is(decided(card, PASSING), Adopt(adopted))


@pytest.mark.parametrize(
    "entry",
    [
        DOUBLE._replace(attempt=1),
        DOUBLE._replace(job_id=None),
        DOUBLE._replace(state="Failed"),
    ],
)
def test_what_is_no_other_job_of_the_same_post_takes_no_ones_place(entry: PastAttempt) -> None:
    step = decided(pending(attempts=(entry,)), PASSING)
    assert isinstance(step, NextAttempt)


def denied_for_good(**changes: Any) -> PendingCard:
    """CI denied the job once, long after the claim, and a second time now."""
    return pending(error=noted("NoSuchJob", HOUR), **changes)


def test_another_job_of_the_same_post_takes_the_place_of_one_that_ci_denied() -> None:
    card = denied_for_good(attempts=(EARLIER, DOUBLE))
    adopted = attempt(job_id="j3", error=None, attempts=(EARLIER, own_entry()))
    assert_is(decided(card, Silence.DENIED), Adopt(adopted))


def test_two_jobs_of_a_post_that_ci_denied_both_are_followed_by_another() -> None:
    denied = DOUBLE._replace(state="unknown")
    step = decided(denied_for_good(attempts=(denied,)), Silence.DENIED)
    assert isinstance(step, NextAttempt)
