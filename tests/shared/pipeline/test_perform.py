"""Each step done: what is asked, stored and deleted, in which order, and what is logged."""

from __future__ import annotations

from typing import Any

import pytest

from shared.documents import (
    AttemptError,
    Evidence,
    PastAttempt,
    Result,
    ResultError,
    Source,
)
from shared.errors import StorageFault
from shared.pipeline.attempt import result_of
from shared.pipeline.gate import Closed
from shared.pipeline.perform import head_photo, with_source, write_result
from shared.pipeline.steps import (
    Adopt,
    Ask,
    Finish,
    Leave,
    NextAttempt,
    Note,
    PendingCard,
    Step,
    WriteResult,
)
from shared.store import Photo, PhotoProblem
from shared.times import rfc3339
from tests.support.attempts import given_up
from tests.support.cards import finished_job
from tests.support.claims import AT, Bench
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import KEY

FAULT = str(StorageFault("a request", "InternalError"))
EARLIER = PastAttempt(1, AT, "j1", "Failed", "InternalError")
UNCLEAR = ResultError("SubmissionUnknown", "why", "submit")


@pytest.fixture
def bench() -> Bench:
    return Bench()


# -- a step about a pending card ------------------------------------------------------------------


@pytest.mark.parametrize("step", [Leave("why"), *Ask], ids=str)
def test_a_step_that_does_nothing_leaves_the_attempt(bench: Bench, step: Step) -> None:
    card = bench.card()
    assert bench.perform(card, step) is card.attempt
    assert bench.store.calls == []


@pytest.mark.parametrize("kind", [Adopt, Note])
def test_an_attempt_is_rewritten_with_the_time(bench: Bench, kind: Any) -> None:
    card = bench.card(state="unknown")
    bench.pass_time(9)
    left = bench.perform(card, kind(card.attempt._replace(state="submitted", job_id="j7")))
    assert left == bench.stored()
    assert left == card.attempt._replace(
        state="submitted", job_id="j7", updated_at=rfc3339(START + 9)
    )


def test_an_attempt_that_is_gone_or_was_rewritten_is_left(bench: Bench) -> None:
    card = bench.card(state="unknown")
    newer = card.attempt._replace(updated_at=rfc3339(START + 1))
    for body in (newer.body(), b"{}", None):
        bench.store.objects.pop(bench.name())
        if body is not None:
            bench.store.objects[bench.name()] = body
        left = bench.perform(card, Note(card.attempt._replace(job_id="j7")))
        assert left is card.attempt
        assert bench.store.objects.get(bench.name()) == body
        bench.store.objects[bench.name()] = b""


# -- a job that ended -----------------------------------------------------------------------------


def test_an_ended_job_becomes_the_result_and_its_attempts_are_deleted(bench: Bench) -> None:
    card = bench.card(2, job_id="a1b2c3")
    job = finished_job(key=KEY)
    assert bench.perform(card, Finish(job, "recognised", None)) is None
    assert bench.store.calls == [
        ("head_photo", KEY),
        ("create_once", bench.result_name),
        ("read", bench.name(1)),
        ("delete", bench.name(1)),
        ("delete", bench.name(2)),
    ]
    result = bench.store.document(bench.result_name)
    assert (result["outcome"], result["job"]["id"], result["checks"][0]["passed"]) == (
        *("recognised", "a1b2c3", True),
    )
    assert result["evidence"] == Evidence("sweep", "api", True, AT)._asdict()  # noqa: FBT003
    assert result["written_at"] == AT


def test_the_result_of_another_run_is_kept_and_its_unnamed_jobs_recorded(bench: Bench) -> None:
    card = bench.card(2, job_id="a1b2c3")
    bench.put_result(attempts=[])
    assert bench.perform(card, Finish(finished_job(key=KEY), "recognised", None)) is None
    assert bench.store.document(bench.result_name) == {"attempts": []}
    assert bench.store.names("pending") == []
    assert len(bench.store.names("deleted")) == 1


