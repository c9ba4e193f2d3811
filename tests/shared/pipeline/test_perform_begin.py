"""The first attempt of a photo: claimed, sent or rejected, and what is written down."""

from __future__ import annotations

import pytest

from shared.documents import (
    AttemptError,
)
from shared.errors import StorageFault
from shared.jobs import Accepted, RefusedForGood, Submission, Unknown, Waiting
from shared.pipeline.gate import Closed
from tests.support.claims import AT, Bench
from tests.support.memory import failing_at
from tests.support.pipelines import START
from tests.support.sweeps import KEY

FAULT = str(StorageFault("a request", "InternalError"))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_first_attempt_is_claimed_and_sent(bench: Bench) -> None:
    left = bench.begin()
    assert left == bench.stored()
    assert left == bench.attempt(
        state="submitted",
        job_id="j1",
        owner="owner1",
        claimed_at=AT,
        first_claimed_at=AT,
        first_sent_at=AT,
        updated_at=AT,
    )


@pytest.mark.parametrize(("call", "is_left"), [("exists", True), (None, False)])
def test_a_first_attempt_without_its_claim_is_pending_only_if_it_was_released(
    bench: Bench, call: str | None, *, is_left: bool
) -> None:
    if call is None:
        bench.store.objects[bench.name()] = b"another's"
    else:
        bench.store.before = failing_at(call)
    left = bench.performer("submit").begin(bench.headed(), "upload")
    assert (left is not None) is is_left
    assert left == (bench.stored() if is_left else None)
    assert bench.jobs.requests == []


def test_a_first_attempt_that_can_be_no_card_is_rejected(bench: Bench) -> None:
    left = bench.performer("submit").begin(bench.headed(size=0), "upload")
    assert left is None
    result = bench.store.document(bench.result_name)
    assert (result["outcome"], result["error"]["code"]) == ("rejected", "EmptyObject")
    assert (result["needs_review"], result["checks"]) == (False, [])
    assert result["evidence"]["delivered_by"] == "submit"
    assert bench.store.names("pending") == []


def test_a_bug_after_the_claim_is_logged_and_leaves_the_claim(bench: Bench) -> None:
    def fail(_call: str, _name: str) -> None:
        raise ZeroDivisionError

    bench.jobs.before = fail
    left = bench.begin()
    assert left.state == "claimed"
    (line,) = bench.logged("unexpected_error")
    assert (line["level"], line["problem"]) == ("error", "ZeroDivisionError")


@pytest.mark.parametrize(
    ("passed", "seen_after", "slept"),
    [(0, 0, [1]), (0.5, 0, [0.5]), (1, 0, []), (2, 0, []), (0, 1, []), (0, -2, [3])],
)
def test_the_post_waits_for_the_rest_of_the_photos_second(
    bench: Bench, passed: float, seen_after: int, slept: list[float]
) -> None:
    photo = bench.photo._replace(seen_at=int(START) + seen_after)
    bench.store.before = lambda call, _name: bench.pass_time(passed * (call == "create_once"))
    bench.performer("submit").begin(photo, "upload")
    assert bench.slept == slept
    assert len(bench.jobs.requests) == 1


def test_a_clock_far_behind_releases_the_claim(bench: Bench) -> None:
    photo = bench.photo._replace(seen_at=int(START) - 60)
    left = bench.begin(photo)
    assert left.error is not None
    assert (left.state, left.error.code, left.error.refusal) == ("waiting", "ClockBehind", "held")


def test_a_gate_that_closes_meanwhile_releases_the_claim(bench: Bench) -> None:
    bench.gate_of_sweep.hear(("a", "v"), Waiting("SlowDown", None, "capacity"))
    left = bench.begin()
    assert left.error == AttemptError("CircuitOpen", "SlowDown (capacity)", "held", AT)
    assert bench.jobs.requests == []


@pytest.mark.parametrize(
    ("answer", "state", "request_id"),
    [
        (Accepted("j9"), "submitted", None),
        (Unknown("NoReply", "r1"), "unknown", "r1"),
        (Waiting("SlowDown", "m", "capacity", "r2"), "waiting", "r2"),
    ],
)
def test_the_answer_is_stored_and_logged(
    bench: Bench, answer: Submission, state: str, request_id: str | None
) -> None:
    bench.jobs.answer = answer
    left = bench.begin()
    assert left == bench.stored()
    (line,) = bench.logged("attempt")
    assert (left.state, line["state"], line.get("ci_request_id")) == (state, state, request_id)


def test_the_gate_hears_the_answer_about_the_version_of_the_card(bench: Bench) -> None:
    bench.jobs.answer = Waiting("AccessDenied", None, "configuration")
    for number in range(20):
        photo = bench.store.upload(f"uploads/{number % 2}.jpg", bytes([number]), seen_at=START + 9)
        assert bench.gate_of_sweep.closed is None
        bench.performer("submit").begin(photo, "upload")
    assert bench.gate_of_sweep.closed == Closed("CircuitOpen", "AccessDenied (configuration)")


def test_a_refusal_for_good_that_can_not_be_written_waits_as_refused(bench: Bench) -> None:
    bench.jobs.answer = RefusedForGood("ResourceNotFound", "m")
    bench.store.before = failing_at("create_once", "/results/")
    left = bench.begin()
    assert (left.state, left.refusals, left.first_sent_at) == ("waiting", 1, AT)
    assert left.error == AttemptError("ResourceNotFound", "m", "other", AT)
    assert left == bench.stored()
    assert bench.logged("left_to_sweep") == [{"level": "warning", "key": KEY, "problem": FAULT}]


def test_a_rejection_that_can_not_be_written_waits_for_cos(bench: Bench) -> None:
    bench.store.before = failing_at("create_once", "/results/")
    left = bench.begin(bench.headed(size=0))
    assert left.error == AttemptError("StoreFault", FAULT, "held", AT)
    assert (left.state, left.refusals) == ("waiting", 0)
