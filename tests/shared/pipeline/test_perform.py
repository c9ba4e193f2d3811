"""Each step done: what is asked, stored and deleted, in which order, and what is logged."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from shared.card import Check
from shared.documents import (
    AttemptError,
    Evidence,
    PastAttempt,
    ResultError,
)
from shared.errors import StorageFault
from shared.pipeline.gate import Closed
from shared.pipeline.steps import (
    Adopt,
    Ask,
    Delete,
    Finish,
    Leave,
    NextAttempt,
    Note,
    PendingCard,
    Step,
)
from shared.times import rfc3339
from tests.support.attempts import given_up
from tests.support.cards import finished_job
from tests.support.claims import AT, Bench
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import KEY

PASSED = Check("source.unchanged", passed=True, detail=None)
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


def test_what_is_pending_beside_a_result_is_deleted(bench: Bench) -> None:
    card = bench.card(3, state="waiting")
    assert bench.perform(card, Delete()) is None
    read = [("read", name) for name in card.names[:-1]]  # for a JobId that came late
    assert bench.store.calls == read + [("delete", name) for name in card.names]


def test_a_record_that_exists_is_no_other_jobs(bench: Bench) -> None:
    bench.put_result(attempts=[])
    for job_id in ("j1", "j2"):
        bench.perform(bench.card(1, job_id=job_id), Delete())
    names = bench.store.names("deleted")
    told = [bench.store.document(name)["attempts"][0]["job_id"] for name in names]
    assert sorted(told) == ["j1", "j2"]


@pytest.mark.parametrize(
    ("state", "job_id", "recorded"),
    [
        ("submitted", "j2", (EARLIER, PastAttempt(2, AT, "j2", "unknown", None))),
        ("claimed", None, (EARLIER, PastAttempt(2, AT, None, "unknown", None))),
        ("unknown", None, (EARLIER, PastAttempt(2, AT, None, "unknown", None))),
        ("waiting", None, (EARLIER,)),
    ],
)
def test_jobs_that_the_result_does_not_name_are_recorded_first(
    bench: Bench, state: str, job_id: str | None, recorded: tuple[PastAttempt, ...]
) -> None:
    card = bench.card(2, state=state, job_id=job_id, attempts=(EARLIER,))
    bench.put_result(attempts=[])
    bench.perform(card, Delete())
    digests = [hashlib.sha256(name.encode()).hexdigest() for name in card.names]
    (name,) = bench.store.names("deleted")
    assert name.startswith("ocr/deleted/2026-01-02/")
    assert bench.store.document(name) == {
        "schema": "card-ocr.deleted.v1",
        "by": "sweep",
        "why": "ResultExists",
        "at": AT,
        "objects": [{"name_sha256": digest, "kind": "pending"} for digest in digests],
        "counts": {"pending": 2},
        "attempts": [entry._asdict() for entry in recorded],
    }
    assert bench.store.calls == [
        ("read", bench.name(1)),
        ("read", bench.result_name),
        ("create_once", name),
        *(("delete", name) for name in card.names),
    ]


@pytest.mark.parametrize(
    ("attempts", "unnamed"),
    [
        ([{"attempt": 1, "job_id": "j1"}, {"attempt": 2, "job_id": "j2"}], []),
        ([{"attempt": 1, "job_id": "j1"}], ["j2"]),
        ([{"attempt": 1, "job_id": "j2"}, "no entry"], ["j1", "j2"]),
        ("no list", ["j1", "j2"]),
    ],
)
def test_only_jobs_that_the_result_does_not_name_are_recorded(
    bench: Bench, attempts: object, unnamed: list[str]
) -> None:
    card = bench.card(2, job_id="j2", attempts=(EARLIER,))
    bench.put_result(attempts=attempts)
    bench.perform(card, Delete())
    records = [bench.store.document(name) for name in bench.store.names("deleted")]
    assert [entry["job_id"] for each in records for entry in each["attempts"]] == unnamed
    assert bench.store.names("pending") == []


def test_a_result_that_can_not_be_read_names_nothing(bench: Bench) -> None:
    card = bench.card(2, job_id="j2")
    bench.store.objects[bench.result_name] = b"no JSON"
    bench.perform(card, Delete())
    assert len(bench.store.names("deleted")) == 1


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
    left = bench.perform(card, NextAttempt(bench.next_attempt(card)))
    assert left is not None
    assert (left.source.last_modified, left.card_type) == (later, "DriverLicense")


def test_an_attempt_of_unknown_type_is_of_the_type_that_the_rules_give() -> None:
    bench = Bench(CARD_TYPE_RULES="uploads/=DriverLicense")
    card = bench.card(state="waiting", card_type=None)
    left = bench.perform(card, NextAttempt(bench.next_attempt(card)))
    assert left is not None
    assert left.card_type == "DriverLicense"


def test_the_type_of_the_claim_outlives_what_the_photo_says_now(bench: Bench) -> None:
    card = bench.card(state="waiting")
    bench.store.photos[KEY] = bench.photo._replace(card_type="DriverLicense")
    left = bench.perform(card, NextAttempt(bench.next_attempt(card)))
    assert left is not None
    assert left.card_type == "IDCard"
    assert bench.jobs.requests[0].card_type == "IDCard"


@pytest.mark.parametrize(("is_gone", "code"), [(True, "SourceGone"), (False, "SourceReplaced")])
def test_a_next_attempt_without_its_photo_ends_the_card(
    bench: Bench, *, is_gone: bool, code: str
) -> None:
    card = bench.card(2, state="waiting")
    if is_gone:
        del bench.store.photos[KEY]
    else:
        bench.store.photos[KEY] = bench.photo._replace(etag="e2", last_modified=None, size=3)
    assert bench.perform(card, NextAttempt(bench.next_attempt(card))) is None
    result = bench.store.document(bench.result_name)
    assert result["error"]["code"] == code
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
    left = bench.perform(card, claiming(bench, card, kind))
    assert left is not None
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
    left = bench.perform(card, Finish(finished_job(key=KEY), "recognised", None))
    assert left is not None
    text = "COS denies the photo (403); look at the bucket's policy and at KMS"
    assert left.error == AttemptError("SourceUnreadable", text, "configuration", AT)


def test_an_attempt_that_never_was_rewritten_is_not_taken_for_one_that_is_gone(
    bench: Bench,
) -> None:
    card = bench.card(updated_at=None)
    del bench.store.objects[bench.name()]
    assert bench.perform(card, Note(card.attempt._replace(job_id="j7"))) is card.attempt
    assert bench.store.names("pending") == []


@pytest.mark.parametrize("closed", [None, Closed("NotCreateOnce", "why")])
def test_a_job_beside_anothers_result_is_recorded_as_ci_showed_it(closed: Closed | None) -> None:
    bench = Bench(closed) if closed else Bench()
    card = bench.card(1, job_id="a1b2c3")
    bench.put_result(attempts=[])
    job = finished_job(key=KEY)._replace(state="Failed", code="X", container=None)
    bench.perform(card, Finish(job, "failed", ResultError("X", None, "job")))
    (name,) = bench.store.names("deleted")
    (entry,) = bench.store.document(name)["attempts"]
    assert (entry["job_id"], entry["state"], entry["code"]) == ("a1b2c3", "Failed", "X")


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