def test_without_create_once_a_result_is_looked_for_first() -> None:
    bench = Bench(Closed("NotCreateOnce", "why"))
    card = bench.card(1, state="waiting")
    bench.store.versioned = True
    bench.put_result(attempts=[])
    assert bench.perform(card, Finish(finished_job(key=KEY), "recognised", None)) is None
    assert bench.store.calls == [("exists", bench.result_name), ("delete", bench.name())]
    assert bench.store.document(bench.result_name) == {"attempts": []}


def test_without_create_once_a_job_is_still_finished() -> None:
    bench = Bench(Closed("NotCreateOnce", "why"))
    card = bench.card(1)
    bench.perform(card, Finish(finished_job(key=KEY), "recognised", None))
    assert bench.store.document(bench.result_name)["outcome"] == "recognised"


def test_a_denial_does_not_count_once_ci_shows_the_job_even_if_cos_fails_then(
    bench: Bench,
) -> None:
    error = AttemptError("NoSuchJob", "why", None, AT)
    card = bench.card(job_id="a1b2c3", error=error)
    bench.store.before = failing_at("create_once", "/results/")
    with pytest.raises(StorageFault):
        bench.perform(card, Finish(finished_job(key=KEY), "recognised", None))
    assert bench.stored() == card.attempt._replace(error=None)


def test_a_denial_of_the_job_gives_way_to_a_denial_of_the_photo(bench: Bench) -> None:
    card = bench.card(job_id="a1b2c3", error=AttemptError("NoSuchJob", "why", None, AT))
    bench.store.unreadable[KEY] = True
    left = bench.pending_after(card, Finish(finished_job(key=KEY), "recognised", None))
    assert left.error is not None
    assert left.error.code == "SourceUnreadable"


# -- the next attempt -----------------------------------------------------------------------------


def test_the_next_attempt_is_headed_claimed_and_sent(bench: Bench) -> None:
    card = bench.card(state="waiting")
    left = bench.perform(card, NextAttempt(bench.next_attempt(card)))
    assert left == bench.stored(2)
    assert left == bench.next_attempt(
        card, state="submitted", job_id="j1", owner="owner1", claimed_at=AT
    )
    assert bench.store.calls == [
        ("head_photo", KEY),
        ("create_once", bench.name(2)),
        ("exists", bench.result_name),
        ("replace", bench.name(2)),
    ]
    (sent,) = bench.jobs.sent()
    assert sent == (KEY, bench.token(KEY, bench.version, 2).text)
    assert bench.jobs.not_after == [START + 60]
    assert bench.jobs.signed_until == [START + 70]


def test_the_next_attempt_is_about_the_photo_as_head_shows_it(bench: Bench) -> None:
    card = bench.card(state="waiting", card_type=None)
    later = rfc3339(START + 50)
    bench.store.photos[KEY] = bench.photo._replace(
        last_modified=later, card_type="DriverLicense", seen_at=int(START) + 60
    )
    left = bench.pending_after(card, NextAttempt(bench.next_attempt(card)))
    assert (left.source.last_modified, left.card_type) == (later, "DriverLicense")


def test_an_attempt_of_unknown_type_is_of_the_type_that_the_rules_give() -> None:
    bench = Bench(CARD_TYPE_RULES="uploads/=DriverLicense")
    card = bench.card(state="waiting", card_type=None)
    left = bench.pending_after(card, NextAttempt(bench.next_attempt(card)))
    assert left.card_type == "DriverLicense"


def test_the_type_of_the_claim_outlives_what_the_photo_says_now(bench: Bench) -> None:
    card = bench.card(state="waiting")
    bench.store.photos[KEY] = bench.photo._replace(card_type="DriverLicense")
    left = bench.pending_after(card, NextAttempt(bench.next_attempt(card)))
    assert left.card_type == "IDCard"
    assert bench.jobs.requests[0].card_type == "IDCard"


@pytest.mark.parametrize(("is_gone", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_next_attempt_without_its_photo_ends_the_card(
    bench: Bench, *, is_gone: bool, code: str
) -> None:
    card = bench.card(2, state="waiting", card_type=None)
    if is_gone:
        del bench.store.photos[KEY]
    else:
        bench.store.photos[KEY] = bench.photo._replace(etag="e2", last_modified=None, size=3)
    assert bench.perform(card, NextAttempt(bench.next_attempt(card))) is None
    result = bench.store.document(bench.result_name)
    assert result["error"]["code"] == code
    assert result["card_type"] == "IDCard"  # by the rules, since nobody can ask the photo
    assert result["source"] == card.attempt.source._asdict()
    assert bench.store.names("pending") == []


def test_a_closed_gate_makes_no_attempt() -> None:
    bench = Bench(Closed("Held", "paused"))
    card = bench.card(state="waiting")
    assert bench.perform(card, NextAttempt(bench.next_attempt(card))) is card.attempt
    assert bench.store.calls == []


@pytest.mark.parametrize("kind", ["next", "give up"])
def test_an_attempt_that_another_claimed_is_left(bench: Bench, kind: str) -> None:
    card = bench.card(state="waiting")
    bench.store.objects[bench.name(2)] = b"another's"
    assert bench.perform(card, claiming(bench, card, kind)) is card.attempt
    assert bench.store.names("results") == []
    assert bench.jobs.requests == []


@pytest.mark.parametrize("kind", ["next", "give up"])
def test_a_card_that_has_its_result_is_deleted(bench: Bench, kind: str) -> None:
    card = bench.card(state="waiting")
    bench.put_result(attempts=[])
    assert bench.perform(card, claiming(bench, card, kind)) is None
    assert bench.store.names("pending") == []
    assert bench.jobs.requests == []


@pytest.mark.parametrize(("kind", "code"), [("next", "StoreFault"), ("give up", "X")])
def test_a_claim_that_was_released_is_what_is_pending(bench: Bench, kind: str, code: str) -> None:
    card = bench.card(state="waiting")
    bench.store.before = failing_at("exists")
    left = bench.pending_after(card, claiming(bench, card, kind))
    assert left.error is not None
    assert (left.attempt, left.state, left.error.code) == (2, "waiting", code)


def claiming(bench: Bench, card: PendingCard, kind: str) -> Step:
    if kind == "next":
        return NextAttempt(bench.next_attempt(card))
    error = AttemptError("X", "why", None, AT)
    attempt = bench.next_attempt(card, state="waiting", error=error)
    return given_up(attempt, ResultError("X", "why", "submit"), None)


# -- giving up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "stage", "attempt"),
    [("SubmissionUnknown", "submit", 3), ("AttemptsExhausted", "job", 2)],
)
def test_a_card_that_is_given_up_ends_with_its_last_job(
    bench: Bench, code: str, stage: Any, attempt: int
) -> None:
    card = bench.card(2, attempts=())
    ended = ResultError(code, "why", stage)
    job = finished_job(key=KEY, state="Failed", container=None)
    history = (EARLIER, PastAttempt(2, AT, "a1b2c3", "Failed", "Success"))
    following = bench.next_attempt(card, state="waiting", attempts=history)
    assert bench.perform(card, given_up(following, ended, job)) is None
    result = bench.store.document(bench.result_name)
    assert (result["outcome"], result["error"]) == ("failed", ended._asdict())
    assert (result["job"]["id"], result["job"]["attempt"]) == ("a1b2c3", attempt)
    assert bench.store.names("pending") == []
    assert bench.jobs.requests == []
    names = [name for call, name in bench.store.calls if call == "delete"]
    assert names == [bench.name(3), bench.name(1), bench.name(2)]


def test_a_card_whose_photo_is_gone_ends_without_the_job(bench: Bench) -> None:
    card = bench.card(1)
    del bench.store.photos[KEY]
    job = finished_job(key=KEY, state="Failed", container=None)
    following = bench.next_attempt(card, state="waiting")
    bench.perform(card, given_up(following, UNCLEAR, job))
    result = bench.store.document(bench.result_name)
    assert (result["error"]["code"], result["job"]) == ("SourceGone", None)


def test_a_card_that_can_not_be_given_up_keeps_its_attempts(bench: Bench) -> None:
    card = bench.card(1)
    error = AttemptError("SubmissionUnknown", "why", None, AT)
    following = bench.next_attempt(card, state="waiting", error=error)
    bench.store.before = failing_at("create_once", "/results/")
    left = bench.perform(card, given_up(following, UNCLEAR, None))
    assert left == following._replace(owner="owner1", claimed_at=AT)
    assert [name for call, name in bench.store.calls if call in {"delete", "replace"}] == []


def test_a_denied_photo_of_an_ended_job_is_noted_in_full(bench: Bench) -> None:
    card = bench.card()
    bench.store.unreadable[KEY] = True
    left = bench.pending_after(card, Finish(finished_job(key=KEY), "recognised", None))
    text = "COS denies the photo (403); look at the bucket's policy and at KMS"
    assert left.error == AttemptError("SourceUnreadable", text, "configuration", AT)
    again = bench.perform(card._replace(attempt=left), Finish(finished_job(), "recognised", None))
    assert again is left  # noted once


def test_a_photo_that_cos_never_shows_again_has_a_result_that_needs_review(bench: Bench) -> None:
    card = bench.card()
    bench.store.unreadable[KEY] = False
    assert bench.perform(card, Finish(finished_job(key=KEY), "recognised", None)) is None
    assert bench.store.document(bench.result_name)["checks"][0]["passed"] is False


def test_an_attempt_that_never_was_rewritten_is_not_taken_for_one_that_is_gone(
    bench: Bench,
) -> None:
    card = bench.card(updated_at=None)
    del bench.store.objects[bench.name()]
    assert bench.perform(card, Note(card.attempt._replace(job_id="j7"))) is card.attempt
    assert bench.store.names("pending") == []


def test_a_card_that_is_given_up_says_what_head_shows_of_its_photo(bench: Bench) -> None:
    later = rfc3339(START + 50)
    bench.store.photos[KEY] = bench.photo._replace(last_modified=later)
    card = bench.card(state="waiting")
    bench.perform(card, given_up(bench.next_attempt(card, state="waiting"), UNCLEAR, None))
    source = bench.store.document(bench.result_name)["source"]
    assert source["last_modified"] == later


@pytest.mark.parametrize("is_rewritten", [True, False])
def test_a_card_that_is_given_up_keeps_an_attempt_that_was_answered_meanwhile(
    bench: Bench,
    is_rewritten: bool,  # noqa: FBT001
) -> None:
    card = bench.card(state="unknown")
    if is_rewritten:
        later = card.attempt._replace(job_id="j7", updated_at=rfc3339(START + 9))
        bench.store.objects[bench.name()] = later.body()
    bench.perform(card, given_up(bench.next_attempt(card, state="waiting"), UNCLEAR, None))
    assert bench.store.document(bench.result_name)["outcome"] == "failed"
    assert bench.store.names("pending") == ([bench.name()] if is_rewritten else [])


def test_a_result_that_comes_first_leaves_a_card_that_is_given_up_to_the_next_run(
    bench: Bench,
) -> None:
    def another_writes(call: str, name: str) -> None:
        if call == "create_once" and "/results/" in name:
            bench.put_result(attempts=[])

    card = bench.card(state="unknown")
    bench.store.before = another_writes
    step = given_up(bench.next_attempt(card, state="waiting"), UNCLEAR, None)
    assert bench.pending_after(card, step).attempt == 2
    assert bench.store.names("pending") == [bench.name(1), bench.name(2)]
    assert bench.store.document(bench.result_name) == {"attempts": []}


# -- the result -----------------------------------------------------------------------------------


def result_for(bench: Bench, step: WriteResult) -> Result:
    context = bench.context("sweep")
    attempt = bench.attempt()
    return result_of(context.settings, attempt, step, context.evidence(), AT)


def test_a_result_is_written_once_and_deletes_nothing(bench: Bench) -> None:
    bench.card()
    error = ResultError("X", "why", "job")
    result = result_for(bench, WriteResult("failed", error, finished_job()))
    assert write_result(bench.context(), result) is True
    assert bench.store.calls == [("create_once", bench.result_name)]
    assert bench.store.objects[bench.result_name] == result.body()
    line = {
        "level": "info",
        "key": KEY,
        "version": bench.version,
        "attempt": 1,
        "outcome": "failed",
        "code": "X",
        "delivered_by": "sweep",
        "job_id": "a1b2c3",
    }
    assert bench.logged("result") == [line]


def test_a_result_that_exists_is_kept_with_what_is_pending(bench: Bench) -> None:
    bench.card()
    bench.put_result()
    result = result_for(bench, WriteResult("nothing_found", None))
    assert write_result(bench.context(), result._replace(needs_review=True)) is False
    assert bench.store.calls == [("create_once", bench.result_name), ("exists", bench.result_name)]
    line = {
        "level": "info",
        "key": KEY,
        "version": bench.version,
        "attempt": 1,
        "outcome": "nothing_found",
        "needs_review": True,
        "delivered_by": "sweep",
    }
    assert bench.logged("result_exists") == [line]


def test_a_result_that_was_refused_and_is_not_there_is_a_fault(bench: Bench) -> None:
    bench.put_result()
    bench.store.exists = lambda name: name == ""  # type: ignore[method-assign]
    with pytest.raises(StorageFault) as caught:
        write_result(bench.context(), result_for(bench, WriteResult("failed", None)))
    assert str(caught.value) == str(StorageFault("PUT of a result", "FileAlreadyExists"))


# -- what HEAD shows of a photo -------------------------------------------------------------------


def test_head_says_what_is_there(bench: Bench) -> None:
    photo = head_photo(bench.context(), KEY)
    assert photo is not None
    assert photo.etag == bench.version
    assert head_photo(bench.context(), "uploads/none.jpg") is None


@pytest.mark.parametrize(("is_denied", "problem"), [(True, "denied"), (False, "unreadable")])
def test_a_photo_whose_head_is_refused_is_known_from_a_listing(
    bench: Bench,
    is_denied: bool,  # noqa: FBT001
    problem: PhotoProblem,
) -> None:
    bench.store.unreadable[KEY] = is_denied
    photo = Photo(KEY, bench.version, bench.photo.size, AT, "", None)._replace(problem=problem)
    assert head_photo(bench.context(), KEY) == photo


def test_a_listing_without_a_usable_etag_is_a_fault(bench: Bench) -> None:
    bench.store.unreadable[KEY] = True
    bench.store.photos[KEY] = bench.photo._replace(etag="no etag")
    with pytest.raises(StorageFault) as caught:
        head_photo(bench.context(), KEY)
    assert str(caught.value) == str(StorageFault("GET of a listing", "UnreadableETag"))


UNREAD = Source("b", "r", KEY, "e1", None, None, None)
HEADED = Photo(KEY, "e1", 7, AT, "image/jpeg", None)


@pytest.mark.parametrize(
    ("seen", "photo", "size"),
    [
        (UNREAD, HEADED, 7),
        (UNREAD, HEADED._replace(etag="e2"), None),
        (UNREAD, None, None),
        (UNREAD._replace(size=5), HEADED, 5),
    ],
)
def test_what_an_unread_attempt_lacks_is_taken_from_head_if_it_is_the_same_photo(
    bench: Bench, seen: Source, photo: Photo | None, size: int | None
) -> None:
    attempt = with_source(bench.context(), bench.attempt(source=seen), photo)
    assert attempt.source.size == size
